import type { JSX } from "preact";

import type { AuditEntry, AuditLog, HistoryEntry } from "../api/types";
import { count } from "../format";
import { endings } from "../live";
import { Actor } from "../parts/actor";
import { Empty, Facts, Id, JobBadge, Moment, PageHead, Panel } from "../parts/basics";
import { Choice } from "../parts/choice";
import { type Column, List, Pages } from "../parts/list";
import { go, place } from "../routes";
import { usePages } from "../use_query";
import { actionWord, jobWord, reasonWord, subjectOf } from "../words";

const VIEWS: [string, string][] = [
  ["", "Everything"],
  ["deletions", "Deletions"],
];

/** Digits enough to tell one from another, all of them on request. */
function Short({ value }: { value: string }): JSX.Element {
  return <code title={value}>{value.split("-")[0]?.slice(0, 12)}</code>;
}

/** Of services and workers the log has what stands for their names. */
function Who({ by }: { by: string }): JSX.Element {
  const [kind = "", id = ""] = by.split("/");
  if (kind !== "service" && kind !== "worker") return <Actor by={by} />;
  return (
    <span>
      {kind} <Short value={id} />
    </span>
  );
}

const ENTRIES: Column<AuditEntry>[] = [
  { name: "Entry", is: "number", cell: (entry) => count(entry.sequence) },
  { name: "When", is: "whole", cell: (entry) => <Moment at={entry.at} withSeconds /> },
  {
    name: "What",
    is: "entry",
    cell: ({ action, job_id }) =>
      job_id === null ? actionWord(action) : <a href={`/deletions/${job_id}`}>{actionWord(action)}</a>,
  },
  {
    name: "Of",
    cell: ({ tenant, person }) => (
      <span>
        {tenant && (
          <span class="block">
            tenant <Short value={tenant} />
          </span>
        )}
        {person && (
          <span class="block">
            person <Short value={person} />
          </span>
        )}
      </span>
    ),
  },
  { name: "By", cell: (entry) => <Who by={entry.actor} /> },
];

/** How far the log is signed. */
function LastCheckpoint({ log }: { log: AuditLog }): JSX.Element {
  const { checkpoint } = log;
  const newer = checkpoint ? (log.entries[0]?.sequence ?? 0) - checkpoint.sequence : 0;
  return (
    <Panel title="Last checkpoint">
      {checkpoint ? (
        <Facts
          facts={[
            ["Covers", `every entry up to ${count(checkpoint.sequence)}${newer > 0 ? `; ${count(newer)} are newer` : ""}`],
            ["Signed", <Moment at={checkpoint.at} withSeconds />],
            ["Key", <Id value={checkpoint.key_id} />],
            ["Hash", <Id value={checkpoint.hash} />],
          ]}
        />
      ) : (
        <p class="fine">There is none yet. One is signed every ten minutes in which something happened.</p>
      )}
    </Panel>
  );
}

function Everything(): JSX.Element {
  const path = "/api/v1/audit?limit=100";
  const query = usePages<AuditLog, AuditEntry>(path, (page) => page.entries, (entry) => entry.sequence, endings.value);
  return (
    <>
      {query.first && <LastCheckpoint log={query.first} />}
      <Pages title="Entries" query={query} lines={8}>
        {query.data?.length ? (
          <List columns={ENTRIES} entries={query.data} keyOf={(entry) => entry.sequence} />
        ) : (
          <Empty icon="audit" title="Nothing has happened yet" />
        )}
      </Pages>
    </>
  );
}

interface HistoryPage {
  transitions: HistoryEntry[];
  next_cursor: string | null;
}

const CHANGES: Column<HistoryEntry>[] = [
  { name: "When", is: "whole", cell: (entry) => <Moment at={entry.at} withSeconds /> },
  { name: "What", is: "entry", cell: (entry) => <a href={`/deletions/${entry.job_id}`}>{subjectOf(entry)}</a> },
  {
    name: "Became",
    cell: (entry) => (
      <>
        <JobBadge status={entry.to} />
        {entry.from && <span class="fine block">was {jobWord(entry.from).toLowerCase()}</span>}
      </>
    ),
  },
  { name: "Because", cell: (entry) => reasonWord(entry.reason) },
  { name: "By", cell: (entry) => <Actor by={entry.by} /> },
];

const keyOf = (entry: HistoryEntry): string => `${entry.job_id} ${entry.number}`;

function Deletions(): JSX.Element {
  const path = "/api/v1/auth/deletion-history?limit=100";
  const query = usePages<HistoryPage, HistoryEntry>(path, (page) => page.transitions, keyOf, endings.value);
  return (
    <Pages title="Changes" query={query} lines={8}>
      {query.data?.length ? (
        <List columns={CHANGES} entries={query.data} keyOf={keyOf} />
      ) : (
        <Empty icon="audit" title="Nothing has happened yet" />
      )}
    </Pages>
  );
}

export function AuditPage(): JSX.Element {
  const view = place.value.query.get("view") ?? "";
  return (
    <>
      <PageHead
        title="Audit trail"
        lead={
          view === "deletions"
            ? "Every change of every deletion: what, when, by whom and why. It is never changed."
            : "Who did what, and when. Entries are chained and signed, and tell no names: of a tenant there is a keyed hash."
        }
      />
      <Choice
        legend="What of it"
        name="view"
        options={VIEWS}
        chosen={view}
        onChoose={(key) => go(key ? `/audit?view=${key}` : "/audit", true)}
      />
      {view === "deletions" ? <Deletions /> : <Everything />}
    </>
  );
}
