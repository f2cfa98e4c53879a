// E3, E5, E6, B1, B6, C7: the dashboard of a running server in a real browser.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";

import { HOSTILE, LONG } from "./names.mjs";
import { tenure } from "./server.mjs";
import { PHONE, tests, visiting } from "./visit.mjs";

let server, browser, ada;
const visit = tests("{chunk_rows: 10}", async (...shared) => {
  [server, browser] = shared;
  ada = await server.person("Ada Admin");
});

let kept;
/** Tenants of these names that are on every list at once: a deletion of each has failed, another is scheduled and held. */
const keptTenants = () =>
  (kept ??= (async () => {
    const tenants = [await server.tenant(HOSTILE, ada, 1), await server.tenant(LONG, ada, 1)];
    server.sql("crm", "CREATE TABLE loose_ends (id integer PRIMARY KEY)");
    for (const { id } of tenants) await assert.rejects(server.call("DELETE", `/api/v1/tenants/${id}`), /loose_ends/);
    server.sql("crm", "DROP TABLE loose_ends");
    for (const { id } of tenants) {
      await server.call("POST", "/api/v1/auth/deletion-jobs", { tenant_id: id, run_at: "2199-03-01T10:00:00Z" });
      await server.call("POST", "/api/v1/legal-holds", { tenant_id: id, reason: "case 12/2026" });
    }
    return tenants;
  })());

visit("logs in with the right password only, and stays logged in behind a reload", {}, async (v) => {
  await v.logIn(ada, "a wrong password");
  await v.page.getByRole("alert").filter({ hasText: "wrong" }).waitFor();
  await v.check("log-in with an error");
  await v.logIn(ada);
  await v.heading("Overview");
  await v.live();
  const readable = await v.page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.doesNotMatch(readable, /tenure_session|eyJ/, "a script could read what logs in");
  const [cookie] = await v.context.cookies(`${server.url}/api/v1/auth/session`);
  assert.ok(cookie.httpOnly && cookie.sameSite === "Strict");
  await v.page.reload();
  await v.heading("Overview");
  await v.button("Log out").click();
  await v.heading("Log in");
  await v.page.reload();
  await v.heading("Log in");
});

visit("previews, wants the right name, and shows the bars of a deletion as they move", {}, async (v) => {
  const tenant = await server.tenant("Forn Vell", ada, 5);
  await v.logIn(ada);
  await v.live();
  await v.openDelete(tenant);
  const dialog = v.page.getByRole("dialog");
  await dialog.locator(".preview-total strong", { hasText: /^22$/ }).waitFor();
  await dialog.getByText("orders", { exact: true }).first().click();
  await dialog.getByRole("row", { name: "order_items 5" }).waitFor();
  await dialog.getByText("kept: shared by all tenants").waitFor();
  await v.check("the delete dialog");
  await v.page.fill("#confirm", "Forn Nou");
  await dialog.getByText("That is not its name.").waitFor();
  assert.ok(await v.button("Delete everything").isDisabled());

  const release = await server.lock("billing", "invoices");
  await v.page.fill("#confirm", tenant.name);
  await v.button("Delete everything").click();
  await v.heading(tenant.name);
  await v.service("orders", "done");
  await v.service("crm", "done");
  await v.service("workshop", "done");
  await v.service("billing", "running");
  await v.badge("Deleting");
  const bar = v.page.getByRole("progressbar", { name: `Deletion of ${tenant.name}` }).first();
  assert.equal(await bar.getAttribute("aria-valuetext"), "3 of 5 services");
  await v.check("a deletion that runs");

  // Somebody else's overview shows the same.
  await visiting(browser, server, "the overview of a deletion that runs", PHONE, async (other) => {
    await other.logIn(ada);
    await other.page.locator(".job-card", { hasText: tenant.name }).getByText("3 of 5 services").waitFor();
    await other.check("the overview of a deletion that runs");
    await release();
    await other.page.getByText("Nothing is being deleted").waitFor();
  });
  await v.badge("Completed");
  await v.service("billing", "done");
  assert.equal(server.sql("billing", `SELECT count(*) FROM invoices WHERE tenant_id = '${tenant.id}'`), "0");
});

/** Keeps the tenant's invoice number `at` from being deleted; returns how to let it go. */
function lockInvoice(tenant, at) {
  const place = `SELECT ctid FROM invoices WHERE tenant_id = '${tenant.id}' ORDER BY ctid OFFSET ${at} LIMIT 1`;
  const lock = `SELECT FROM invoices WHERE ctid = (${place}) FOR UPDATE`;
  server.sql("billing", `BEGIN; ${lock}; PREPARE TRANSACTION 'invoice ${at}'`);
  return () => server.sql("billing", `ROLLBACK PREPARED 'invoice ${at}'`);
}

visit("shows how far each service is to who did not order the deletion, too", {}, async (v) => {
  const tenant = await server.tenant("Forn Llarg", ada, 60);
  const bea = await server.person("Bea Second");
  const releases = [];
  try {
    for (const at of [25, 45]) releases.push(lockInvoice(tenant, at));
    await server.call("POST", "/api/v1/auth/deletion-jobs", { tenant_id: tenant.id });
    const waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'billing' AND wait_event = 'transactionid'";
    while (server.sql("billing", waiting) === "0") await turn();
    await v.logIn(bea);
    await v.live();
    await v.page.locator(".job-card", { hasText: tenant.name }).getByRole("link").click();
    await v.heading(tenant.name);
    await v.service("billing", "running");
    /** Waits until the bar has come further than that. */
    const further = async (than) => {
      const bar = v.page.getByRole("progressbar", { name: "billing", exact: true });
      const handle = await bar.elementHandle();
      await v.page.waitForFunction(([shown, least]) => Number(shown.getAttribute("aria-valuenow")) > least, [handle, than]);
      return Number(await bar.getAttribute("aria-valuenow"));
    };
    const first = await further(0);
    assert.ok(first < 50, `${first} % with 25 of 60 rows at most`);
    await v.page.getByText(/^\d+ of 60 rows$/).waitFor();
    await v.check("a deletion that somebody else ordered");
    releases.shift()();
    const second = await further(50);
    assert.ok(second < 80, `${second} % with 45 of 60 rows at most`);
    releases.shift()();
    await v.badge("Completed");
  } finally {
    for (const release of releases) release();
  }
});

visit("hands out the signed report of a deletion, which verifies", {}, async (v) => {
  const tenant = await server.tenant(HOSTILE, ada);
  await v.logIn(ada);
  await v.live();
  await v.order(tenant);
  await v.badge("Completed");
  const key = await v.download(v.page.getByRole("link", { name: "public key" }));
  for (const button of ["Download PDF", "Download JSON"]) {
    const file = await v.download(v.button(button));
    assert.match(tenure("verify", file, "--key", key), new RegExp(`^Certificate of erasure of tenant ${tenant.id}`));
    const forged = readFileSync(file);
    forged[forged.length >> 1] ^= 1;
    writeFileSync(file, forged);
    assert.throws(() => tenure("verify", file, "--key", key), /changed after it was signed/);
  }
  await v.check("a deletion with its report");
});

visit("goes on behind a cut where it was, without a gap", {}, async (v) => {
  const tenant = await server.tenant("Forn del Tall", ada);
  const first = [];
  v.page.on("websocket", (socket) =>
    socket.once("framereceived", (frame) => first.push(JSON.parse(String(frame.payload)).type)),
  );
  await v.logIn(ada);
  await v.live();
  const release = await server.lock("billing", "invoices");
  await v.order(tenant);
  await v.service("orders", "done");
  server.way.cut();
  await v.page.locator(".connection-cut:visible").first().waitFor();
  await release();
  server.way.mend();
  await v.badge("Completed");
  await v.service("billing", "done");
  await v.live();
  assert.equal(first[0], "snapshot");
  assert.equal(first.at(-1), "resumed");
});

visit("shows why a service failed, and that everything is back", {}, async (v) => {
  const tenant = await server.tenant("Forn Trencat", ada);
  await v.logIn(ada);
  await v.live();
  await v.openDelete(tenant);
  // A table that nobody has accounted for, since the preview.
  server.sql("crm", "CREATE TABLE loose_ends (id integer PRIMARY KEY)");
  await v.page.fill("#confirm", tenant.name);
  await v.button("Delete everything").click();
  await v.badge("Taken back");
  await v.page.getByText("loose_ends").first().waitFor();
  await v.check("a deletion that was taken back");
  server.sql("crm", "DROP TABLE loose_ends");
  assert.equal(server.sql("orders", `SELECT count(*) FROM orders WHERE tenant_id = '${tenant.id}'`), "3");
  await v.go("/");
  const failure = v.page.locator(".failure", { hasText: tenant.name });
  await failure.getByText("crm:").waitFor();
  await failure.getByText("loose_ends").waitFor();
});

visit("shows retries and their reasons as they happen", {}, async (v) => {
  const tenant = await server.tenant("Forn Pacient", ada);
  await v.logIn(ada);
  await v.live();
  // crm gives up after five seconds and is tried again.
  const release = await server.lock("crm", "contacts");
  await v.order(tenant);
  const crm = v.page.locator('[data-service="crm"]');
  await crm.getByText("Trying again").waitFor();
  await crm.locator(".errors li").first().waitFor();
  await release();
  await v.badge("Completed");
  await crm.getByText("attempts").waitFor();
});

visit("takes a completed deletion back", {}, async (v) => {
  const tenant = await server.tenant("Forn Tornat", ada);
  const rows = server.sql("orders", `SELECT count(*) FROM orders WHERE tenant_id = '${tenant.id}'`);
  await v.logIn(ada);
  await v.live();
  await v.order(tenant);
  await v.badge("Completed");
  await v.button("Take it back").click();
  await v.page.getByRole("dialog").getByRole("button", { name: "Take it back" }).click();
  await v.badge("Taken back");
  await v.go(`/tenants/${tenant.id}`);
  await v.heading(tenant.name);
  await v.page.locator(".lead").getByText("Active").waitFor();
  assert.equal(server.sql("orders", `SELECT count(*) FROM orders WHERE tenant_id = '${tenant.id}'`), rows);
  assert.notEqual(rows, "0");
});

visit("hides a tenant and restores it", {}, async (v) => {
  const tenant = await server.tenant("Forn Amagat", ada);
  await v.logIn(ada);
  await v.openDelete(tenant);
  await v.page.getByText("Hide it first").click();
  await v.page.fill("#confirm", tenant.name);
  await v.button("Hide tenant").click();
  await v.page.getByText("It can be restored until").waitFor();
  await v.check("a hidden tenant");
  await v.button("Restore").click();
  await v.page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
  await v.page.locator(".lead").getByText("Active").waitFor();
});

visit("gives a tenant its host names", {}, async (v) => {
  const tenant = await server.tenant("Forn amb Nom", ada);
  await v.logIn(ada);
  await v.go(`/tenants/${tenant.id}`);
  for (const [domain, answer] of [
    ["not a host name", "domain:"],
    ["forn.example", null],
    ["botiga.example", null],
  ]) {
    await v.button("Add domain").click();
    await v.page.fill("#domain", domain);
    await v.button("Add").click();
    if (answer) {
      await v.page.getByRole("alert").getByText(answer).waitFor();
      await v.button("Not now").click();
    } else {
      await v.page.getByRole("rowheader", { name: domain }).waitFor();
    }
  }
  await v.button("Make primary: botiga.example").click();
  await v.page.getByRole("rowheader", { name: "botiga.example primary" }).waitFor();
  await v.check("a tenant with domains");
  await v.button("Remove forn.example").click();
  await v.button("Remove").click();
  await v.page.getByRole("rowheader", { name: "forn.example" }).waitFor({ state: "detached" });
});

visit("explains every route of the API", {}, async (v) => {
  await v.logIn(ada);
  await v.page.getByRole("link", { name: "API", exact: true }).click();
  await v.heading("API");
  const description = await (await v.page.request.get(`${server.url}/api/v1/openapi.json`)).json();
  const operations = Object.values(description.paths).flatMap((methods) => Object.values(methods));
  await v.page.locator("#eraseTenant").waitFor();
  assert.equal(await v.page.locator(".route").count(), operations.length);
  await v.page.locator("#eraseTenant summary").click();
  const route = v.page.locator("#eraseTenant");
  await route.getByText("Who may: delete a tenant.").waitFor();
  await route.getByRole("row", { name: /^confirm string/ }).waitFor();
  await route.getByRole("row", { name: /^409/ }).waitFor();
  await v.check("a route of the API");
});

visit("tells in its audit trail what the audit log holds, and how far that is signed", {}, async (v) => {
  const tenant = await server.tenant("Forn Auditat", ada);
  for (const change of ["suspend", "activate"]) await server.call("POST", `/api/v1/tenants/${tenant.id}/${change}`);
  await server.call("POST", "/api/v1/legal-holds", { tenant_id: tenant.id, reason: "case 12/2026" });
  await server.call("POST", `/api/v1/legal-holds/${tenant.id}/release`);
  await v.logIn(ada);
  await v.live();
  await v.order(tenant);
  await v.badge("Completed");
  const read = () => server.call("GET", `/api/v1/audit?tenant_id=${tenant.id}`);
  let log = await read();
  while (log.checkpoint === null) log = await read();
  await v.page.getByRole("link", { name: "Audit trail" }).click();
  await v.heading("Audit trail");
  const { sequence, tenant: hash } = log.entries[0];
  await v.page.getByRole("row").filter({ hasText: hash.slice(0, 12) }).first().waitFor();
  for (const action of [
    "Tenant created",
    "Tenant suspended",
    "Tenant activated",
    "Legal hold placed",
    "Legal hold released",
    "Deletion under way",
    "Deletion completed",
  ]) {
    await v.page.getByRole("row").filter({ hasText: hash.slice(0, 12) }).filter({ hasText: action }).first().waitFor();
  }
  const number = v.page.getByRole("cell", { name: sequence.toLocaleString("en"), exact: true });
  await v.page.getByRole("row").filter({ has: number }).filter({ hasText: "Deletion completed" }).waitFor();
  assert.equal(await v.page.getByText(tenant.name).count(), 0, "the log has nobody's name");
  const shown = await v.page.getByText(/^[0-9a-f]{64}$/).textContent();
  // Another may have been made meanwhile.
  const checkpoint = [log.checkpoint, (await read()).checkpoint].find((one) => one.hash === shown);
  await v.page.getByText(`every entry up to ${checkpoint.sequence.toLocaleString("en")}`).waitFor();
  await v.check("the audit log");

  await v.page.getByRole("radio", { name: "Deletions" }).check();
  const became = v.page.getByRole("row").filter({ hasText: tenant.name });
  await became.filter({ hasText: "counted again, nothing is left" }).waitFor();
  assert.match(v.page.url(), /view=deletions$/);
  await v.check("the history of deletions");
  await v.page.getByRole("radio", { name: "Everything" }).check();
  await v.page.getByText("every entry up to").waitFor();
});

visit("is used by keyboard alone", {}, async (v) => {
  const tenant = await server.tenant("Forn de Tecles", ada);
  const { keyboard } = v.page;
  /** Tabs on until what has the focus matches. */
  const tabTo = async (selector) => {
    for (let presses = 0; presses < 60; presses += 1) {
      await keyboard.press("Tab");
      if (await v.page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    }
    assert.fail(`the keyboard does not come to ${selector}`);
  };
  await v.go("/");
  await v.heading("Log in");
  await keyboard.type(ada.email);
  await keyboard.press("Tab");
  await keyboard.type("correct horse battery");
  await keyboard.press("Enter");
  await v.heading("Overview");
  await tabTo('nav a[href="/tenants"]');
  await keyboard.press("Enter");
  await v.heading("Tenants");
  assert.equal(await v.page.evaluate(() => document.activeElement?.tagName), "H1", "a new page is where the focus is");
  await v.page.locator("table").waitFor();
  await tabTo(`a[href="/tenants/${tenant.id}"]`);
  await keyboard.press("Enter");
  await v.heading(tenant.name);
  await v.button("Delete…").waitFor();
  await tabTo("button.danger");
  await keyboard.press("Enter");
  await v.page.locator(".preview-services").waitFor();
  await keyboard.press("Escape");
  await v.page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await v.page.evaluate(() => document.activeElement?.textContent), "Delete…", "focus went back");
  await keyboard.press("Enter");
  await v.page.locator(".preview-services").waitFor();
  await tabTo("#confirm");
  await keyboard.type(tenant.name);
  await keyboard.press("Enter");
  await v.badge("Completed");
});

for (const [what, options] of Object.entries({
  "a desktop": {},
  "a desktop in the dark": { colorScheme: "dark" },
  "a phone": PHONE,
  "a phone in the dark": { ...PHONE, colorScheme: "dark" },
})) {
  visit(`fits ${what} with any name, and everybody can use it`, { ...options, reducedMotion: "reduce" }, async (v) => {
    const tenants = [await server.tenant(HOSTILE, ada, 1), await server.tenant(LONG, ada, 1)];
    await keptTenants();
    await v.go("/");
    await v.heading("Log in");
    await v.check("log-in");
    await v.logIn(ada);
    await v.live();
    for (const tenant of tenants) {
      await v.go(`/tenants/${tenant.id}`);
      await v.heading(tenant.name);
      await v.page.getByText(ada.email).waitFor();
      await v.check("a tenant");
      await v.order(tenant);
      await v.badge("Completed");
      await v.check("a deletion");
    }
    for (const [path, heading, listsNames] of [
      ["/", "Overview", true],
      ["/deletions", "Deletions", true],
      ["/deletions?status=rolled_back", "Deletions", true],
      ["/tenants", "Tenants", true],
      ["/schedules", "Schedules", true],
      ["/approvals", "Approvals", false],
      ["/holds", "Legal holds", true],
      ["/audit", "Audit trail", false],
      ["/audit?view=deletions", "Audit trail", true],
      ["/schemas", "Migrations and drift", true],
      ["/reference", "API", false],
      ["/deletions/00000000-0000-4000-8000-000000000000", "Deletion", false],
    ]) {
      await v.go(path);
      await v.heading(heading);
      await v.page.locator("[role=status] .skeleton").first().waitFor({ state: "detached" });
      for (const name of [HOSTILE, LONG]) {
        const shown = v.page.getByText(name, { exact: true });
        if (listsNames) await shown.first().waitFor();
        else assert.equal(await shown.count(), 0, `${path} has nobody's name`);
      }
      await v.check(path);
    }
  });
}
