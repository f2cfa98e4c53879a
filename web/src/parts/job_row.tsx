import type { JSX } from "preact";

import type { Job } from "../api/types";
import { count, plural } from "../format";
import { isActive, jobTone, progressOf, subjectOf } from "../words";
import { Ago, JobBadge } from "./basics";
import { Bar } from "./bar";

/** "7 of 13 services", "3 of 5 services are back". */
export function progressText(job: Job): string {
  const { done, all } = progressOf(job);
  if (job.status === "compensating") return `${done} of ${plural(all, "service")} back`;
  return `${done} of ${plural(all, "service")}`;
}

export function JobBar({ job, isThin = false }: { job: Job; isThin?: boolean }): JSX.Element {
  const { done, all } = progressOf(job);
  const share = all === 0 ? 0 : done / all;
  const isBusy = isActive(job.status) && done === 0;
  return (
    <Bar
      label={`Deletion of ${subjectOf(job)}`}
      value={isBusy && job.status !== "pending" ? null : share}
      tone={jobTone(job.status)}
      text={progressText(job)}
      isThin={isThin}
    />
  );
}

/** One deletion that runs, with how far it is. */
export function JobCard({ job }: { job: Job }): JSX.Element {
  const { rows, failed } = progressOf(job);
  return (
    <li class="job-card">
      <div class="job-card-head">
        <a class="job-name" href={`/deletions/${job.job_id}`}>
          {subjectOf(job)}
        </a>
        <JobBadge status={job.status} />
      </div>
      <JobBar job={job} />
      <div class="job-card-foot">
        <span>
          {progressText(job)}
          {failed > 0 && <span class="text-bad"> · {failed} failing</span>}
        </span>
        <span class="num">{count(rows)} rows</span>
        <span class="job-when">
          {job.started_at ? (
            <>
              started <Ago at={job.started_at} />
            </>
          ) : (
            <>
              ordered <Ago at={job.created_at} />
            </>
          )}
        </span>
      </div>
    </li>
  );
}
