import type { ComponentChildren, JSX } from "preact";

import type { ApiError } from "../api/client";
import { count } from "../format";
import { Loading, More, Panel, Problem } from "./basics";

/** What of each entry stands in a column. On a phone, where there are no columns, the name stands before it. */
export interface Column<Entry> {
  name: string;
  cell: (entry: Entry) => ComponentChildren;
  /** "entry" names what the row is about; "decide" holds its buttons. */
  is?: "entry" | "number" | "decide" | "whole";
  /** Long words may be broken. */
  breaks?: boolean;
}

function Cell<Entry>({ column, entry }: { column: Column<Entry>; entry: Entry }): JSX.Element {
  const { name, cell, is, breaks } = column;
  if (is === "entry") {
    return (
      <th scope="row" class="break" data-label={name}>
        {cell(entry)}
      </th>
    );
  }
  if (is === "decide") return <td class="row-actions">{cell(entry)}</td>;
  const style = is === "number" ? "num" : is === "whole" ? "nowrap" : breaks ? "break" : undefined;
  return (
    <td {...(style ? { class: style } : {})} data-label={name}>
      {cell(entry)}
    </td>
  );
}

/** Rows that a list has at most, unless somebody asks for more: a page of thousands is slow, and nobody reads it. */
export const MOST_SHOWN = 100;

/** Says what a list leaves out, and where all of it is. */
export function Rest({ shown, all, href }: { shown: number; all: number; href: string }): JSX.Element | null {
  if (all <= shown) return null;
  return (
    <div class="more">
      <p class="fine">
        The first {count(shown)} of {count(all)}. <a href={href}>All of them</a>
      </p>
    </div>
  );
}

/** Entries in rows; on a phone, one below the other. */
export function List<Entry>(props: { columns: Column<Entry>[]; entries: Entry[]; keyOf: (entry: Entry) => string | number }): JSX.Element {
  return (
    <table class="table stack">
      <thead>
        <tr>
          {props.columns.map(({ name, is }) => (
            <th key={name} scope="col" {...(is === "number" ? { class: "num" } : {})}>
              {is === "decide" ? <span class="visually-hidden">{name}</span> : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.entries.map((entry) => (
          <tr key={props.keyOf(entry)}>
            {props.columns.map((column) => (
              <Cell key={column.name} column={column} entry={entry} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What is shown of a list that is read in pages, whatever has become of reading it. */
export function Pages(props: {
  title: string;
  note?: string;
  query: { data: unknown; error: ApiError | null; isLoading: boolean; reload: () => void; hasMore: boolean; more: () => void };
  lines?: number;
  children: ComponentChildren;
}): JSX.Element {
  const { data, error, isLoading, reload, hasMore, more } = props.query;
  return (
    <>
      {error && <Problem error={error} retry={reload} />}
      {!data && !error && <Loading lines={props.lines ?? 6} />}
      {data !== null && (
        <Panel title={props.title} {...(props.note ? { note: props.note } : {})} isFlush>
          {props.children}
          {hasMore && <More onMore={more} isLoading={isLoading} />}
        </Panel>
      )}
    </>
  );
}
