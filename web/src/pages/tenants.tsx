import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { account, post } from "../api/client";
import type { Tenant, TenantPage as Page } from "../api/types";
import { count } from "../format";
import { endings } from "../live";
import { Ago, Badge, Empty, PageHead } from "../parts/basics";
import { Field, FormDialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { type Column, List, Pages } from "../parts/list";
import { go } from "../routes";
import { useAction, usePages, useSettled } from "../use_query";

export function TenantBadge({ tenant }: { tenant: Tenant }): JSX.Element {
  if (tenant.status === "deleting") return <Badge tone="bad">Being deleted</Badge>;
  if (tenant.deleted_at) return <Badge tone="warn">Hidden</Badge>;
  if (tenant.status === "suspended") return <Badge tone="warn">Suspended</Badge>;
  return <Badge tone="good">Active</Badge>;
}

function CreateDialog({ onClose }: { onClose: () => void }): JSX.Element {
  const action = useAction();
  const [name, setName] = useState("");
  const create = async (): Promise<void> => {
    let made: Tenant | null = null;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const done = await action.run(async () => {
      made = await post<Tenant>("/api/v1/tenants", { name, time_zone: zone });
    });
    if (!done || made === null) return;
    onClose();
    go(`/tenants/${(made as Tenant).tenant_id}`);
  };
  return (
    <FormDialog
      title="Create a tenant"
      submit="Create"
      busy="Creating…"
      isDisabled={name.trim() === ""}
      action={action}
      onSubmit={() => void create()}
      onClose={onClose}
    >
      <Field id="tenant-name" label="Name" hint="You will be its owner.">
        <input id="tenant-name" required maxLength={255} autoComplete="off" value={name} onInput={(event) => setName(event.currentTarget.value)} aria-describedby="tenant-name-hint" />
      </Field>
    </FormDialog>
  );
}

const COLUMNS: Column<Tenant>[] = [
  { name: "Name", is: "entry", cell: (tenant) => <a href={`/tenants/${tenant.tenant_id}`}>{tenant.name}</a> },
  { name: "Status", cell: (tenant) => <TenantBadge tenant={tenant} /> },
  { name: "Address", breaks: true, cell: (tenant) => tenant.slug },
  { name: "Time zone", cell: (tenant) => tenant.time_zone },
  { name: "Created", is: "number", cell: (tenant) => <Ago at={tenant.created_at} /> },
];

export function TenantsPage(): JSX.Element {
  const [text, setText] = useState("");
  const wanted = useSettled(text.trim());
  const [isCreating, setCreating] = useState(false);
  const query = usePages<Page, Tenant>(
    `/api/v1/tenants?deleted=true&limit=100${wanted ? `&find=${encodeURIComponent(wanted)}` : ""}`,
    (page) => page.tenants,
    (tenant) => tenant.tenant_id,
    endings.value,
  );
  const tenants = query.data ?? [];
  return (
    <>
      <PageHead
        title="Tenants"
        lead={account.value?.is_platform_admin ? "All tenants of the platform, hidden ones included." : "The tenants that you belong to."}
      >
        <button type="button" class="button primary" onClick={() => setCreating(true)}>
          <Icon name="plus" /> Create tenant
        </button>
      </PageHead>
      {isCreating && <CreateDialog onClose={() => setCreating(false)} />}
      <div class="search">
        <Icon name="search" />
        <input
          type="search"
          aria-label="Find a tenant by name, address or id"
          placeholder="Find by name, address or id"
          maxLength={255}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <Pages title="Tenants" note={`${count(tenants.length)}${query.hasMore ? "+" : ""}`} query={query}>
        {tenants.length === 0 ? (
          <Empty icon="tenants" title={wanted ? "None is called that" : "There are no tenants yet"} />
        ) : (
          <List columns={COLUMNS} entries={tenants} keyOf={(tenant) => tenant.tenant_id} />
        )}
      </Pages>
    </>
  );
}
