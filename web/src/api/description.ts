// The description of the API that the server gives, as far as a page of it needs it.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}

export interface Parameter {
  name: string;
  in: string;
  description?: string;
  required?: boolean;
  schema?: Schema;
}

export interface Content {
  description?: string;
  content?: Record<string, { schema?: Schema }>;
}

export interface Operation {
  tags?: string[];
  operationId: string;
  summary: string;
  description?: string;
  "x-tenure-permission"?: string;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: Content;
  responses: Record<string, Content | { $ref: string }>;
}

export interface Description {
  info: { title: string; version: string };
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
}

export interface Route {
  method: string;
  path: string;
  operation: Operation;
}

/** What `thing` says, or what it points to: "#/components/parameters/tenant". */
export function resolve<T>(description: Description, thing: T | { $ref: string }): T {
  const ref = (thing as { $ref?: string }).$ref;
  if (ref === undefined) return thing as T;
  const [, , kind, name] = ref.split("/");
  return (description.components[kind ?? ""]?.[name ?? ""] ?? {}) as T;
}

/** "array of Preview", "string (uuid)". */
export function typeOf(schema: Schema | undefined): string {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop() ?? "";
  if (schema.items) return `array of ${typeOf(schema.items)}`;
  const alternatives = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (alternatives) return alternatives.map(typeOf).join(" or ");
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : (schema.type ?? "any");
  return schema.format ? `${type} (${schema.format})` : type;
}

/** The routes of each tag, in the description's order. */
export function routesByTag(description: Description): [string, Route[]][] {
  const groups = new Map<string, Route[]>(description.tags.map((tag) => [tag.name, []]));
  for (const [path, operations] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags?.[0] ?? "";
      const group = groups.get(tag) ?? [];
      group.push({ method: method.toUpperCase(), path, operation });
      groups.set(tag, group);
    }
  }
  return [...groups].filter(([, routes]) => routes.length > 0);
}
