import type { JSX } from "preact";

import { account } from "../api/client";
import { openJobs } from "../live";
import { Ago, Empty, JobBadge, Moment, PageHead, Panel } from "../parts/basics";
import { JobActions } from "../parts/job_actions";
import { subjectOf } from "../words";

export function SchedulesPage(): JSX.Element {
  const scheduled = openJobs.value
    .filter((job) => job.status === "scheduled")
    .sort((a, b) => ((a.run_at ?? "") < (b.run_at ?? "") ? -1 : 1));
  const isOperator = account.value?.is_platform_admin ?? false;
  return (
    <>
      <PageHead title="Schedules" lead="Deletions that wait for their time. Until then nothing of the tenant changes." />
      <Panel title="Scheduled deletions" isFlush>
        {scheduled.length === 0 ? (
          <Empty icon="schedules" title="Nothing is scheduled">
            A tenant's deletion can be ordered for a later time.
          </Empty>
        ) : (
          <table class="table stack">
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Status</th>
                <th scope="col">Begins</th>
                <th scope="col" class="num">
                  Priority
                </th>
                <th scope="col">
                  <span class="visually-hidden">Decide</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {scheduled.map((job) => (
                <tr key={job.job_id}>
                  <th scope="row" class="break" data-label="What">
                    <a href={`/deletions/${job.job_id}`}>{subjectOf(job)}</a>
                  </th>
                  <td data-label="Status">
                    <JobBadge status={job.status} />
                  </td>
                  <td data-label="Begins">
                    {job.run_at && (
                      <>
                        <Moment at={job.run_at} />
                        <span class="fine block">
                          <Ago at={job.run_at} />
                        </span>
                      </>
                    )}
                  </td>
                  <td class="num" data-label="Priority">
                    {job.priority}
                  </td>
                  <td class="row-actions">
                    <JobActions job={job} isOperator={isOperator} onDone={() => undefined} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
    </>
  );
}
