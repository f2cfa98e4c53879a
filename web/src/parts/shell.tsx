import { signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { account, logOut } from "../api/client";
import type { JobStatus } from "../api/types";
import { count, isUtc, setUtc, zoneName } from "../format";
import { connection, countOpen, type Connection } from "../live";
import { place, type PageName } from "../routes";
import { theme, setTheme, type Theme } from "../theme";
import { useAction } from "../use_query";
import { ACTIVE } from "../words";
import { Problem } from "./basics";
import { Icon, type IconName } from "./icon";

interface Entry {
  page: PageName;
  href: string;
  text: string;
  icon: IconName;
  forOperators?: boolean;
  counts?: readonly JobStatus[];
}

const ENTRIES: Entry[] = [
  { page: "overview", href: "/", text: "Overview", icon: "overview" },
  { page: "deletions", href: "/deletions", text: "Deletions", icon: "deletions", counts: ACTIVE },
  { page: "tenants", href: "/tenants", text: "Tenants", icon: "tenants" },
  { page: "schedules", href: "/schedules", text: "Schedules", icon: "schedules", forOperators: true, counts: ["scheduled"] },
  { page: "approvals", href: "/approvals", text: "Approvals", icon: "approvals", forOperators: true, counts: ["awaiting_approval"] },
  { page: "holds", href: "/holds", text: "Legal holds", icon: "holds", forOperators: true },
  { page: "schemas", href: "/schemas", text: "Migrations", icon: "schemas", forOperators: true },
  { page: "audit", href: "/audit", text: "Audit trail", icon: "audit", forOperators: true },
  { page: "reference", href: "/reference", text: "API", icon: "reference" },
];

const SECTION: Partial<Record<PageName, PageName>> = { deletion: "deletions", tenant: "tenants" };

const STATE: Record<Connection, [string, string]> = {
  live: ["Live", "What you see is up to date"],
  connecting: ["Connecting", "Asking the server for its news"],
  cut: ["Reconnecting", "The connection was cut; what you see may be out of date until it is back"],
  off: ["Not live", "This page does not follow what happens"],
};

const isMenuOpen = signal(false);

function ConnectionState(): JSX.Element {
  const [text, title] = STATE[connection.value];
  return (
    <span class={`connection connection-${connection.value}`} title={title} role="status" data-testid="connection">
      <span class="dot" aria-hidden="true" /> {text}
    </span>
  );
}

function Navigation(): JSX.Element {
  const isOperator = account.value?.is_platform_admin ?? false;
  const current = place.value.page && (SECTION[place.value.page] ?? place.value.page);
  return (
    <nav aria-label="Pages">
      <ul>
        {ENTRIES.filter((entry) => isOperator || !entry.forOperators).map((entry) => {
          const number = countOpen(entry.counts ?? []);
          return (
            <li key={entry.page}>
              <a href={entry.href} aria-current={entry.page === current ? "page" : undefined}>
                <Icon name={entry.icon} />
                <span>{entry.text}</span>
                {number > 0 && (
                  <span class="nav-count">
                    {count(number)}
                    <span class="visually-hidden"> open</span>
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

const THEMES: [Theme, string, IconName][] = [
  ["auto", "As the device", "device"],
  ["light", "Light", "sun"],
  ["dark", "Dark", "moon"],
];

function Zone(): JSX.Element {
  return (
    <button
      type="button"
      class="zone"
      aria-pressed={isUtc.value}
      title="Show times in UTC, or where you are"
      onClick={() => setUtc(!isUtc.value)}
    >
      <Icon name="schedules" />
      <span>{zoneName()}</span>
    </button>
  );
}

function Preferences(): JSX.Element {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">Colours</legend>
      {THEMES.map(([value, text, icon]) => (
        <label key={value} title={text}>
          <input
            type="radio"
            name="theme"
            value={value}
            checked={theme.value === value}
            onChange={() => setTheme(value)}
          />
          <Icon name={icon} />
          <span class="visually-hidden">{text}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Who(): JSX.Element {
  const who = account.value;
  const action = useAction();
  return (
    <div class="who">
      <span class="avatar" aria-hidden="true">
        {(who?.full_name ?? "?").trim().charAt(0).toUpperCase()}
      </span>
      <span class="who-text">
        <span class="who-name">{who?.full_name}</span>
        <span class="who-role">{who?.is_platform_admin ? "Platform admin" : "Member"}</span>
      </span>
      <button type="button" class="icon-button" aria-label="Log out" title="Log out" onClick={() => void action.run(logOut)}>
        <Icon name="leave" />
      </button>
      {action.error && <Problem error={action.error} />}
    </div>
  );
}

/** Everything around a page. */
export function Shell({ children }: { children: ComponentChildren }): JSX.Element {
  const [path, setPath] = useState(window.location.pathname);
  const here = place.value;
  useEffect(() => {
    if (path !== window.location.pathname) isMenuOpen.value = false;
    setPath(window.location.pathname);
  }, [here]);
  const active = countOpen(ACTIVE);
  return (
    <div class={`shell${isMenuOpen.value ? " menu-open" : ""}`}>
      <a class="skip" href="#main" onClick={(event) => {
        event.preventDefault();
        document.querySelector<HTMLElement>("main")?.focus();
      }}>
        Skip to the page
      </a>
      <header class="top">
        <button
          type="button"
          class="icon-button menu-button"
          aria-expanded={isMenuOpen.value}
          aria-controls="side"
          aria-label={isMenuOpen.value ? "Close the menu" : "Open the menu"}
          onClick={() => {
            isMenuOpen.value = !isMenuOpen.value;
          }}
        >
          <Icon name={isMenuOpen.value ? "close" : "menu"} />
        </button>
        <a class="brand" href="/">
          <span class="brand-mark" aria-hidden="true">
            T
          </span>
          Tenure
        </a>
        <ConnectionState />
      </header>
      <aside class="side" id="side" aria-label="Menu">
        <a class="brand" href="/">
          <span class="brand-mark" aria-hidden="true">
            T
          </span>
          Tenure
        </a>
        <Navigation />
        <div class="side-foot">
          <div class="state-line">
            <ConnectionState />
            <Zone />
          </div>
          <Preferences />
          <Who />
        </div>
      </aside>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <p class="visually-hidden" role="status">
        {active > 0 ? `${active} deletions run` : ""}
      </p>
    </div>
  );
}
