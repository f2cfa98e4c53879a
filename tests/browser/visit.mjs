// A browser, people in it, and what is held of every page they see.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";

import { PASSWORD, Server } from "./server.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = process.env.TENURE_PICTURES ?? "pictures";

export const DESKTOP = { viewport: { width: 1360, height: 850 } };
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

export async function openBrowser() {
  const system = process.env.TENURE_CHROMIUM ?? "/usr/bin/chromium";
  const where = existsSync(system) ? { executablePath: system } : {};
  return chromium.launch({ ...where, args: ["--no-sandbox", "--disable-gpu"] });
}

/** Somebody at a page: everything that must never be seen in it fails the test at its end. */
export class Visit {
  #strange = [];
  #isAttacked = false;

  static async begin(browser, server, options = {}) {
    const visit = new Visit();
    visit.server = server;
    visit.context = await browser.newContext({ ...DESKTOP, locale: "en-GB", timezoneId: "Europe/Berlin", ...options });
    visit.page = await visit.context.newPage();
    visit.page.setDefaultTimeout(30_000);
    visit.#watch();
    return visit;
  }

  #watch() {
    const own = new URL(this.server.url).origin;
    this.page.on("pageerror", (error) => this.#strange.push(`error: ${error.message}`));
    this.page.on("dialog", (dialog) => {
      this.#strange.push(`a script ran: ${dialog.message()}`);
      void dialog.dismiss();
    });
    this.page.on("console", (message) => {
      if (!this.#isAttacked && message.text().includes("Content Security Policy")) this.#strange.push(message.text());
    });
    this.page.on("request", (request) => {
      if (new URL(request.url()).origin !== own) this.#strange.push(`asks ${request.url()}`);
    });
  }

  /** From here on the page's policy is meant to have something to stop. */
  attack() {
    this.#isAttacked = true;
  }

  async go(path) {
    await this.page.goto(this.server.url + path);
  }

  async logIn(person, password = PASSWORD) {
    await this.go("/");
    await this.page.fill("#email", person.email);
    await this.page.fill("#password", password);
    await this.page.click("button[type=submit]");
    await this.page.locator("#side, [role=alert]").first().waitFor({ state: "attached" });
  }

  heading(text) {
    return this.page.getByRole("heading", { level: 1, name: text, exact: true }).waitFor();
  }
  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }
  live() {
    return this.page.locator(".connection-live:visible").first().waitFor();
  }
  /** Waits until a service of the deletion that is shown is like that. */
  service(name, status) {
    return this.page.locator(`[data-service="${name}"][data-status="${status}"]`).waitFor();
  }
  badge(text) {
    return this.page.locator(".summary .badge", { hasText: text }).waitFor();
  }

  /** What is downloaded when it is clicked, as a file's path. */
  async download(control) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), control.click()]);
    return download.path();
  }

  /** The delete dialog of the tenant's page, its preview counted. */
  async openDelete(tenant) {
    await this.go(`/tenants/${tenant.id}`);
    await this.button("Delete…").click();
    await this.page.locator(".preview-services").waitFor();
  }
  /** Orders the deletion and waits for its page. */
  async order(tenant) {
    await this.openDelete(tenant);
    await this.page.fill("#confirm", tenant.name);
    await this.button("Delete everything").click();
    await this.page.locator(".services").waitFor();
  }

  /** Nothing of the page is out of place for anybody. */
  async check(what) {
    await this.page.evaluate(axe);
    const found = await this.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    const problems = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
    assert.deepEqual(problems, [], `${what}: accessibility`);
    const over = await this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(over <= 0, `${what}: ${over} pixels too wide`);
    const images = await this.page.evaluate(() => document.querySelectorAll("img, iframe, object, embed").length);
    assert.equal(images, 0, `${what}: markup out of somebody's name`);
  }

  async end(name, hasPassed) {
    if (!hasPassed) {
      mkdirSync(pictures, { recursive: true });
      await this.page.screenshot({ path: join(pictures, `${name.replaceAll(/[^a-z0-9]+/gi, "-")}.png`), fullPage: true });
    }
    await this.context.close();
    assert.deepEqual(this.#strange, []);
  }
}

/** Runs `work` with a visit of its own, and keeps a picture of the page when it fails. */
export async function visiting(browser, server, name, options, work) {
  const visit = await Visit.begin(browser, server, options);
  let hasPassed = false;
  try {
    await work(visit);
    hasPassed = true;
  } finally {
    await visit.end(name, hasPassed).catch((error) => {
      if (hasPassed) throw error;
    });
  }
}

/** Has a file's tests share a server and a browser, which `prepare` is given first. Gives the function that makes a test. */
export function tests(rules, prepare) {
  let server, browser;
  before(async () => {
    [server, browser] = await Promise.all([Server.start(rules), openBrowser()]);
    await prepare(server, browser);
  });
  after(async () => {
    await browser?.close();
    assert.equal(await server?.stop(), 0);
  });
  return (name, options, work) =>
    test(name, { timeout: 120_000 }, async () => {
      try {
        await visiting(browser, server, name, options, work);
      } finally {
        await server.mend();
      }
    });
}
