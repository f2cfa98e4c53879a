import type { JSX } from "preact";

import { account } from "../api/client";
import type { Job } from "../api/types";
import { countOpen, openJobs } from "../live";
import { Person } from "../parts/actor";
import { Ago, Empty, PageHead, Panel } from "../parts/basics";
import { JobActions } from "../parts/job_actions";
import { type Column, List, MOST_SHOWN, Rest } from "../parts/list";
import { subjectOf } from "../words";

export function ApprovalsPage(): JSX.Element {
  const me = account.value;
  const waiting = openJobs.value
    .filter(
      (job) =>
        job.status === "awaiting_approval" ||
        (job.status === "scheduled" && job.needs_approval && !job.approvals.some((approval) => !approval.lapsed_at)),
    )
    .slice(0, MOST_SHOWN);
  const here = waiting.filter((job) => job.status === "awaiting_approval").length;
  const columns: Column<Job>[] = [
    {
      name: "What",
      is: "entry",
      cell: (job) => (
        <>
          <a href={`/deletions/${job.job_id}`}>{subjectOf(job)}</a>
          {job.approvals.some((approval) => approval.lapsed_at) && (
            <span class="fine block">An earlier approval lapsed: plan or counts had changed.</span>
          )}
        </>
      ),
    },
    {
      name: "Ordered by",
      cell: (job) => (
        <>
          {job.initiated_by ? <Person id={job.initiated_by} /> : "a service"}
          {job.initiated_by && job.initiated_by === me?.user_id && <span class="fine block">Somebody else has to approve it.</span>}
        </>
      ),
    },
    { name: "Ordered", is: "number", cell: (job) => <Ago at={job.created_at} /> },
    {
      name: "Decide",
      is: "decide",
      cell: (job) => <JobActions job={job} isOperator={me?.is_platform_admin ?? false} onDone={() => undefined} />,
    },
  ];
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
          <>
            <List columns={columns} entries={waiting} keyOf={(job) => job.job_id} />
            <Rest shown={here} all={countOpen(["awaiting_approval"])} href="/deletions?status=awaiting_approval" />
          </>
        )}
      </Panel>
    </>
  );
}
