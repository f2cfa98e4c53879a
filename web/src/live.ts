// Deletion jobs as they change. One WebSocket: a snapshot first, then numbered events; after a cut it goes on behind the
// last number that was seen (see src/server/live_feed.h). However fast they come, the page is drawn once a frame.
import { computed, effect, signal } from "@preact/signals";

import { accessToken, account } from "./api/client";
import type { Job, JobStatus, Step } from "./api/types";
import { isOpen } from "./words";

type Message =
  | { type: "snapshot"; feed: string; number: number; open: Partial<Record<JobStatus, number>>; jobs: Job[] }
  | { type: "resumed"; feed: string; number: number }
  | { type: "job"; number: number; was: JobStatus | null; job: Job }
  | { type: "step"; number: number; job_id: string; service: string; step: Step }
  | { type: "progress"; job_id: string; service: string; total: number }
  | { type: "tick" };

export type Connection = "off" | "connecting" | "live" | "cut";

// A tick comes every 15 s.
const SILENCE_MS = 40_000;
const LONGEST_WAIT_MS = 15_000;
const MOST_ENDED = 50;
const ENDINGS_APART_MS = 1_000;

/** How the connection is. "cut": it was there and is being made again. */
export const connection = signal<Connection>("off");
/** Jobs that are open, and those that ended while this page was there. Of very many that are open, the foremost only. */
export const jobs = signal<ReadonlyMap<string, Job>>(new Map());
/** How many jobs are open, by state: all of them. */
export const openCounts = signal<ReadonlyMap<JobStatus, number>>(new Map());
/** Goes up when jobs have ended, once a second at most, and when it is not known what happened meanwhile. */
export const endings = signal(0);
/** How often the feed was resumed without a gap. */
export const resumptions = signal(0);

export const openJobs = computed(() =>
  [...jobs.value.values()]
    .filter((job) => isOpen(job.status))
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1)),
);

export const countOpen = (states: readonly JobStatus[]): number =>
  states.reduce((sum, state) => sum + (openCounts.value.get(state) ?? 0), 0);

let socket: WebSocket | null = null;
let position: { feed: string; number: number } | null = null;
let attempts = 0;
let retry: number | undefined;
let silence: number | undefined;

// What is known, of which the signals show a picture.
const known = new Map<string, Job>();
const counts = new Map<JobStatus, number>();
const ended: string[] = [];
let drawing: number | undefined;
let ending: number | undefined;
let lastEnding = -Infinity;

function draw(): void {
  drawing ??= requestAnimationFrame(() => {
    drawing = undefined;
    jobs.value = new Map(known);
    openCounts.value = new Map(counts);
  });
}

function noteEnding(): void {
  ending ??= window.setTimeout(
    () => {
      ending = undefined;
      lastEnding = performance.now();
      endings.value += 1;
    },
    Math.max(0, lastEnding + ENDINGS_APART_MS - performance.now()),
  );
}

function recount(state: JobStatus | null, by: number): void {
  if (state !== null && isOpen(state)) counts.set(state, (counts.get(state) ?? 0) + by);
}

function put(job: Job, was: JobStatus | null): void {
  recount(was, -1);
  recount(job.status, 1);
  const before = known.get(job.job_id);
  known.set(job.job_id, job);
  if (isOpen(job.status) || (before && !isOpen(before.status))) return;
  ended.push(job.job_id);
  if (ended.length > MOST_ENDED) known.delete(ended.shift() ?? "");
  noteEnding();
}

function putStep(id: string, service: string, change: Partial<Step>): void {
  const job = known.get(id);
  const step = job?.service_results[service];
  if (!job || !step) return;
  known.set(id, { ...job, service_results: { ...job.service_results, [service]: { ...step, ...change } } });
}

function begin(open: Partial<Record<JobStatus, number>>, foremost: Job[]): void {
  for (const [id, job] of known) if (isOpen(job.status)) known.delete(id);
  for (const job of foremost) known.set(job.job_id, job);
  counts.clear();
  for (const [state, count] of Object.entries(open) as [JobStatus, number][]) counts.set(state, count);
  noteEnding();
}

function take(message: Message): void {
  switch (message.type) {
    case "snapshot":
      begin(message.open, message.jobs);
      position = { feed: message.feed, number: message.number };
      connection.value = "live";
      return;
    case "resumed":
      resumptions.value += 1;
      connection.value = "live";
      return;
    case "job":
      put(message.job, message.was);
      break;
    case "step":
      putStep(message.job_id, message.service, message.step);
      break;
    case "progress": {
      const step = known.get(message.job_id)?.service_results[message.service];
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
    draw();
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
  known.clear();
  counts.clear();
  ended.length = 0;
  draw();
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
