import type { JSX } from "preact";

import { account } from "../api/client";
import { openJobs } from "../live";
import { Person } from "../parts/actor";
import { Ago, Empty, PageHead, Panel } from "../parts/basics";
import { JobActions } from "../parts/job_actions";
import { subjectOf } from "../words";

export function ApprovalsPage(): JSX.Element {
  const me = account.value;
  const waiting = openJobs.value.filter(
    (job) =>
      job.status === "awaiting_approval" ||
      (job.status === "scheduled" && job.needs_approval && !job.approvals.some((approval) => !approval.lapsed_at)),
  );
  return (
    <>
      <PageHead
        title="Approvals"
        lead="Deletions that a second person has to look at. An approval is bound to what they saw, and lapses when that changes."
      />
      <Panel title="Awaiting approval" isFlush>
        {waiting.length === 0 ? (
          <Empty icon="approvals" title="Nothing waits for an approval">
            An estate asks for it with <code>erasure: &#123;approval: true&#125;</code>.
          </Empty>
        ) : (
          <table class="table stack">
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Ordered by</th>
                <th scope="col" class="num">
                  Ordered
                </th>
                <th scope="col">
                  <span class="visually-hidden">Decide</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {waiting.map((job) => (
                <tr key={job.job_id}>
                  <th scope="row" class="break" data-label="What">
                    <a href={`/deletions/${job.job_id}`}>{subjectOf(job)}</a>
                    {job.approvals.some((approval) => approval.lapsed_at) && (
                      <span class="fine block">An earlier approval lapsed: plan or counts had changed.</span>
                    )}
                  </th>
                  <td data-label="Ordered by">
                    {job.initiated_by ? <Person id={job.initiated_by} /> : "a service"}
                    {job.initiated_by && job.initiated_by === me?.user_id && (
                      <span class="fine block">Somebody else has to approve it.</span>
                    )}
                  </td>
                  <td class="num" data-label="Ordered">
                    <Ago at={job.created_at} />
                  </td>
                  <td class="row-actions">
                    <JobActions job={job} isOperator={me?.is_platform_admin ?? false} onDone={() => undefined} />
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
