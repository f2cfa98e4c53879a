// Deletion jobs as they change. One WebSocket: a snapshot first, then numbered events; after a cut it goes on behind the
// last number that was seen (see src/server/live_feed.h).
import { computed, effect, signal } from "@preact/signals";

import { accessToken, account } from "./api/client";
import type { Job, Step } from "./api/types";
import { isOpen } from "./words";

type Message =
  | { type: "snapshot"; feed: string; number: number; jobs: Job[] }
  | { type: "resumed"; feed: string; number: number }
  | { type: "job"; number: number; job: Job }
  | { type: "step"; number: number; job_id: string; service: string; step: Step }
  | { type: "progress"; job_id: string; service: string; total: number }
  | { type: "tick" };

export type Connection = "off" | "connecting" | "live" | "cut";

// A tick comes every 15 s.
const SILENCE_MS = 40_000;
const LONGEST_WAIT_MS = 15_000;
const MOST_ENDED = 50;

/** How the connection is. "cut": it was there and is being made again. */
export const connection = signal<Connection>("off");
/** Every job that is open, and those that ended while this page was there. */
export const jobs = signal<ReadonlyMap<string, Job>>(new Map());
/** Goes up each time that a job has ended, or that it is not known what happened meanwhile. */
export const endings = signal(0);
/** How often the feed was resumed without a gap. */
export const resumptions = signal(0);

export const openJobs = computed(() =>
  [...jobs.value.values()]
    .filter((job) => isOpen(job.status))
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1)),
);

let socket: WebSocket | null = null;
let position: { feed: string; number: number } | null = null;
let attempts = 0;
let retry: number | undefined;
let silence: number | undefined;

function put(job: Job): void {
  const before = jobs.value.get(job.job_id);
  const next = new Map(jobs.value);
  next.set(job.job_id, job);
  const ended = [...next.values()].filter((other) => !isOpen(other.status));
  ended
    .sort((a, b) => ((a.completed_at ?? "") < (b.completed_at ?? "") ? -1 : 1))
    .slice(0, Math.max(0, ended.length - MOST_ENDED))
    .forEach((other) => next.delete(other.job_id));
  jobs.value = next;
  if (!isOpen(job.status) && (!before || isOpen(before.status))) endings.value += 1;
}

function putStep(id: string, service: string, change: Partial<Step>): void {
  const job = jobs.value.get(id);
  const step = job?.service_results[service];
  if (!job || !step) return;
  const next = new Map(jobs.value);
  next.set(id, { ...job, service_results: { ...job.service_results, [service]: { ...step, ...change } } });
  jobs.value = next;
}

function take(message: Message): void {
  switch (message.type) {
    case "snapshot": {
      const ended = [...jobs.value.values()].filter((job) => !isOpen(job.status));
      jobs.value = new Map([...ended, ...message.jobs].map((job) => [job.job_id, job]));
      position = { feed: message.feed, number: message.number };
      endings.value += 1;
      connection.value = "live";
      return;
    }
    case "resumed":
      resumptions.value += 1;
      connection.value = "live";
      return;
    case "job":
      put(message.job);
      break;
    case "step":
      putStep(message.job_id, message.service, message.step);
      break;
    case "progress": {
      const step = jobs.value.get(message.job_id)?.service_results[message.service];
      if (step?.status === "running") putStep(message.job_id, message.service, { total: message.total });
      return;
    }
    default:
      return;
  }
  if (position) position = { ...position, number: message.number };
}

function listenForSilence(): void {
  window.clearTimeout(silence);
  silence = window.setTimeout(() => socket?.close(), SILENCE_MS);
}

async function connect(isRefused = false): Promise<void> {
  window.clearTimeout(retry);
  if (socket || !account.value) return;
  if (connection.value !== "cut") connection.value = "connecting";
  let token: string | null;
  try {
    token = await accessToken(isRefused);
  } catch {
    comeAgain();
    return;
  }
  if (token === null || socket) return;
  const opened = new WebSocket(`${window.location.protocol === "https:" ? "wss" : "ws"}://${window.location.host}/api/v1/live`);
  socket = opened;
  opened.onopen = () => {
    opened.send(JSON.stringify(position ? { token, after: position } : { token }));
    listenForSilence();
  };
  opened.onmessage = (event) => {
    attempts = 0;
    listenForSilence();
    take(JSON.parse(String(event.data)) as Message);
  };
  opened.onclose = (event) => {
    window.clearTimeout(silence);
    if (socket !== opened) return;
    socket = null;
    if (!account.value) return;
    connection.value = event.code === 4403 ? "off" : "cut";
    if (event.code === 4403) return;
    comeAgain(event.code === 4401);
  };
}

function comeAgain(isRefused = false): void {
  connection.value = "cut";
  const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** attempts) * (0.5 + Math.random());
  attempts += 1;
  retry = window.setTimeout(() => void connect(isRefused), wait);
}

function disconnect(): void {
  window.clearTimeout(retry);
  window.clearTimeout(silence);
  const open = socket;
  socket = null;
  open?.close();
  position = null;
  attempts = 0;
  jobs.value = new Map();
  connection.value = "off";
}

/** Whoever looks at the page, or gets back into a network, does not wait for the next attempt. */
function hurry(): void {
  if (connection.value !== "cut" || document.visibilityState === "hidden") return;
  attempts = 0;
  void connect();
}

let watcher: string | null = null;
/** Keeps the connection for as long as somebody is logged in. */
export function watch(): void {
  effect(() => {
    const user = account.value?.user_id ?? null;
    if (user === watcher) return;
    if (watcher) disconnect();
    watcher = user;
    if (user) void connect();
  });
  document.addEventListener("visibilitychange", hurry);
  window.addEventListener("online", hurry);
}
