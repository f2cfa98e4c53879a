// E3, C9, C10: what two people decide about deletions, in an estate that asks for a second person's approval.
import assert from "node:assert/strict";

import { HOSTILE, LONG } from "./names.mjs";
import { PHONE, tests, visiting } from "./visit.mjs";

let server, browser, ada, bob, olga;
const visit = tests("{approval: true}", async (...shared) => {
  [server, browser] = shared;
  [ada, bob] = await Promise.all([server.person("Ada Admin"), server.person("Bob Second")]);
  olga = await server.person("Olga Owner", false);
});

visit("lets a second person approve, and not the one who asked", {}, async (v) => {
  const tenant = await server.tenant("Forn Quatre Ulls", ada);
  await v.logIn(ada);
  await v.live();
  await v.order(tenant);
  await v.badge("Awaiting approval");
  await v.go("/approvals");
  await v.page.getByText("Somebody else has to approve it.").waitFor();
  assert.equal(await v.button("Approve").count(), 0);
  await v.check("approvals of one's own");
  await visiting(browser, server, "the second person", PHONE, async (second) => {
    await second.logIn(bob);
    await second.go("/approvals");
    await second.live();
    await second.button("Approve").click();
    const dialog = second.page.getByRole("dialog");
    await dialog.locator(".preview-services").waitFor();
    await second.check("the approval");
    await dialog.getByRole("button", { name: "Approve" }).click();
    await second.page.getByText("Nothing waits for an approval").waitFor();
  });
  await v.page.getByText("Nothing waits for an approval").waitFor();
  await v.go("/deletions?status=completed");
  await v.page.getByRole("link", { name: tenant.name }).click();
  await v.badge("Completed");
  await v.page.getByText("Bob Second").first().waitFor();
});

visit("schedules, reschedules and cancels", {}, async (v) => {
  const tenant = await server.tenant("Forn de Demà", ada);
  await v.logIn(ada);
  await v.live();
  await v.openDelete(tenant);
  await v.page.getByText("At a time").click();
  await v.page.fill("#delete-at", "2199-03-01T10:00");
  await v.page.fill("#confirm", tenant.name);
  await v.button("Schedule deletion").click();
  await v.badge("Scheduled");
  await v.go("/schedules");
  await v.page.getByText("1 Mar 2199, 10:00").waitFor();
  await v.check("schedules");
  await v.button("Reschedule").click();
  await v.page.fill("#run-at", "2199-04-01T11:30");
  await v.button("Save").click();
  await v.page.getByText("1 Apr 2199, 11:30").waitFor();
  await v.button("Cancel deletion").click();
  await v.page.getByRole("dialog").getByRole("button", { name: "Cancel deletion" }).click();
  await v.page.getByText("Nothing is scheduled").waitFor();
});

visit("holds a tenant and lets it go", {}, async (v) => {
  const tenant = await server.tenant("Forn Disputat", ada);
  await v.logIn(ada);
  await v.live();
  await v.order(tenant);
  await v.badge("Awaiting approval");
  await v.button("Place legal hold").click();
  await v.page.fill("#hold-reason", "case 12/2026");
  await v.button("Place hold").click();
  await v.badge("On legal hold");
  await v.go("/holds");
  await v.page.getByText("case 12/2026").waitFor();
  await v.page.getByRole("link", { name: tenant.name }).waitFor();
  await v.check("legal holds");
  await v.button("Release").click();
  await v.button("Release hold").click();
  await v.page.getByText("No legal hold stands").waitFor();
  await v.page.getByRole("link", { name: "Audit trail" }).click();
  await v.page.getByText("Legal hold released").first().waitFor();
  await v.page.getByText("Legal hold placed").first().waitFor();
  await v.go("/audit?view=deletions");
  await v.page.getByText("a legal hold stands on the tenant").first().waitFor();
  await v.page.getByText("the legal hold was released").first().waitFor();
});

visit("shows an owner their own tenants and nothing else", {}, async (v) => {
  const own = await server.tenant("Forn Propi", olga);
  const other = await server.tenant("Forn Aliè", ada);
  await v.logIn(olga);
  await v.heading("Overview");
  await v.live();
  assert.equal(await v.page.getByRole("link", { name: "Audit trail" }).count(), 0);
  await server.call("POST", "/api/v1/auth/deletion-jobs", { tenant_id: other.id });
  await v.order(own);
  await v.badge("Awaiting approval");
  await v.go("/deletions");
  await v.page.getByRole("link", { name: own.name }).waitFor();
  assert.equal(await v.page.getByText(other.name).count(), 0);
  await v.go("/tenants");
  await v.page.getByRole("link", { name: own.name }).waitFor();
  assert.equal(await v.page.getByText(other.name).count(), 0);
  await v.check("an owner's tenants");
});

visit("shows owners what they have deleted when the tenant is gone, and nobody else", {}, async (v) => {
  const own = await server.tenant("Forn Enyorat", olga);
  const { job_id } = await server.call("POST", "/api/v1/auth/deletion-jobs", { tenant_id: own.id });
  await server.call("POST", `/api/v1/auth/deletion-jobs/${job_id}/cancel`);
  await v.logIn(olga);
  await v.live();
  await v.order(own);
  await v.badge("Awaiting approval");
  const path = new URL(v.page.url()).pathname;
  await visiting(browser, server, "who approves the owner's order", {}, async (second) => {
    await second.logIn(ada);
    await second.go(path);
    await second.button("Approve").click();
    await second.page.getByRole("dialog").locator(".preview-services").waitFor();
    await second.page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
    await second.badge("Completed");
  });
  // Nothing that the feed has told this page is left.
  await v.go("/deletions");
  const listed = v.page.getByRole("link", { name: own.name });
  await listed.waitFor();
  await v.check("an owner's deletions");
  await listed.click();
  await v.badge("Completed");
  await v.download(v.button("Download PDF"));
  const otto = await server.person("Otto Other", false);
  await visiting(browser, server, "somebody else's deletions", {}, async (other) => {
    await other.logIn(otto);
    await other.go("/deletions");
    await other.page.getByText("Nothing of yours has been deleted").waitFor();
    await other.go(path);
    await other.page.getByText("There is no such deletion").waitFor();
  });
});

for (const [what, options] of Object.entries({ "a desktop": {}, "a phone": PHONE })) {
  visit(`shows any name among the approvals, on ${what}`, { ...options, reducedMotion: "reduce" }, async (v) => {
    for (const name of [HOSTILE, LONG]) {
      const tenant = await server.tenant(name, ada, 1);
      await server.call("POST", "/api/v1/auth/deletion-jobs", { tenant_id: tenant.id });
    }
    await v.logIn(ada);
    await v.live();
    for (const path of ["/approvals", "/deletions?status=awaiting_approval"]) {
      await v.go(path);
      for (const name of [HOSTILE, LONG]) await v.page.getByText(name, { exact: true }).first().waitFor();
      await v.check(path);
    }
  });
}
