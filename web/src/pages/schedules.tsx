import type { JSX } from "preact";

import { account } from "../api/client";
import type { Job } from "../api/types";
import { countOpen, openJobs } from "../live";
import { Ago, Empty, JobBadge, Moment, PageHead, Panel } from "../parts/basics";
import { JobActions } from "../parts/job_actions";
import { type Column, List, MOST_SHOWN, Rest } from "../parts/list";
import { subjectOf } from "../words";

export function SchedulesPage(): JSX.Element {
  const scheduled = openJobs.value
    .filter((job) => job.status === "scheduled")
    .sort((a, b) => ((a.run_at ?? "") < (b.run_at ?? "") ? -1 : 1))
    .slice(0, MOST_SHOWN);
  const isOperator = account.value?.is_platform_admin ?? false;
  const columns: Column<Job>[] = [
    { name: "What", is: "entry", cell: (job) => <a href={`/deletions/${job.job_id}`}>{subjectOf(job)}</a> },
    { name: "Status", cell: (job) => <JobBadge status={job.status} /> },
    {
      name: "Begins",
      cell: (job) =>
        job.run_at && (
          <>
            <Moment at={job.run_at} />
            <span class="fine block">
              <Ago at={job.run_at} />
            </span>
          </>
        ),
    },
    { name: "Priority", is: "number", cell: (job) => job.priority },
    { name: "Decide", is: "decide", cell: (job) => <JobActions job={job} isOperator={isOperator} onDone={() => undefined} /> },
  ];
  return (
    <>
      <PageHead title="Schedules" lead="Deletions that wait for their time. Until then nothing of the tenant changes." />
      <Panel title="Scheduled deletions" isFlush>
        {scheduled.length === 0 ? (
          <Empty icon="schedules" title="Nothing is scheduled">
            A tenant's deletion can be ordered for a later time.
          </Empty>
        ) : (
          <>
            <List columns={columns} entries={scheduled} keyOf={(job) => job.job_id} />
            <Rest shown={scheduled.length} all={countOpen(["scheduled"])} href="/deletions?status=scheduled" />
          </>
        )}
      </Panel>
    </>
  );
}
