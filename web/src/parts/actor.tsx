import { signal } from "@preact/signals";
import type { JSX } from "preact";

import { account, get } from "../api/client";
import type { Account } from "../api/types";

/** Names of people by id, as far as they were asked for; the history itself holds none. */
const names = signal<ReadonlyMap<string, string>>(new Map());
const asked = new Set<string>();

function nameOf(user: string): string {
  if (user === account.value?.user_id) return "you";
  if (!asked.has(user) && account.value?.is_platform_admin) {
    asked.add(user);
    get<Account>(`/api/v1/auth/users/${user}`)
      .then((found) => {
        names.value = new Map(names.value).set(user, found.full_name);
      })
      // An account that is gone has no name any more.
      .catch(() => undefined);
  }
  return names.value.get(user) ?? `user ${user.slice(0, 8)}`;
}

export function Person({ id }: { id: string }): JSX.Element {
  return <span title={id}>{nameOf(id)}</span>;
}

/** "user/0b2c…", "service/billing", "worker/serve/711", "command", "system". */
export function Actor({ by }: { by: string }): JSX.Element {
  const [kind, ...rest] = by.split("/");
  const name = rest.join("/");
  switch (kind) {
    case "user":
      return <Person id={name} />;
    case "service":
      return <span>service {name}</span>;
    case "worker":
      return <span>worker {name}</span>;
    case "command":
      return <span>an operator's command</span>;
    default:
      return <span>Tenure</span>;
  }
}
