// How many rows each service of a deletion has, for its bars: what a preview counted before it was ordered or, for who did
// not order it, what one counts while it runs. Row counts of this tab's only.
import { useEffect, useState } from "preact/hooks";

import { get } from "../api/client";
import type { EstatePreview, Job } from "../api/types";
import { jobs } from "../live";

const KEY = "tenure.expected.";

type Rows = Record<string, number>;

const rowsOf = (preview: EstatePreview): Rows =>
  Object.fromEntries(Object.entries(preview.services).map(([service, counted]) => [service, counted.total_items ?? 0]));

const keep = (job: string, rows: Rows): void => sessionStorage.setItem(KEY + job, JSON.stringify(rows));

export function expectRows(job: string, preview: EstatePreview): void {
  keep(job, rowsOf(preview));
}

function keptRows(job: string): Rows | null {
  const stored = sessionStorage.getItem(KEY + job);
  return stored === null ? null : (JSON.parse(stored) as Rows);
}

/** Before it, an order's own count is as good; behind it nothing is left to count. */
const isBeingDeleted = (job: Job): boolean => job.status === "running" && job.tenant_id !== null;

const asked = new Set<string>();

/**
 * The rows of each service, deleted ones included; null as long as nobody knows. What is counted while a service deletes in
 * one transaction has its rows still in it: its bar then ends short, and never goes back.
 */
export function useExpectedRows(job: Job | null): Rows | null {
  const [, setCounted] = useState("");
  const wanted = job && isBeingDeleted(job) && !asked.has(job.job_id) && keptRows(job.job_id) === null ? job : null;
  const tenant = wanted?.tenant_id ?? null;
  useEffect(() => {
    if (!wanted || tenant === null) return;
    asked.add(wanted.job_id);
    get<EstatePreview>(`/api/v1/deletion-preview/${tenant}`)
      .then((preview) => {
        const { service_results } = jobs.value.get(wanted.job_id) ?? wanted;
        const all = Object.entries(rowsOf(preview)).map(([service, left]) => [service, left + (service_results[service]?.total ?? 0)]);
        keep(wanted.job_id, Object.fromEntries(all) as Rows);
        setCounted(wanted.job_id);
      })
      // Who may not count, or cannot for now, does without.
      .catch(() => undefined);
  }, [wanted?.job_id ?? ""]);
  return job && keptRows(job.job_id);
}
