import type { JSX } from "preact";

import { account } from "../api/client";
import type { Failure, Overview } from "../api/types";
import { count, duration, percent, plural } from "../format";
import { connection, countOpen, endings, openJobs } from "../live";
import { Ago, Empty, JobBadge, Loading, PageHead, Panel, Problem } from "../parts/basics";
import { Bar } from "../parts/bar";
import { Hours } from "../parts/hours";
import { JobCard } from "../parts/job_row";
import { Rest } from "../parts/list";
import { useQuery } from "../use_query";
import { ACTIVE, isActive, subjectOf } from "../words";

const MOST_CARDS = 24;

function Active(): JSX.Element {
  const active = openJobs.value.filter((job) => isActive(job.status));
  const shown = active.sort((a, b) => Number(a.status === "pending") - Number(b.status === "pending")).slice(0, MOST_CARDS);
  const all = countOpen(ACTIVE);
  const isKnown = connection.value !== "connecting";
  return (
    <Panel title="Active deletions" note={all > 0 ? plural(all, "deletion") : undefined}>
      {active.length > 0 ? (
        <>
          <ul class="job-cards">
            {shown.map((job) => (
              <JobCard key={job.job_id} job={job} />
            ))}
          </ul>
          <Rest shown={shown.length} all={all} href="/deletions?status=active" />
        </>
      ) : isKnown ? (
        <Empty icon="check" title="Nothing is being deleted">
          A deletion that is ordered, by anybody, shows up here at once.
        </Empty>
      ) : (
        <Loading lines={2} />
      )}
    </Panel>
  );
}

function Tile(props: { label: string; value: string; note: string; tone?: "bad" }): JSX.Element {
  return (
    <div class="tile">
      <dt>{props.label}</dt>
      <dd>
        <span class="tile-value">{props.value}</span>
        <span class={props.tone === "bad" ? "tile-note text-bad" : "tile-note"}>{props.note}</span>
      </dd>
    </div>
  );
}

function Tiles({ overview }: { overview: Overview }): JSX.Element {
  const { last_24_hours: day, window } = overview;
  const days = `last ${window.days} days`;
  return (
    <dl class="tiles">
      <Tile
        label="Last 24 hours"
        value={count(day.completed + day.failed)}
        note={day.failed > 0 ? `${count(day.failed)} failed` : day.completed > 0 ? "none failed" : "no deletion ended"}
        {...(day.failed > 0 ? { tone: "bad" as const } : {})}
      />
      <Tile
        label="Success rate"
        value={window.success_rate === null ? "–" : percent(window.success_rate)}
        note={`${days}, ${plural(window.completed + window.failed, "deletion")}`}
      />
      <Tile
        label="Average duration"
        value={window.average_duration === null ? "–" : duration(window.average_duration)}
        note={`${days}, completed ones`}
      />
      <Tile label="Rows deleted" value={count(window.items_deleted)} note={days} />
    </dl>
  );
}

function Services({ overview }: { overview: Overview }): JSX.Element {
  const { services, days } = overview.window;
  const most = Math.max(1, ...services.map((service) => service.average_items));
  return (
    <Panel title="Average items by service" note={`last ${days} days`} isFlush>
      {services.length === 0 ? (
        <Empty icon="overview" title="No deletion has completed yet" />
      ) : (
        <table class="table tight">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col" class="wide-only">
                <span class="visually-hidden">Compared</span>
              </th>
              <th scope="col" class="num">
                Rows
              </th>
              <th scope="col" class="num">
                Time
              </th>
            </tr>
          </thead>
          <tbody>
            {services.map((service) => (
              <tr key={service.service}>
                <th scope="row" class="word">
                  {service.service}
                </th>
                <td class="bar-cell wide-only">
                  <Bar
                    label={`${service.service}, compared with the largest`}
                    value={service.average_items / most}
                    tone="info"
                    isThin
                  />
                </td>
                <td class="num">{count(service.average_items)}</td>
                <td class="num">{duration(service.average_duration)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function FailureEntry({ failure }: { failure: Failure }): JSX.Element {
  const [first, ...others] = failure.errors;
  const more = failure.all_errors - 1;
  return (
    <li class="failure">
      <div class="failure-head">
        <a class="job-name" href={`/deletions/${failure.job_id}`}>
          {subjectOf(failure)}
        </a>
        <JobBadge status={failure.status} />
        <span class="failure-when">
          <Ago at={failure.completed_at} />
        </span>
      </div>
      <p class="cause" title={others.join("\n")}>
        {first}
        {more > 0 && <span class="fine"> and {plural(more, "more reason")}</span>}
      </p>
    </li>
  );
}

function Failures({ overview }: { overview: Overview }): JSX.Element {
  return (
    <Panel title="Failures of the last 7 days" isFlush={overview.failures.length > 0}>
      {overview.failures.length === 0 ? (
        <Empty icon="check" title="Nothing has failed" />
      ) : (
        <ul class="failures">
          {overview.failures.map((failure) => (
            <FailureEntry key={failure.job_id} failure={failure} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Waiting({ overview }: { overview: Overview }): JSX.Element | null {
  const waiting: [number, string, string][] = [
    [overview.open.awaiting_approval ?? 0, "awaiting approval", "/approvals"],
    [overview.open.held ?? 0, "stopped by a legal hold", "/deletions?status=held"],
    [overview.open.scheduled ?? 0, "scheduled", "/schedules"],
    [overview.legal_holds, overview.legal_holds === 1 ? "legal hold stands" : "legal holds stand", "/holds"],
  ];
  const shown = waiting.filter(([number]) => number > 0);
  if (shown.length === 0) return null;
  return (
    <ul class="chips" aria-label="What waits">
      {shown.map(([number, text, href]) => (
        <li key={href}>
          <a class="chip" href={href}>
            <strong>{count(number)}</strong> {text}
          </a>
        </li>
      ))}
    </ul>
  );
}

export function OverviewPage(): JSX.Element {
  const isOperator = account.value?.is_platform_admin ?? false;
  const { data, error, reload } = useQuery<Overview>(
    isOperator ? "/api/v1/auth/deletion-overview" : null,
    endings.value,
  );
  return (
    <>
      <PageHead title="Overview" />
      {data && <Waiting overview={data} />}
      <Active />
      {error && <Problem error={error} retry={reload} />}
      {isOperator && !data && !error && <Loading lines={4} />}
      {data && (
        <>
          <Tiles overview={data} />
          <div class="columns">
            <div class="column">
              <Panel title="Ended by hour" note="last 24 hours">
                <Hours hours={data.last_24_hours.hours} />
              </Panel>
              <Failures overview={data} />
            </div>
            <div class="column">
              <Services overview={data} />
            </div>
          </div>
        </>
      )}
      {!isOperator && (
        <p class="lead">
          You see the deletions of the <a href="/tenants">tenants that you run</a>.
        </p>
      )}
    </>
  );
}
