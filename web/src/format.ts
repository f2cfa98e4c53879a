// Numbers and times as people read them.
import { signal } from "@preact/signals";

const number = new Intl.NumberFormat("en");
const decimal = new Intl.NumberFormat("en", { maximumFractionDigits: 1, minimumFractionDigits: 1 });

export const count = (value: number): string => number.format(value);
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** 0.42 s, 3.4 s, 2 min 5 s, 1 h 12 min. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 60) return `${decimal.format(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? plural(hours / 24, "day") : `${plural(Math.floor(hours / 24), "day")} ${hours % 24} h`;
}

/** 812 B, 3.4 MB. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let size = value;
  let unit = "B";
  while (size >= 999.95 && units.length > 0) {
    size /= 1000;
    unit = units.shift() ?? unit;
  }
  return `${decimal.format(size)} ${unit}`;
}

/** A part of one, never rounded up to all of it. */
export function percent(part: number): string {
  const value = part * 100;
  if (value === 100 || value === 0) return `${value} %`;
  return `${decimal.format(Math.min(99.9, value))} %`;
}

/** Times are shown where the reader is, or in UTC. */
export const isUtc = signal(localStorage.getItem("tenure.utc") === "yes");
export function setUtc(value: boolean): void {
  isUtc.value = value;
  localStorage.setItem("tenure.utc", value ? "yes" : "no");
}
export const zoneName = (): string => (isUtc.value ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone);

export function dateTime(iso: string, withSeconds = false): string {
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    ...(withSeconds ? { second: "2-digit" } : {}),
    ...(isUtc.value ? { timeZone: "UTC" } : {}),
  }).format(new Date(iso));
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export function date(iso: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    ...(isUtc.value ? { timeZone: "UTC" } : {}),
  }).format(new Date(iso));
}

/** "just now", "5 minutes ago", "in 3 days", and the date of what is longer ago than a month. */
export function ago(iso: string, now: number): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 10) return "just now";
  if (size < 60) return relative.format(seconds, "second");
  if (size < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 48 * 3600) return relative.format(Math.round(seconds / 3600), "hour");
  if (size > 31 * 86400) return date(iso);
  return relative.format(Math.round(seconds / 86400), "day");
}

/** The clock of everything that says how long ago; one for the page. */
export const now = signal(Date.now());
window.setInterval(() => {
  if (document.visibilityState === "visible") now.value = Date.now();
}, 1000);
