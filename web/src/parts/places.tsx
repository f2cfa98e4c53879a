import type { JSX } from "preact";

import type { Place } from "../api/types";
import { bytes, count } from "../format";
import { useQuery } from "../use_query";
import { Badge, Loading, Panel, Problem } from "./basics";
import { type Column, List } from "./list";

const KINDS: Record<Place["kind"], string> = {
  rows: "rows in shared tables",
  schema: "a schema of its own",
  database: "a database of its own",
  files: "files of its own",
  remote: "kept by the service itself",
};

function badgeOf(place: Place): JSX.Element | null {
  if (!place.is_known) return <Badge tone="warn">No answer</Badge>;
  if (place.state === "making") return <Badge tone="neutral">Being made</Badge>;
  if (place.state === "dropping") return <Badge tone="warn">Being dropped</Badge>;
  if (place.is_there === false) return <Badge tone="bad">Missing</Badge>;
  if (place.version !== null && place.latest_version !== null && place.version < place.latest_version) {
    return <Badge tone="warn">Behind</Badge>;
  }
  if (place.version !== null && place.latest_version !== null) return <Badge tone="good">Up to date</Badge>;
  if (place.state === "live") return <Badge tone="good">In place</Badge>;
  return null;
}

function nameOf(place: Place): JSX.Element | null {
  if (place.name !== null) return <code>{place.name}</code>;
  const hasNone = place.is_known && (place.kind === "schema" || place.kind === "database");
  return hasNone ? <span class="fine">none so far</span> : null;
}

function versionOf(place: Place): string | null {
  if (place.version === null) return null;
  if (place.latest_version === null || place.version >= place.latest_version) return String(place.version);
  return `${place.version} of ${place.latest_version}`;
}

const COLUMNS: Column<Place>[] = [
  { name: "Service", is: "entry", cell: (place) => place.service },
  { name: "Kept as", cell: (place) => KINDS[place.kind] },
  { name: "Schema or database", breaks: true, cell: nameOf },
  { name: "Status", cell: badgeOf },
  { name: "Version", is: "number", cell: versionOf },
  { name: "Tables", is: "number", cell: (place) => (place.tables === null ? null : count(place.tables)) },
  { name: "Size", is: "number", cell: (place) => (place.bytes === null ? null : bytes(place.bytes)) },
];

/** In which schemas and databases a tenant's data is, how far they are migrated, and how large they are. */
export function Places({ tenant, again }: { tenant: string; again: unknown }): JSX.Element {
  const { data, error, reload } = useQuery<{ places: Place[] }>(`/api/v1/tenants/${tenant}/places`, again);
  return (
    <Panel title="Where its data is" isFlush={data !== null}>
      {error && <Problem error={error} retry={reload} />}
      {!data && !error && <Loading />}
      {data && <List columns={COLUMNS} entries={data.places} keyOf={(place) => place.service} />}
    </Panel>
  );
}
