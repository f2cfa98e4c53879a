import type { JSX } from "preact";

import { account } from "../api/client";
import type { Job, JobPage } from "../api/types";
import { count, duration } from "../format";
import { endings, jobs, openJobs } from "../live";
import { Ago, Empty, JobBadge, Loading, More, PageHead, Panel, Problem } from "../parts/basics";
import { JobBar, progressText } from "../parts/job_row";
import { go, place } from "../routes";
import { usePages } from "../use_query";
import { isOpen, progressOf, subjectOf } from "../words";

const FILTERS: [string, string, string][] = [
  ["", "All", ""],
  ["active", "Active", "pending,running,verifying,compensating"],
  ["completed", "Completed", "completed"],
  ["failed", "Failed", "failed,compensation_failed"],
  ["rolled_back", "Taken back", "rolled_back"],
  ["held", "On hold", "held"],
  ["cancelled", "Cancelled", "cancelled"],
];

/** A job as the feed last told it, where it did. */
function newest(job: Job): Job {
  return jobs.value.get(job.job_id) ?? job;
}

export function JobTable({ list }: { list: Job[] }): JSX.Element {
  return (
    <table class="table stack">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Status</th>
          <th scope="col">Services</th>
          <th scope="col" class="num">
            Rows
          </th>
          <th scope="col" class="num">
            Duration
          </th>
          <th scope="col" class="num">
            Ordered
          </th>
        </tr>
      </thead>
      <tbody>
        {list.map((job) => (
          <tr key={job.job_id}>
            <th scope="row" class="break" data-label="What">
              <a href={`/deletions/${job.job_id}`}>{subjectOf(job)}</a>
            </th>
            <td data-label="Status">
              <JobBadge status={job.status} />
            </td>
            <td data-label="Services">
              <span class="services-cell">
                {isOpen(job.status) && <JobBar job={job} isThin />}
                <span>{progressText(job)}</span>
              </span>
            </td>
            <td data-label="Rows" class="num">
              {count(isOpen(job.status) ? progressOf(job).rows : job.total_items_deleted)}
            </td>
            <td data-label="Duration" class="num">
              {job.duration === null ? "–" : duration(job.duration)}
            </td>
            <td data-label="Ordered" class="num">
              <Ago at={job.created_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function AllDeletions(): JSX.Element {
  const chosen = place.value.query.get("status") ?? "";
  const [, , states] = FILTERS.find(([key]) => key === chosen) ?? ["", "", ""];
  const path = `/api/v1/auth/deletion-jobs?limit=50${states ? `&status=${states}` : ""}`;
  const { data, error, isLoading, reload, hasMore, more } = usePages<JobPage, Job>(path, (page) => page.jobs, endings.value);
  const allowed = states ? states.split(",") : null;
  const known = new Set(data?.map((job) => job.job_id));
  // What was ordered since the list was read.
  const added = data ? openJobs.value.filter((job) => !known.has(job.job_id)) : [];
  const list = [...added, ...(data ?? [])].map(newest).filter((job) => !allowed || allowed.includes(job.status));
  return (
    <>
      <fieldset class="filters">
        <legend class="visually-hidden">Which deletions</legend>
        {FILTERS.map(([key, text]) => (
          <label key={key}>
            <input
              type="radio"
              name="status"
              checked={chosen === key}
              onChange={() => go(key ? `/deletions?status=${key}` : "/deletions", true)}
            />
            <span>{text}</span>
          </label>
        ))}
      </fieldset>
      {error && <Problem error={error} retry={reload} />}
      {!data && !error && <Loading lines={6} />}
      {data && (
        <Panel title="Deletions" isFlush>
          {list.length === 0 ? (
            <Empty icon="deletions" title={chosen ? "There are none like that" : "Nothing has been deleted yet"}>
              A tenant is deleted from its own page, <a href="/tenants">among the tenants</a>.
            </Empty>
          ) : (
            <JobTable list={list} />
          )}
          {hasMore && <More onMore={more} isLoading={isLoading} />}
        </Panel>
      )}
    </>
  );
}

/** A person who is no platform admin sees what the feed tells them of. */
function OwnDeletions(): JSX.Element {
  const list = [...jobs.value.values()].sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  return (
    <Panel title="Deletions" isFlush>
      {list.length === 0 ? (
        <Empty icon="deletions" title="Nothing of yours is being deleted">
          Past deletions are on the page of <a href="/tenants">their tenant</a>.
        </Empty>
      ) : (
        <JobTable list={list} />
      )}
    </Panel>
  );
}

export function DeletionsPage(): JSX.Element {
  return (
    <>
      <PageHead title="Deletions" lead="Every order to delete a tenant or a user, and what became of it." />
      {account.value?.is_platform_admin ? <AllDeletions /> : <OwnDeletions />}
    </>
  );
}
