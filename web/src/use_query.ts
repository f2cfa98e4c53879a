import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { ApiError, get } from "./api/client";

export interface Query<T> {
  data: T | null;
  /** Of the last attempt; what was read before is still there. */
  error: ApiError | null;
  isLoading: boolean;
  reload: () => void;
}

/** Reads an address of the API, anew whenever it, or `again`, changes. null: nothing is to be read yet. */
export function useQuery<T>(path: string | null, again: unknown = 0): Query<T> {
  const [data, setData] = useState<T | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [isLoading, setLoading] = useState(path !== null);
  const [turn, setTurn] = useState(0);
  const shown = useRef<string | null>(null);

  useEffect(() => {
    if (path === null) return undefined;
    let isCurrent = true;
    if (shown.current !== path) setData(null);
    shown.current = path;
    setLoading(true);
    get<T>(path)
      .then((answer) => {
        if (!isCurrent) return;
        setData(answer);
        setError(null);
      })
      .catch((problem: unknown) => {
        if (isCurrent) setError(problem instanceof ApiError ? problem : new ApiError(0, String(problem)));
      })
      .finally(() => {
        if (isCurrent) setLoading(false);
      });
    return () => {
      isCurrent = false;
    };
  }, [path, again, turn]);

  const reload = useCallback(() => setTurn((before) => before + 1), []);
  return { data, error, isLoading, reload };
}

/** What somebody types, once they pause. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), 250);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}

export interface Action {
  /** Runs it unless it runs already; true when it worked out. */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
  isRunning: boolean;
  error: ApiError | null;
  clear: () => void;
}

/** Something that somebody asked for, once at a time, and what went wrong with it. */
export function useAction(): Action {
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const run = useCallback(async (work: () => Promise<unknown>): Promise<boolean> => {
    setRunning(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (problem) {
      setError(problem instanceof ApiError ? problem : new ApiError(0, String(problem)));
      return false;
    } finally {
      setRunning(false);
    }
  }, []);
  const clear = useCallback(() => setError(null), []);
  return { run, isRunning, error, clear };
}

/**
 * More and more of a list that comes in pages. When `again` changes, its beginning alone is read anew: whoever has gone on
 * keeps what they came to.
 */
export function usePages<Page extends { next_cursor: string | null }, Entry>(
  path: string,
  entriesOf: (page: Page) => Entry[],
  keyOf: (entry: Entry) => string | number,
  again: unknown = 0,
): Query<Entry[]> & { first: Page | null; hasMore: boolean; more: () => void } {
  const first = useQuery<Page>(path, again);
  const [later, setLater] = useState<{ path: string; entries: Entry[]; cursor: string | null } | null>(null);
  const action = useAction();
  const goneOn = later?.path === path ? later : null;
  const cursor = goneOn ? goneOn.cursor : (first.data?.next_cursor ?? null);
  const beginning = first.data && entriesOf(first.data);
  const isIn = new Set(beginning?.map(keyOf));
  const data = beginning && [...beginning, ...(goneOn?.entries.filter((entry) => !isIn.has(keyOf(entry))) ?? [])];

  const more = (): void => {
    if (cursor === null || data === null || action.isRunning) return;
    void action.run(async () => {
      const page = await get<Page>(`${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`);
      setLater({ path, entries: [...data, ...entriesOf(page)], cursor: page.next_cursor });
    });
  };
  return {
    data,
    first: first.data,
    error: first.error ?? action.error,
    isLoading: first.isLoading || action.isRunning,
    reload: () => {
      setLater(null);
      first.reload();
    },
    hasMore: cursor !== null,
    more,
  };
}
