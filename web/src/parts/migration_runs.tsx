import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import type { MigrationRun, MigrationRunPage } from "../api/types";
import { count, duration, now } from "../format";
import { usePages } from "../use_query";
import type { Tone } from "../words";
import { Ago, Badge, Empty } from "./basics";
import { Bar } from "./bar";
import { type Column, List, Pages } from "./list";

const OUTCOMES: Record<MigrationRun["outcome"], [string, Tone]> = {
  running: ["Migrating", "info"],
  completed: ["Completed", "good"],
  failed: ["Failed", "bad"],
  rolled_back: ["Taken back", "warn"],
  abandoned: ["Killed", "bad"],
};

function versionsOf(run: MigrationRun): string | null {
  const parts = [
    ...(run.tenant_version === null ? [] : [`tenants ${run.tenant_version}`]),
    ...(run.shared_version === null ? [] : [`shared ${run.shared_version}`]),
  ];
  return parts.length === 0 ? null : parts.join(", ");
}

function Schemas({ run }: { run: MigrationRun }): JSX.Element {
  const text = run.behind === null ? count(run.done) : `${count(run.done)} of ${count(run.behind)}`;
  if (run.outcome === "running" && run.behind !== null && run.behind > 0) {
    const value = Math.min(1, run.done / run.behind);
    return (
      <span class="run-progress">
        <span>{text}</span>
        <Bar label={`Migration ${run.run}`} value={value} tone="info" text={`${text} schemas`} isThin />
      </span>
    );
  }
  const rest = [
    ...(run.rolled_back > 0 ? [`${count(run.rolled_back)} taken back`] : []),
    ...(run.failed > 0 ? [`${count(run.failed)} failed`] : []),
  ];
  if (rest.length > 0 && run.done === 0) return <>{rest.join(", ")}</>;
  return <>{[text, ...rest].join(", ")}</>;
}

function timeOf(run: MigrationRun): string | null {
  const from = new Date(run.started_at).getTime();
  if (run.finished_at) return duration((new Date(run.finished_at).getTime() - from) / 1000);
  return run.outcome === "running" ? duration(Math.max(0, Math.floor((now.value - from) / 1000))) : null;
}

const CAUSE_OF_KILLED = "Its process ended without a word. What it had migrated stays; the next run does the rest.";

function causeOf(run: MigrationRun): JSX.Element | null {
  const cause = run.cause ?? (run.outcome === "abandoned" ? CAUSE_OF_KILLED : null);
  return cause === null ? null : <span class="run-cause">{cause}</span>;
}

const COLUMNS: Column<MigrationRun>[] = [
  { name: "Began", is: "entry", cell: (run) => <span class="nowrap"><Ago at={run.started_at} /></span> },
  {
    name: "Outcome",
    cell: (run) => <Badge tone={OUTCOMES[run.outcome][1]}>{OUTCOMES[run.outcome][0]}</Badge>,
  },
  { name: "To version", is: "whole", cell: versionsOf },
  { name: "Schemas", cell: (run) => <Schemas run={run} /> },
  { name: "Took", is: "number", cell: timeOf },
  { name: "Why it failed", breaks: true, cell: causeOf },
];

const SLOWLY = 30_000;
const QUICKLY = 2_000;

/** The runs of `tenure migrate` in a service's database, newest first; one that goes on is followed. */
export function MigrationRuns({ service }: { service: string }): JSX.Element {
  const path = `/api/v1/schemas/${encodeURIComponent(service)}/runs?limit=10`;
  const [isFollowed, setFollowed] = useState(false);
  const query = usePages<MigrationRunPage, MigrationRun>(
    path,
    (page) => page.runs,
    (run) => run.run,
    Math.floor(now.value / (isFollowed ? QUICKLY : SLOWLY)),
  );
  const runs = query.data ?? [];
  const isRunning = runs.some((run) => run.outcome === "running");
  useEffect(() => setFollowed(isRunning), [isRunning]);
  return (
    <Pages title="Runs" {...(isRunning ? { note: "one goes on" } : {})} query={query} lines={3}>
      {runs.length === 0 ? (
        <Empty icon="schemas" title="Nothing was migrated yet" />
      ) : (
        <List columns={COLUMNS} entries={runs} keyOf={(run) => run.run} />
      )}
    </Pages>
  );
}
