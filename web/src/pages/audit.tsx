import type { JSX } from "preact";

import type { HistoryEntry } from "../api/types";
import { endings } from "../live";
import { Actor } from "../parts/actor";
import { Empty, JobBadge, Moment, PageHead } from "../parts/basics";
import { type Column, List, Pages } from "../parts/list";
import { usePages } from "../use_query";
import { jobWord, reasonWord, subjectOf } from "../words";

interface Page {
  transitions: HistoryEntry[];
  next_cursor: string | null;
}

const COLUMNS: Column<HistoryEntry>[] = [
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

export function AuditPage(): JSX.Element {
  const path = "/api/v1/auth/deletion-history?limit=100";
  const query = usePages<Page, HistoryEntry>(path, (page) => page.transitions, keyOf, endings.value);
  return (
    <>
      <PageHead title="Audit trail" lead="Every change of every deletion: what, when, by whom and why. It is never changed." />
      <Pages title="Changes" query={query} lines={8}>
        {query.data?.length ? (
          <List columns={COLUMNS} entries={query.data} keyOf={keyOf} />
        ) : (
          <Empty icon="audit" title="Nothing has happened yet" />
        )}
      </Pages>
    </>
  );
}
