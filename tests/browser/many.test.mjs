// E3: with 10,000 deletions in the table, and a thousand more ordered while somebody looks on, the pages stay as light as
// with a handful. What took the browser how long is printed, against the same pages before. And one of many tenants is found.
import assert from "node:assert/strict";

import { tests } from "./visit.mjs";

const ENDED = 10_000;
const SCHEDULED = 1_000;
const PAGES = { "/": ".tiles", "/deletions": "table, .empty", "/schedules": "table, .empty", "/audit": "table, .empty" };

let server, ada;
const visit = tests("{}", async (shared) => {
  server = shared;
  ada = await server.person("Ada Admin");
});

const fill = () =>
  server.sql(
    "control",
    `SET session_replication_role = replica;
     INSERT INTO tenure.deletion_jobs (id, tenant_id, tenant_name, status, lease_epoch, started_at, completed_at,
                                       total_items_deleted, error_log, created_at)
     SELECT gen_random_uuid(), gen_random_uuid(), 'Forn ' || n, CASE WHEN n % 20 = 0 THEN 'failed' ELSE 'completed' END, 1,
            at - interval '5 seconds', at, 25000, CASE WHEN n % 20 = 0 THEN array['orders: no'] ELSE '{}' END, at
     FROM (SELECT n, now() - n * interval '50 seconds' AS at FROM generate_series(1, ${ENDED}) AS n) AS past;
     INSERT INTO tenure.deletion_steps (job_id, service, position, state, total, deleted_counts, started_at, completed_at, errors)
     SELECT id, 'service ' || s, s, 'done', 2000, '{"orders": 1000, "order_items": 1000}', started_at, completed_at, '{}'
     FROM tenure.deletion_jobs, generate_series(1, 13) AS s;
     ANALYZE`,
  );

/** Each in a transaction of its own, as orders come. */
const schedule = () =>
  server.sql(
    "control",
    `DO $$ BEGIN FOR n IN 1..${SCHEDULED} LOOP
       INSERT INTO tenure.deletion_jobs (id, tenant_id, tenant_name, status, run_at)
       VALUES (gen_random_uuid(), gen_random_uuid(), 'Granja ' || n, 'scheduled', now() + n * interval '1 day');
       COMMIT;
     END LOOP; END $$`,
  );

/** Opens each page and goes down it; what the browser was busy with for over 50 ms at a time, and how large the pages are. */
async function lookAround(v) {
  await v.page.evaluate(() => {
    globalThis.busy = [];
    new PerformanceObserver((list) => globalThis.busy.push(...list.getEntries().map((entry) => entry.duration))).observe({
      type: "longtask",
    });
  });
  const elements = {};
  for (const [path, shown] of Object.entries(PAGES)) {
    await v.page.locator(`nav a[href="${path}"]`).click();
    await v.page.locator(shown).first().waitFor();
    elements[path] = await v.page.evaluate(async () => {
      for (let y = 0; y <= document.documentElement.scrollHeight; y += 400) {
        window.scrollTo(0, y);
        await new Promise((drawn) => requestAnimationFrame(drawn));
      }
      return document.querySelectorAll("*").length;
    });
  }
  const busy = await v.page.evaluate(() => globalThis.busy);
  return { elements, busy: Math.round(busy.reduce((sum, one) => sum + one, 0)), longest: Math.round(Math.max(0, ...busy)) };
}

visit("stays light with ten thousand deletions, and with a thousand that are ordered meanwhile", {}, async (v) => {
  const snapshots = [];
  v.page.on("websocket", (socket) =>
    socket.once("framereceived", (frame) => snapshots.push({ bytes: frame.payload.length, ...JSON.parse(String(frame.payload)) })),
  );
  await v.logIn(ada);
  await v.live();
  const few = await lookAround(v);
  fill();
  const many = await lookAround(v);
  await v.page.locator('nav a[href="/"]').click();
  await v.page.getByText("10,000 deletions").first().waitFor();
  await v.page.locator('nav a[href="/schedules"]').click();
  await v.heading("Schedules");
  schedule();
  await v.page.locator('nav a[href="/schedules"] .nav-count', { hasText: "1,000" }).waitFor();
  await v.page.getByText("The first 100 of 1,000.").waitFor();
  assert.equal(await v.page.locator("tbody tr").count(), 100);
  const ordered = await lookAround(v);
  console.log(`busy for over 50 ms at a time, ms: with none ${few.busy}, longest ${few.longest}; with ${ENDED} ended `
    + `${many.busy}, longest ${many.longest}; with ${SCHEDULED} ordered ${ordered.busy}, longest ${ordered.longest}`);

  // As many rows as a page has, however many there are, and the rest on request.
  for (const seen of [many, ordered]) {
    for (const [path, elements] of Object.entries(seen.elements)) assert.ok(elements < 4_000, `${path}: ${elements} elements`);
  }
  await v.page.locator('nav a[href="/schedules"]').click();
  await v.page.getByRole("link", { name: "All of them" }).click();
  await v.page.locator("tbody tr").first().waitFor();
  assert.equal(await v.page.locator("tbody tr").count(), 50);
  await v.button("Show more").click();
  await v.page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 100);

  // Whoever comes now is told of the foremost ones.
  await v.go("/");
  await v.live();
  assert.equal(snapshots.length, 2);
  assert.equal(snapshots[1].open.scheduled, SCHEDULED);
  assert.equal(snapshots[1].jobs.length, 200);
  assert.ok(snapshots[1].bytes < 500_000, `${snapshots[1].bytes} bytes`);
});

visit("keeps what somebody has come to in a list while deletions end", {}, async (v) => {
  await v.logIn(ada);
  await v.live();
  await v.go("/deletions?status=completed");
  await v.page.locator("tbody tr").first().waitFor();
  await v.button("Show more").click();
  await v.page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 100);
  const last = await v.page.locator("tbody tr").last().textContent();
  const tenant = await server.tenant("Forn Nou", ada);
  await server.call("DELETE", `/api/v1/tenants/${tenant.id}`, { confirm: tenant.name });
  await v.page.getByRole("link", { name: tenant.name }).waitFor();
  assert.equal(await v.page.locator("tbody tr").count(), 101);
  assert.equal(await v.page.locator("tbody tr").last().textContent(), last);
});

visit("finds one of many tenants, whichever page of the list it is on", {}, async (v) => {
  const old = await server.tenant("Forn de 100% Sègol", ada);
  for (let n = 0; n < 120; n += 1) await server.call("POST", "/api/v1/tenants", { name: `Taverna ${n}`, owner_id: ada.id });
  await v.logIn(ada);
  await v.go("/tenants");
  await v.page.locator("tbody tr").first().waitFor();
  assert.equal(await v.page.locator("tbody tr").count(), 100);
  const search = v.page.getByRole("searchbox");
  for (const text of ["SÈGOL", "100%", old.id.slice(0, 13)]) {
    await search.fill(text);
    await v.page.getByRole("link", { name: old.name }).waitFor();
    assert.equal(await v.page.locator("tbody tr").count(), 1);
  }
  assert.equal(await search.evaluate((field) => field === document.activeElement), true);
  await search.fill("nobody is called that");
  await v.page.getByText("None is called that").waitFor();
  await search.fill("");
  await v.button("Show more").waitFor();
});
