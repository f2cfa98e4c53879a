import type { JSX } from "preact";

import { account } from "../api/client";
import type { Job, JobPage } from "../api/types";
import { count, duration } from "../format";
import { endings, jobs, openJobs } from "../live";
import { Ago, Empty, JobBadge, PageHead } from "../parts/basics";
import { Choice } from "../parts/choice";
import { JobBar, progressText } from "../parts/job_row";
import { type Column, List, MOST_SHOWN, Pages } from "../parts/list";
import { go, place } from "../routes";
import { usePages } from "../use_query";
import { isOpen, progressOf, subjectOf } from "../words";

const FILTERS: [string, string, string][] = [
  ["", "All", ""],
  ["active", "Active", "pending,running,verifying,compensating"],
  ["completed", "Completed", "completed"],
  ["failed", "Failed", "failed,compensation_failed"],
  ["rolled_back", "Taken back", "rolled_back"],
  ["scheduled", "Scheduled", "scheduled"],
  ["awaiting_approval", "Awaiting approval", "awaiting_approval"],
  ["held", "On hold", "held"],
  ["cancelled", "Cancelled", "cancelled"],
];

/** A job as the feed last told it, where it did. */
function newest(job: Job): Job {
  return jobs.value.get(job.job_id) ?? job;
}

/** With the open jobs that the feed has told of since the list was read; what is older than its end is on a later page. */
function withOpen(list: Job[], hasMore: boolean): Job[] {
  const known = new Set(list.map((job) => job.job_id));
  const oldest = hasMore ? (list.at(-1)?.created_at ?? "") : "";
  const added = openJobs.value.filter((job) => !known.has(job.job_id) && job.created_at > oldest);
  return added.length === 0 ? list : [...added, ...list].sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
}

const COLUMNS: Column<Job>[] = [
  { name: "What", is: "entry", cell: (job) => <a href={`/deletions/${job.job_id}`}>{subjectOf(job)}</a> },
  { name: "Status", cell: (job) => <JobBadge status={job.status} /> },
  {
    name: "Services",
    cell: (job) => (
      <span class="services-cell">
        {isOpen(job.status) && <JobBar job={job} isThin />}
        <span>{progressText(job)}</span>
      </span>
    ),
  },
  { name: "Rows", is: "number", cell: (job) => count(isOpen(job.status) ? progressOf(job).rows : job.total_items_deleted) },
  { name: "Duration", is: "number", cell: (job) => (job.duration === null ? "–" : duration(job.duration)) },
  { name: "Ordered", is: "number", cell: (job) => <Ago at={job.created_at} /> },
];

export function JobTable({ list }: { list: Job[] }): JSX.Element {
  return <List columns={COLUMNS} entries={list} keyOf={(job) => job.job_id} />;
}

function AllDeletions(): JSX.Element {
  const chosen = place.value.query.get("status") ?? "";
  const [, , states] = FILTERS.find(([key]) => key === chosen) ?? ["", "", ""];
  const path = `/api/v1/auth/deletion-jobs?limit=50${states ? `&status=${states}` : ""}`;
  const query = usePages<JobPage, Job>(path, (page) => page.jobs, (job) => job.job_id, endings.value);
  const { data } = query;
  const allowed = states ? states.split(",") : null;
  const list = (data ? withOpen(data, query.hasMore) : [])
    .map(newest)
    .filter((job) => !allowed || allowed.includes(job.status))
    .slice(0, Math.max(MOST_SHOWN, data?.length ?? 0));
  return (
    <>
      <Choice
        legend="Which deletions"
        name="status"
        options={FILTERS.map(([key, text]) => [key, text])}
        chosen={chosen}
        onChoose={(key) => go(key ? `/deletions?status=${key}` : "/deletions", true)}
      />
      <Pages title="Deletions" query={query}>
        {list.length === 0 ? (
          <Empty icon="deletions" title={chosen ? "There are none like that" : "Nothing has been deleted yet"}>
            A tenant is deleted from its own page, <a href="/tenants">among the tenants</a>.
          </Empty>
        ) : (
          <JobTable list={list} />
        )}
      </Pages>
    </>
  );
}

/** A person who is no platform admin sees what they ordered, and what the feed tells them of: their tenants' deletions. */
function OwnDeletions({ user }: { user: string }): JSX.Element {
  const path = `/api/v1/auth/deletion-jobs?limit=50&initiated_by=${user}`;
  const query = usePages<JobPage, Job>(path, (page) => page.jobs, (job) => job.job_id, endings.value);
  const ordered = query.data ?? [];
  const known = new Set(ordered.map((job) => job.job_id));
  const others = [...jobs.value.values()].filter((job) => !known.has(job.job_id));
  const list = [...ordered.map(newest), ...others].sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  return (
    <Pages title="Deletions" query={query}>
      {list.length === 0 ? (
        <Empty icon="deletions" title="Nothing of yours has been deleted">
          What others have deleted is on the page of <a href="/tenants">its tenant</a>, as long as there is one.
        </Empty>
      ) : (
        <JobTable list={list} />
      )}
    </Pages>
  );
}

export function DeletionsPage(): JSX.Element {
  const me = account.value;
  return (
    <>
      <PageHead title="Deletions" lead="Every order to delete a tenant or a user, and what became of it." />
      {me?.is_platform_admin ? <AllDeletions /> : me && <OwnDeletions user={me.user_id} />}
    </>
  );
}
