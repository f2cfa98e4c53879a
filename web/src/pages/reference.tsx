import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";

import {
  type Content,
  type Description,
  type Operation,
  type Parameter,
  resolve,
  type Route,
  routesByTag,
  type Schema,
  typeOf,
} from "../api/description";
import { Loading, PageHead, Panel, Problem } from "../parts/basics";
import { type Column, List } from "../parts/list";
import { useQuery } from "../use_query";

interface Field {
  name: string;
  type: string;
  text: string;
}

const FIELD: Column<Field>[] = [
  { name: "Name", is: "entry", cell: (field) => <code>{field.name}</code> },
  { name: "Type", cell: (field) => field.type },
  { name: "Meaning", cell: (field) => field.text },
];

function Fields({ title, fields }: { title: string; fields: Field[] }): JSX.Element | null {
  if (fields.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <List columns={FIELD} entries={fields} keyOf={(field) => field.name} />
    </>
  );
}

function schemaOf(content: Content | undefined): Schema | undefined {
  return content?.content?.["application/json"]?.schema;
}

function fieldsOf(description: Description, schema: Schema | undefined): Field[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = resolve<Schema>(description, schema as Schema & { $ref: string });
  return Object.entries(properties).map(([name, property]) => {
    const meant = resolve<Schema>(description, property as Schema & { $ref: string });
    return {
      name,
      type: typeOf(meant.properties ? property : meant) + (required.includes(name) ? ", required" : ""),
      text: [property.description ?? meant.description, meant.enum?.join(", ")].filter(Boolean).join(": "),
    };
  });
}

function parametersOf(description: Description, operation: Operation): Field[] {
  return (operation.parameters ?? []).map((one) => {
    const parameter = resolve<Parameter>(description, one);
    return {
      name: parameter.name,
      type: `${typeOf(parameter.schema)}, in the ${parameter.in}${parameter.required ? ", required" : ""}`,
      text: parameter.description ?? "",
    };
  });
}

function answersOf(description: Description, operation: Operation): Field[] {
  return Object.entries(operation.responses).map(([status, one]) => {
    const answer = resolve<Content>(description, one);
    return { name: status, type: typeOf(schemaOf(answer)), text: answer.description ?? "" };
  });
}

function RouteDetails({ route, description }: { route: Route; description: Description }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const { operation } = route;
  const permission = operation["x-tenure-permission"];
  return (
    <details class="route" id={operation.operationId} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class={`method method-${route.method.toLowerCase()}`}>{route.method}</span>
        <code class="break">{route.path}</code>
        <span class="route-summary">{operation.summary}</span>
      </summary>
      {isOpen && (
        <>
          {operation.description && <p>{operation.description}</p>}
          {permission && <p class="fine">Who may: {permission}.</p>}
          <Fields title="Parameters" fields={parametersOf(description, operation)} />
          <Fields title="Body" fields={fieldsOf(description, schemaOf(operation.requestBody))} />
          <Fields title="Answers" fields={answersOf(description, operation)} />
        </>
      )}
    </details>
  );
}

function Groups({ description }: { description: Description }): JSX.Element {
  const about = (tag: string): ComponentChildren => description.tags.find(({ name }) => name === tag)?.description;
  return (
    <>
      {routesByTag(description).map(([tag, routes]) => (
        <Panel key={tag} title={tag} isFlush>
          {about(tag) && <p class="fine routes-lead">{about(tag)}</p>}
          {routes.map((route) => (
            <RouteDetails key={route.method + route.path} route={route} description={description} />
          ))}
        </Panel>
      ))}
    </>
  );
}

export function ReferencePage(): JSX.Element {
  const { data, error, reload } = useQuery<Description>("/api/v1/openapi.json");
  return (
    <>
      <PageHead title="API" lead="Every route, who may call it, what it takes and what it answers; made of the server's own description." />
      {error && <Problem error={error} retry={reload} />}
      {data ? <Groups description={data} /> : !error && <Loading lines={8} />}
    </>
  );
}
