import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import type { ApiError } from "../api/client";
import type { JobStatus } from "../api/types";
import { ago, dateTime, isUtc, now, zoneName } from "../format";
import { focusHeading } from "../routes";
import { jobTone, jobWord, type Tone } from "../words";
import { Icon, type IconName } from "./icon";

export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }): JSX.Element {
  return <span class={`badge badge-${tone}`}>{children}</span>;
}

export const JobBadge = ({ status }: { status: JobStatus }): JSX.Element => (
  <Badge tone={jobTone(status)}>{jobWord(status)}</Badge>
);

/** How long ago; the whole time, with its zone, on request. */
export function Ago({ at }: { at: string }): JSX.Element {
  return (
    <time dateTime={at} title={`${dateTime(at, true)} ${zoneName()}`}>
      {ago(at, now.value)}
    </time>
  );
}

export function Moment({ at, withSeconds = false }: { at: string; withSeconds?: boolean }): JSX.Element {
  return (
    <time dateTime={at} title={isUtc.value ? at : `${new Date(at).toISOString()} (UTC)`}>
      {dateTime(at, withSeconds)}
    </time>
  );
}

/** The heading of a page, which is also its title. */
export function PageHead(props: {
  title: string;
  lead?: ComponentChildren;
  back?: { href: string; text: string };
  children?: ComponentChildren;
}): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => focusHeading(heading.current), []);
  useEffect(() => {
    document.title = `${props.title} · Tenure`;
  }, [props.title]);
  return (
    <header class="page-head">
      <div class="page-head-text">
        {props.back && (
          <a class="back" href={props.back.href}>
            <Icon name="back" /> {props.back.text}
          </a>
        )}
        <h1 ref={heading} tabIndex={-1}>{props.title}</h1>
        {props.lead && <p class="lead">{props.lead}</p>}
      </div>
      {props.children && <div class="page-actions">{props.children}</div>}
    </header>
  );
}

export function Panel(props: {
  title: string;
  note?: ComponentChildren;
  actions?: ComponentChildren;
  isFlush?: boolean;
  children: ComponentChildren;
}): JSX.Element {
  const id = `panel-${props.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
  return (
    <section class="panel" aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id}>{props.title}</h2>
        {props.note && <span class="note">{props.note}</span>}
        {props.actions && <div class="panel-actions">{props.actions}</div>}
      </div>
      <div class={props.isFlush ? "panel-body flush" : "panel-body"}>{props.children}</div>
    </section>
  );
}

export function Empty(props: { icon: IconName; title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={props.icon} />
      </span>
      <p class="empty-title">{props.title}</p>
      {props.children && <p class="empty-text">{props.children}</p>}
    </div>
  );
}

/** What went wrong, every reason of it, and a way to try again. */
export function Problem({ error, retry }: { error: ApiError; retry?: () => void }): JSX.Element {
  const problems = error.problems;
  const request = error.body["request_id"];
  return (
    <div class="problem" role="alert">
      <Icon name="warning" />
      <div>
        {problems.length === 1 ? (
          <p>{problems[0]}</p>
        ) : (
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        )}
        {error.status >= 500 && typeof request === "string" && <p class="fine">Request {request}</p>}
      </div>
      {retry && (
        <button type="button" class="button small" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Stands where something will be, as large as that. */
export function Loading({ lines = 3 }: { lines?: number }): JSX.Element {
  return (
    <div class="loading" role="status">
      <span class="visually-hidden">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class="skeleton" aria-hidden="true" />
      ))}
    </div>
  );
}

/** Name and value pairs. */
export function Facts({ facts }: { facts: [string, ComponentChildren][] }): JSX.Element {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Id({ value }: { value: string }): JSX.Element {
  return <code class="id">{value}</code>;
}

export function More({ onMore, isLoading }: { onMore: () => void; isLoading: boolean }): JSX.Element {
  return (
    <div class="more">
      <button type="button" class="button" disabled={isLoading} onClick={onMore}>
        {isLoading ? "Loading…" : "Show more"}
      </button>
    </div>
  );
}
