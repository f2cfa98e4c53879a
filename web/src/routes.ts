// Addresses of the dashboard. Those in PAGES are also in src/server/dashboard_routes.cc, which serves the page at them.
import { signal } from "@preact/signals";

export const PAGES = {
  overview: "/",
  deletions: "/deletions",
  deletion: "/deletions/:id",
  tenants: "/tenants",
  tenant: "/tenants/:id",
  schedules: "/schedules",
  approvals: "/approvals",
  holds: "/holds",
  audit: "/audit",
  schemas: "/schemas",
  reference: "/reference",
} as const;

export type PageName = keyof typeof PAGES;

export interface Place {
  page: PageName | null;
  id: string;
  query: URLSearchParams;
}

function placeOf(location: Location): Place {
  const path = location.pathname.replace(/(.)\/$/, "$1");
  const query = new URLSearchParams(location.search);
  for (const [page, pattern] of Object.entries(PAGES) as [PageName, string][]) {
    if (pattern === path) return { page, id: "", query };
    const prefix = pattern.replace(":id", "");
    const id = path.slice(prefix.length);
    if (prefix !== pattern && path.startsWith(prefix) && /^[0-9a-fA-F-]{36}$/.test(id)) return { page, id, query };
  }
  return { page: null, id: "", query };
}

export const place = signal<Place>(placeOf(window.location));

let isHeadingDue = false;

function arrive(): void {
  const arrived = placeOf(window.location);
  if (arrived.page !== place.value.page || arrived.id !== place.value.id) isHeadingDue = true;
  place.value = arrived;
}

/** Focuses the heading of a page that was gone to, once: whoever cannot see it hears it, and goes on from there. */
export function focusHeading(heading: HTMLElement | null): void {
  if (!isHeadingDue) return;
  isHeadingDue = false;
  heading?.focus();
}

/** Goes to another address of the dashboard. `isReplacing`: the one before is not worth coming back to. */
export function go(path: string, isReplacing = false): void {
  const isSamePage = path.split("?")[0] === window.location.pathname;
  if (isReplacing) window.history.replaceState(null, "", path);
  else window.history.pushState(null, "", path);
  arrive();
  if (!isSamePage) window.scrollTo(0, 0);
}

window.addEventListener("popstate", () => {
  arrive();
});

// Links between pages are plain links; only their effect is ours.
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest?.("a");
  if (!link || link.target || link.hasAttribute("download") || link.origin !== window.location.origin) return;
  if (link.hash || link.pathname.startsWith("/api/")) return;
  event.preventDefault();
  go(link.pathname + link.search);
});
