// node picture.mjs URL EMAIL PASSWORD TENANT FOLDER: the pictures of the documents, from a running demo. Deletes TENANT.
import { join } from "node:path";

import { openBrowser, Visit } from "./visit.mjs";

const [url, email, password, tenant, folder] = process.argv.slice(2);
const browser = await openBrowser();
const visit = await Visit.begin(browser, { url }, {
  viewport: { width: 1360, height: 900 },
  deviceScaleFactor: 1,
  reducedMotion: "reduce",
});
const { page } = visit;
await visit.logIn({ email }, password);
await visit.live();
await visit.go("/tenants");
await page.getByRole("link", { name: tenant, exact: true }).click();
await visit.button("Delete…").click();
await page.locator(".preview-services").waitFor();
await page.screenshot({ path: join(folder, "preview.png") });
await page.fill("#confirm", tenant);
await visit.button("Delete everything").click();
// Some services are done and some are not: that is the picture.
await page.waitForFunction(() => document.querySelectorAll('[data-status="done"]').length >= 4);
await page.screenshot({ path: join(folder, "deletion.png") });
await page.locator('nav a[href="/"]').click();
await page.locator(".job-card, .empty").first().waitFor();
await page.locator(".tiles").waitFor();
await page.screenshot({ path: join(folder, "overview.png") });
await visit.end("picture", true);
await browser.close();
