import type { JSX } from "preact";
import { useState } from "preact/hooks";

import type { Drift, DriftGroup, Schema, SchemaPage, SchemaService } from "../api/types";
import { bytes, count, plural } from "../format";
import { Badge, Ago, Empty, Loading, PageHead, Panel, Problem } from "../parts/basics";
import { Choice } from "../parts/choice";
import { type Column, List, Pages } from "../parts/list";
import { MigrationRuns } from "../parts/migration_runs";
import { go, place } from "../routes";
import { usePages, useQuery } from "../use_query";

function SchemaBadge({ schema, latest }: { schema: Schema; latest: number | null }): JSX.Element {
  if (!schema.is_there) return <Badge tone="bad">Missing</Badge>;
  if (schema.state === "dropping") return <Badge tone="warn">Being dropped</Badge>;
  if (schema.state === "making") return <Badge tone="neutral">Being made</Badge>;
  if (schema.kind !== "shared" && latest !== null && schema.version < latest) return <Badge tone="warn">Behind</Badge>;
  return <Badge tone="good">Up to date</Badge>;
}

const KINDS: Record<string, string> = {
  shared: "shared by all tenants",
  reference: "what new ones are made like",
  super: "the super tenant",
  ready: "waits for a tenant",
};

function columnsOf(service: SchemaService): Column<Schema>[] {
  return [
    { name: "Schema", is: "entry", cell: (schema) => schema.name },
    { name: "Status", cell: (schema) => <SchemaBadge schema={schema} latest={service.latest_version} /> },
    {
      name: "Tenant",
      breaks: true,
      cell: (schema) =>
        schema.tenant_id ? (
          <a href={`/tenants/${schema.tenant_id}`}>{schema.tenant_name ?? schema.tenant_id.slice(0, 8)}</a>
        ) : (
          <span class="fine">{KINDS[schema.kind] ?? schema.kind}</span>
        ),
    },
    { name: "Version", is: "number", cell: (schema) => schema.version },
    { name: "Tables", is: "number", cell: (schema) => count(schema.tables) },
    { name: "Size", is: "number", cell: (schema) => bytes(schema.bytes) },
    { name: "Migrated", is: "number", cell: (schema) => (schema.migrated_at ? <Ago at={schema.migrated_at} /> : "–") },
  ];
}

function Schemas({ service }: { service: SchemaService }): JSX.Element {
  const path = `/api/v1/schemas/${encodeURIComponent(service.service)}?limit=100`;
  const query = usePages<SchemaPage, Schema>(path, (page) => page.schemas, (schema) => schema.name);
  const schemas = query.data ?? [];
  const note = service.latest_version === null ? `${schemas.length}` : `newest migration: ${service.latest_version}`;
  return (
    <Pages title="Schemas" note={note} query={query}>
      {schemas.length === 0 ? (
        <Empty icon="schemas" title="There are no schemas yet">
          <code>tenure migrate</code> makes the first ones.
        </Empty>
      ) : (
        <List columns={columnsOf(service)} entries={schemas} keyOf={(schema) => schema.name} />
      )}
    </Pages>
  );
}

function Group({ group, drift }: { group: DriftGroup; drift: Drift }): JSX.Element {
  const names = group.schemas.slice(0, 3).join(", ") + (group.all_schemas > 3 ? ` and ${count(group.all_schemas - 3)} more` : "");
  return (
    <li class="failure">
      <div class="failure-head">
        <span class="job-name">{names}</span>
        {group.is_behind ? (
          <Badge tone="warn">{`Behind: ${group.version} of ${drift.version}`}</Badge>
        ) : (
          <Badge tone="bad">{plural(group.all_differences, "difference")}</Badge>
        )}
      </div>
      {group.differences.length > 0 && (
        <details>
          <summary>What differs</summary>
          <ul class="differences">
            {group.differences.map((difference) => (
              <li key={`${difference.kind} ${difference.name}`}>
                <strong>{difference.what}</strong> {difference.kind} <code>{difference.name}</code>
                {difference.what === "different" && (
                  <>
                    <span class="fine block">here: {difference.here}</span>
                    <span class="fine block">reference: {difference.reference}</span>
                  </>
                )}
              </li>
            ))}
          </ul>
          {group.all_differences > group.differences.length && (
            <p class="fine">and {count(group.all_differences - group.differences.length)} more; tenure schema diff shows all</p>
          )}
        </details>
      )}
    </li>
  );
}

function DriftPanel({ service }: { service: string }): JSX.Element {
  const { data, error, isLoading, reload } = useQuery<Drift>(`/api/v1/schemas/${encodeURIComponent(service)}/drift`);
  const odd = data?.groups.filter((group) => group.all_differences > 0 || group.is_behind) ?? [];
  const lost: [string, string[]][] = data
    ? [
        ["in the registry, and not in the database", data.removed],
        ["in the database, and not in the registry", data.created],
        ["being dropped", data.dropping],
      ]
    : [];
  return (
    <Panel
      title="Drift"
      {...(data ? { note: `${plural(data.schemas, "schema")} compared with ${data.reference}` } : {})}
      isFlush={odd.length > 0}
      actions={
        <button type="button" class="button small" disabled={isLoading} onClick={reload}>
          Look again
        </button>
      }
    >
      {error?.status === 422 ? (
        <p class="fine">{error.message}</p>
      ) : error ? (
        <Problem error={error} retry={reload} />
      ) : null}
      {!data && !error && <Loading lines={2} />}
      {data && !data.has_drift && odd.length === 0 && <Empty icon="check" title="Every schema is like the reference" />}
      {odd.length > 0 && data && (
        <ul class="failures">
          {odd.map((group) => (
            <Group key={group.schemas[0]} group={group} drift={data} />
          ))}
        </ul>
      )}
      {lost
        .filter(([, names]) => names.length > 0)
        .map(([what, names]) => (
          <p key={what} class="notice warn inset">
            {what}: {names.join(", ")}
          </p>
        ))}
    </Panel>
  );
}

export function SchemasPage(): JSX.Element {
  const { data, error, reload } = useQuery<{ services: SchemaService[] }>("/api/v1/schemas");
  const [chosen, setChosen] = useState(place.value.query.get("service"));
  const services = data?.services ?? [];
  const service = services.find((one) => one.service === chosen) ?? services[0];
  return (
    <>
      <PageHead title="Migrations and drift" lead="What was migrated when and how it ended, how far each tenant's schema is and how large, and what is not like the reference." />
      {error && <Problem error={error} retry={reload} />}
      {!data && !error && <Loading lines={6} />}
      {data && !service && (
        <Panel title="Schemas">
          <Empty icon="schemas" title="No service of this estate has a schema a tenant">
            One says so with <code>isolation: &#123;model: schema&#125;</code>.
          </Empty>
        </Panel>
      )}
      {services.length > 1 && (
        <Choice
          legend="Which service"
          name="service"
          options={services.map((one) => [one.service, one.service])}
          chosen={service?.service}
          onChoose={(key) => {
            setChosen(key);
            go(`/schemas?service=${encodeURIComponent(key)}`, true);
          }}
        />
      )}
      {service && (
        <>
          <MigrationRuns key={`runs ${service.service}`} service={service.service} />
          <DriftPanel key={`drift ${service.service}`} service={service.service} />
          <Schemas key={service.service} service={service} />
        </>
      )}
    </>
  );
}
