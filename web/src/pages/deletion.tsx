import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { account } from "../api/client";
import type { Job, Step, Transition } from "../api/types";
import { count, duration, plural } from "../format";
import { endings, jobs } from "../live";
import { Actor, Person } from "../parts/actor";
import { Badge, Empty, Facts, Id, JobBadge, Loading, Moment, PageHead, Panel, Problem } from "../parts/basics";
import { Bar } from "../parts/bar";
import { JobActions } from "../parts/job_actions";
import { JobBar, progressText } from "../parts/job_row";
import { useExpectedRows } from "../parts/expected";
import { Report } from "../parts/report";
import { useQuery } from "../use_query";
import { isOpen, jobWord, progressOf, reasonWord, stepTone, stepWord, subjectOf } from "../words";

/** How far a service is, 0 to 1; null: it is at work and nobody knows. */
function shareOf(step: Step, job: Job, expected: number | undefined): number | null {
  if (step.status === "pending") return 0;
  if (step.status !== "running") return 1;
  // Rows of a call that another process makes are not told of.
  if (job.status === "compensating" || !expected || step.total === 0) return null;
  return Math.min(0.98, step.total / expected);
}

function ServiceRow({ name, step, job, expected }: { name: string; step: Step; job: Job; expected: number | undefined }): JSX.Element {
  const tables = Object.entries(step.deleted_counts);
  const word = stepWord(step, job);
  const rows =
    expected !== undefined && expected >= step.total && step.status === "running"
      ? `${count(step.total)} of ${count(expected)}`
      : count(step.total);
  return (
    <li class="service" data-service={name} data-status={step.status}>
      <div class="service-head">
        <span class="service-name">{name}</span>
        <Badge tone={stepTone(step)}>{word}</Badge>
        <span class="service-rows num">{rows} rows</span>
      </div>
      <Bar label={name} value={shareOf(step, job, expected)} tone={stepTone(step)} text={`${word}, ${rows} rows`} />
      <div class="service-foot">
        {step.attempts > 1 && <span>{plural(step.attempts, "attempt")}</span>}
        {step.duration > 0 && <span>{duration(step.duration)}</span>}
        {tables.length > 0 && (
          <details>
            <summary>{plural(tables.length, "table")}</summary>
            <table class="table tight counts">
              <tbody>
                {tables.map(([table, deleted]) => (
                  <tr key={table}>
                    <th scope="row" class="break">
                      {table}
                    </th>
                    <td class="num">{count(deleted)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        )}
      </div>
      {step.errors.length > 0 && (
        <ul class="errors">
          {step.errors.map((error) => (
            <li key={error}>{error}</li>
          ))}
        </ul>
      )}
    </li>
  );
}

function History({ job }: { job: Job }): JSX.Element {
  const { data, error, reload } = useQuery<{ transitions: Transition[] }>(
    `/api/v1/auth/deletion-jobs/${job.job_id}/transitions`,
    job.status,
  );
  return (
    <Panel title="History">
      {error && <Problem error={error} retry={reload} />}
      {!data && !error && <Loading />}
      {data && (
        <ol class="timeline">
          {[...data.transitions].reverse().map((change) => (
            <li key={change.number}>
              <span class="timeline-what">{jobWord(change.to)}</span>
              <span class="timeline-why">
                {reasonWord(change.reason)}
                {!change.by.startsWith("worker/") && change.by !== "system" && (
                  <>
                    , by <Actor by={change.by} />
                  </>
                )}
              </span>
              <span class="timeline-when">
                <Moment at={change.at} withSeconds />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function factsOf(job: Job): [string, ComponentChildren][] {
  const facts: [string, ComponentChildren][] = [["Job", <Id value={job.job_id} />]];
  if (job.tenant_id) {
    facts.push(["Tenant", job.status === "completed" ? <Id value={job.tenant_id} /> : <a href={`/tenants/${job.tenant_id}`}><Id value={job.tenant_id} /></a>]);
  }
  if (job.user_id) facts.push(["User", <Id value={job.user_id} />]);
  facts.push(["Ordered", <><Moment at={job.created_at} />{job.initiated_by && <> by <Person id={job.initiated_by} /></>}</>]);
  if (job.run_at) facts.push(["To begin", <Moment at={job.run_at} />]);
  if (job.started_at) facts.push(["Started", <Moment at={job.started_at} withSeconds />]);
  if (job.completed_at) facts.push(["Ended", <Moment at={job.completed_at} withSeconds />]);
  if (job.duration !== null) facts.push(["Duration", duration(job.duration)]);
  if (job.priority !== 0) facts.push(["Priority", String(job.priority)]);
  facts.push(["When a service fails", job.on_failure === "roll_back" ? "Everything is brought back" : "It is tried again"]);
  for (const approval of job.approvals) {
    facts.push([approval.lapsed_at ? "Approval, lapsed" : "Approved", <><Moment at={approval.given_at} /> by <Person id={approval.approver} /></>]);
  }
  if (job.archive?.destroyed_at) facts.push(["Archive", <>Its key was destroyed <Moment at={job.archive.destroyed_at} /></>]);
  else if (job.archive?.retained_until) facts.push(["Can be taken back until", <Moment at={job.archive.retained_until} />]);
  return facts;
}

/** What somebody should know before they look at the services. */
function Notices({ job }: { job: Job }): JSX.Element {
  return (
    <>
      {job.hold && (
        <p class="notice warn">
          A legal hold stands on the tenant since <Moment at={job.hold.since} />. Nothing is deleted until it is released.
        </p>
      )}
      {job.cancel_requested && isOpen(job.status) && (
        <p class="notice warn">
          <Actor by={job.cancel_requested.by} /> asked to cancel; what was deleted is being brought back.
        </p>
      )}
      {job.waits_until && (
        <p class="notice warn" data-testid="waits">
          A service is waited for; the next attempt is at <Moment at={job.waits_until} withSeconds />.
        </p>
      )}
      {job.errors.length > 0 && (
        <div class="notice bad" role="status">
          <strong>{job.status === "rolled_back" ? "Why it was taken back" : "What went wrong"}</strong>
          <ul>
            {job.errors.map((error) => (
              <li key={error}>{error}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function Summary({ job }: { job: Job }): JSX.Element {
  const { rows, failed } = progressOf(job);
  return (
    <section class="panel summary" aria-label="How far it is">
      <div class="summary-head">
        <JobBadge status={job.status} />
        <span class="summary-text" data-testid="progress">
          {progressText(job)}
        </span>
        {failed > 0 && <span class="text-bad">{failed} failing</span>}
        <span class="summary-rows num">{count(isOpen(job.status) ? rows : job.total_items_deleted)} rows</span>
      </div>
      <JobBar job={job} />
    </section>
  );
}

/** Says a change of the job's status aloud; its numbers change too often for that. */
function Announcement({ job }: { job: Job }): JSX.Element {
  const before = useRef(job.status);
  const [text, setText] = useState("");
  useEffect(() => {
    if (before.current !== job.status) setText(`${subjectOf(job)}: ${jobWord(job.status)}`);
    before.current = job.status;
  }, [job.status]);
  return (
    <p class="visually-hidden" role="status">
      {text}
    </p>
  );
}

export function DeletionPage({ id }: { id: string }): JSX.Element {
  const told = jobs.value.get(id);
  // The feed knows what is open. The rest is read, and anew when somebody decided about it or the feed had a gap.
  const query = useQuery<Job>(`/api/v1/auth/deletion-jobs/${id}`, told ? "told" : endings.value);
  const job = told ?? query.data;
  const expected = useExpectedRows(job);
  if (!job) {
    return (
      <>
        <PageHead title="Deletion" back={{ href: "/deletions", text: "Deletions" }} />
        {query.error?.status === 404 ? (
          <Empty icon="search" title="There is no such deletion">
            Or it is not yours to see.
          </Empty>
        ) : query.error ? (
          <Problem error={query.error} retry={query.reload} />
        ) : (
          <Loading lines={8} />
        )}
      </>
    );
  }
  const services = Object.entries(job.service_results);
  return (
    <>
      <PageHead
        title={subjectOf(job)}
        lead={job.user_id ? "Deletion of a user" : "Deletion of a tenant"}
        back={{ href: "/deletions", text: "Deletions" }}
      >
        <JobActions job={job} isOperator={account.value?.is_platform_admin ?? false} onDone={query.reload} />
      </PageHead>
      <Announcement job={job} />
      <Notices job={job} />
      <Summary job={job} />
      <div class="columns job-columns">
        <div class="column">
          <Panel title="Services" note={plural(services.length, "service")} isFlush>
            <ul class="services">
              {services.map(([name, step]) => (
                <ServiceRow key={name} name={name} step={step} job={job} expected={expected?.[name]} />
              ))}
            </ul>
          </Panel>
        </div>
        <div class="column">
          <Panel title="About it">
            <Facts facts={factsOf(job)} />
          </Panel>
          {!isOpen(job.status) && <Report job={job} />}
          <History job={job} />
        </div>
      </div>
    </>
  );
}
