// E3, issue 6: no script that somebody brings into the page runs in it.
import assert from "node:assert/strict";

import { tests } from "./visit.mjs";

let ada;
const visit = tests("{}", async (server) => {
  ada = await server.person("Ada Admin");
});

/** What a name that became markup would try, run in the page; each says by its name that it ran. */
const ATTACKS = {
  text: () => {
    const script = document.createElement("script");
    script.text = "globalThis.ran.push('text')";
    document.body.append(script);
  },
  node: () => {
    const script = document.createElement("script");
    script.append("globalThis.ran.push('node')");
    document.body.append(script);
  },
  markup: () => {
    const host = document.createElement("div");
    document.body.append(host);
    host.innerHTML = "<img src=/gone onerror=globalThis.ran.push('markup')>";
  },
  handler: () => {
    const button = document.createElement("button");
    button.setAttribute("onclick", "globalThis.ran.push('handler')");
    button.click();
  },
  address: () => {
    const link = document.createElement("a");
    link.href = "javascript:void globalThis.ran.push('address')";
    document.body.append(link);
    link.click();
  },
  evaluation: () =>
    void setTimeout(() => {
      // What the driver itself evaluates is not held against the policy.
      try {
        globalThis.eval("globalThis.ran.push('evaluation')");
      } catch {}
    }),
};

/** Makes the attacks one after the other. Waits until each has run, or was stopped. */
async function attacked(page) {
  await page.evaluate(() => {
    globalThis.ran = [];
    globalThis.stopped = [];
    addEventListener("securitypolicyviolation", (event) => globalThis.stopped.push(event.effectiveDirective));
  });
  const outcome = {};
  for (const [name, attack] of Object.entries(ATTACKS)) {
    await page.evaluate(() => void (globalThis.stopped = []));
    await page.evaluate(attack).catch(() => undefined);
    await page.waitForFunction((what) => globalThis.stopped.length > 0 || globalThis.ran.includes(what), name);
    outcome[name] = await page.evaluate(() => globalThis.stopped);
  }
  return { ran: await page.evaluate(() => globalThis.ran), outcome };
}

visit("lets no script run that comes into the page", {}, async (v) => {
  v.attack();
  await v.logIn(ada);
  await v.heading("Overview");
  const { ran, outcome } = await attacked(v.page);
  assert.deepEqual(ran, []);
  assert.deepEqual(Object.keys(outcome), Object.keys(ATTACKS));
  const directives = new Set(Object.values(outcome).flat());
  assert.ok(directives.has("require-trusted-types-for"), [...directives].join());
  assert.ok([...directives].some((directive) => directive.startsWith("script-src")), [...directives].join());

  // Without the policy each of them does run: it is what stops them.
  await v.page.route("**/*", async (route) => {
    const response = await route.fetch();
    const { "content-security-policy": policy, ...headers } = response.headers();
    assert.ok(policy === undefined || policy.includes("script-src 'self'"));
    await route.fulfill({ response, headers });
  });
  await v.go("/");
  await v.heading("Overview");
  assert.deepEqual((await attacked(v.page)).ran, Object.keys(ATTACKS));
});
