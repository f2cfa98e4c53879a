// What a preview counted, for the bars of the deletion that was ordered behind it. A row count of this tab's only.
import type { EstatePreview } from "../api/types";

const KEY = "tenure.expected.";

export function expectRows(job: string, preview: EstatePreview): void {
  const rows = Object.fromEntries(
    Object.entries(preview.services).map(([service, counted]) => [service, counted.total_items ?? 0]),
  );
  sessionStorage.setItem(KEY + job, JSON.stringify(rows));
}

export function expectedRows(job: string): Record<string, number> | null {
  const stored = sessionStorage.getItem(KEY + job);
  return stored === null ? null : (JSON.parse(stored) as Record<string, number>);
}
