import type { JSX } from "preact";

import type { HistoryEntry } from "../api/types";
import { endings } from "../live";
import { Actor } from "../parts/actor";
import { Empty, JobBadge, Loading, Moment, More, PageHead, Panel, Problem } from "../parts/basics";
import { usePages } from "../use_query";
import { jobWord, reasonWord, subjectOf } from "../words";

interface Page {
  transitions: HistoryEntry[];
  next_cursor: string | null;
}

export function AuditPage(): JSX.Element {
  const { data, error, isLoading, reload, hasMore, more } = usePages<Page, HistoryEntry>(
    "/api/v1/auth/deletion-history?limit=100",
    (page) => page.transitions,
    endings.value,
  );
  return (
    <>
      <PageHead title="Audit trail" lead="Every change of every deletion: what, when, by whom and why. It is never changed." />
      {error && <Problem error={error} retry={reload} />}
      {!data && !error && <Loading lines={8} />}
      {data && (
        <Panel title="Changes" isFlush>
          {data.length === 0 ? (
            <Empty icon="audit" title="Nothing has happened yet" />
          ) : (
            <table class="table stack">
              <thead>
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">What</th>
                  <th scope="col">Became</th>
                  <th scope="col">Because</th>
                  <th scope="col">By</th>
                </tr>
              </thead>
              <tbody>
                {data.map((entry) => (
                  <tr key={`${entry.job_id} ${entry.number}`}>
                    <td class="nowrap" data-label="When">
                      <Moment at={entry.at} withSeconds />
                    </td>
                    <th scope="row" class="break" data-label="What">
                      <a href={`/deletions/${entry.job_id}`}>{subjectOf(entry)}</a>
                    </th>
                    <td data-label="Became">
                      <JobBadge status={entry.to} />
                      {entry.from && <span class="fine block">was {jobWord(entry.from).toLowerCase()}</span>}
                    </td>
                    <td data-label="Because">{reasonWord(entry.reason)}</td>
                    <td data-label="By">
                      <Actor by={entry.by} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {hasMore && <More onMore={more} isLoading={isLoading} />}
        </Panel>
      )}
    </>
  );
}
