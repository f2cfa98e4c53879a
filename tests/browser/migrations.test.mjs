// D14, E3: where a tenant's data is, what was migrated when and how it ended, what is not like the reference, and a tenant
// created, suspended and activated, as a platform admin sees and does it in a browser.
import assert from "node:assert/strict";
import { join } from "node:path";

import { PHONE, tests } from "./visit.mjs";

let server, ada, forn;
const visit = tests(undefined, async (shared) => {
  server = shared;
  ada = await server.person("Ada Admin");
  forn = await server.tenant("Forn", ada);
  await server.tenant("Granja", ada);
  assert.match(await server.migrate({ "0002_bicycle.sql": "alter table repairs add column bicycle text;" }), /already exists/);
  server.sql("workshop", "ALTER TABLE tenant_granja.repairs ADD COLUMN stray text");
  // Nobody has the lease: it was killed.
  server.sql("workshop", "INSERT INTO tenure.migration_runs (owner, behind, tenant_version) VALUES ('db1/4711', 3, 2)");
});

const panel = (v, title) => v.page.getByRole("region", { name: title });
const row = (v, title, text) => panel(v, title).getByRole("row").filter({ hasText: text });

/** A picture of what passes too, for whoever wants to look: TENURE_SHOTS is a folder. */
const shoot = async (v, name) => {
  if (process.env.TENURE_SHOTS) await v.page.screenshot({ path: join(process.env.TENURE_SHOTS, `${name}.png`), fullPage: true });
};

for (const [what, options] of Object.entries({
  "a desktop": {},
  "a desktop in the dark": { colorScheme: "dark" },
  "a phone": PHONE,
  "a phone in the dark": { ...PHONE, colorScheme: "dark" },
})) {
  visit(`shows on ${what} where data is, what was run and what drifted`, { ...options, reducedMotion: "reduce" }, async (v) => {
    await v.logIn(ada);
    await v.go("/schemas");
    const [killed, failed, first] = [0, 1, 2].map((at) => panel(v, "Runs").locator("tbody tr").nth(at));
    await killed.getByText("Killed", { exact: true }).waitFor();
    await failed.getByText("Failed", { exact: true }).waitFor();
    await failed.getByText("0002_bicycle.sql:1").waitFor();
    await first.getByText("Completed", { exact: true }).waitFor();
    await first.getByText("tenants 1, shared 1").waitFor();
    await row(v, "Schemas", "tenant_forn").getByText("Up to date").waitFor();
    await panel(v, "Drift").getByText("What differs").click();
    await panel(v, "Drift").getByText("repairs.stray").waitFor();
    await v.check("migrations and drift");
    await shoot(v, `migrations on ${what}`);

    await v.go(`/tenants/${forn.id}`);
    await row(v, "Where its data is", "tenant_forn").getByText("Up to date").waitFor();
    await row(v, "Where its data is", "billing").getByText("rows in shared tables").waitFor();
    await v.check("a tenant with places");
    await shoot(v, `places on ${what}`);
  });
}

visit("follows a migration while it runs", {}, async (v) => {
  await v.logIn(ada);
  const release = await server.lock("workshop", "tenant_forn.repairs");
  const migrated = server.migrate({ "0002_colour.sql": "alter table repairs add column colour text;" });
  await v.go("/schemas");
  const bar = panel(v, "Runs").getByRole("progressbar");
  await bar.waitFor();
  await panel(v, "Runs").getByText("Migrating", { exact: true }).waitFor();
  await v.check("a migration that runs");
  await shoot(v, "a migration that runs");
  await release();
  assert.equal(await migrated, null);
  await bar.waitFor({ state: "detached" });
  await row(v, "Runs", "tenants 2").first().getByText("Completed", { exact: true }).waitFor();
  assert.equal(server.sql("workshop", "SELECT version FROM tenure.schemas WHERE name = 'tenant_forn'"), "2");
});

visit("creates a tenant with a schema of its own, suspends it and activates it", {}, async (v) => {
  await v.logIn(ada);
  await v.go("/tenants");
  await v.button("Create tenant").click();
  await v.page.fill("#tenant-name", "Taller");
  await v.check("the dialog that creates a tenant");
  await v.button("Create").click();
  await v.heading("Taller");
  await row(v, "Where its data is", "tenant_taller").getByText("Up to date").waitFor();
  const lead = v.page.locator(".lead");
  for (const [change, state, status] of [
    ["Suspend", "Suspended", "suspended"],
    ["Activate", "Active", "active"],
  ]) {
    await v.button(change).click();
    await v.check(`the dialog of ${change}`);
    await v.page.getByRole("dialog").getByRole("button", { name: change, exact: true }).click();
    await lead.getByText(state, { exact: true }).waitFor();
    assert.equal(server.sql("accounts", "SELECT status FROM tenancy.tenants WHERE name = 'Taller'"), status);
  }
});
