// A running `tenure serve` on an embedded PostgreSQL with a small estate, a way in that can be cut, and what tests need to
// set things up: accounts, tenants with rows, locks.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const binary = process.env.TENURE_BINARY;
export const PASSWORD = "correct horse battery";

/** What `tenure` prints; throws with its errors when it fails. */
export const tenure = (...words) => execFileSync(binary, words, { encoding: "utf8", stdio: "pipe" });

/** Waits until a process has printed something that matches. */
function printed(child, pattern) {
  return new Promise((resolve, reject) => {
    let text = "";
    const look = (part) => {
      text += part;
      const match = pattern.exec(text);
      if (match) resolve(match);
    };
    child.stdout.on("data", look);
    child.stderr.on("data", (part) => (text += part));
    child.once("exit", (status) => reject(new Error(`ended with ${status}: ${text}`)));
  });
}

/** Passes connections on to a port, until it is told to cut them. */
class Way {
  #server;
  #sockets = new Set();
  #isCut = false;

  constructor(port) {
    this.#server = createServer((near) => {
      if (this.#isCut) {
        near.destroy();
        return;
      }
      const far = connect(port, "127.0.0.1");
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on("error", () => socket.destroy());
        socket.on("close", () => {
          this.#sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far);
      far.pipe(near);
    });
  }

  async open() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${this.#server.address().port}`;
  }
  cut() {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }
  mend() {
    this.#isCut = false;
  }
  close() {
    this.cut();
    this.#server.close();
  }
}

export class Server {
  #folder = mkdtempSync(join(tmpdir(), "tenure-browser-"));
  #child;
  #direct;
  #token;
  #locks = new Set();

  /** `erasure`: the estate's section about it, as YAML. */
  static async start(erasure = "{}") {
    const server = new Server();
    try {
      await server.#start(erasure);
    } catch (error) {
      server.#child?.kill("SIGKILL");
      throw error;
    }
    return server;
  }

  async #start(erasure) {
    cpSync(join(dirname(fileURLToPath(import.meta.url)), "estate"), this.#folder, { recursive: true });
    for (const part of ["archive", "state"]) mkdirSync(join(this.#folder, part));
    const keys = execFileSync(binary, ["archive", "keygen", "browser"], { encoding: "utf8" });
    writeFileSync(join(this.#folder, "keys"), keys, { mode: 0o600 });
    writeFileSync(
      join(this.#folder, "estate.yaml"),
      `estate: shop
control: {database: "dbname=control"}
tenants: {service: accounts, managed: true}
users: {managed: true, pseudonym_key: bicycles-and-more-bicycles}
archive: {directory: ${join(this.#folder, "archive")}, keys_file: ${join(this.#folder, "keys")}}
erasure: ${erasure}
limits: {requests_per_second: 1000, burst: 1000, logins_per_minute: 1000}
services:
  accounts: {database: "dbname=accounts"}
  orders:
    database: "dbname=orders"
    schema_file: orders.sql
    tables: {countries: {keep: shared by all tenants}}
  crm: {database: "dbname=crm", schema_file: crm.sql, timeout: 5s}
  billing: {database: "dbname=billing", schema_file: billing.sql}
  workshop:
    database: "dbname=workshop"
    tables: {parts: {keep: the same for all tenants}}
    isolation: {model: schema, migrations: workshop}
`,
    );
    this.#child = spawn(
      binary,
      ["serve", "--embedded", "--estate", join(this.#folder, "estate.yaml"), "--listen", "127.0.0.1:0"],
      { env: { ...process.env, TENURE_HOME: join(this.#folder, "state") }, stdio: ["ignore", "pipe", "pipe"] },
    );
    const [, databases, port] = await printed(this.#child, /databases at (.+)\n[^]*listening on http:\/\/[^:]+:(\d+)/);
    this.databases = databases;
    this.#direct = `http://127.0.0.1:${port}`;
    this.way = new Way(Number(port));
    this.url = await this.way.open();
    assert.equal(await this.migrate(), null);
  }

  /** Brings the schemas of `workshop` up to date with its files and these: {name: SQL}. Gives what went wrong, if so. */
  async migrate(files = {}) {
    const paths = Object.entries(files).map(([name, text]) => {
      const path = join(this.#folder, "workshop", "tenant", name);
      writeFileSync(path, text);
      return path;
    });
    // The server has the embedded databases; to other processes they are like any.
    const estate = join(this.#folder, "workshop.yaml");
    writeFileSync(
      estate,
      `estate: workshop
tenants: {service: workshop, table: parts}
services:
  workshop:
    database: "${this.databases} dbname=workshop"
    isolation: {model: schema, migrations: workshop}
`,
    );
    const run = spawn(binary, ["migrate", "--estate", estate, "--lock-timeout", "1m"], {
      env: { ...process.env, TENURE_HOME: join(this.#folder, "state") },
    });
    let text = "";
    for (const stream of [run.stdout, run.stderr]) stream.on("data", (part) => (text += part));
    const status = await new Promise((resolve) => run.once("close", resolve));
    if (status === 0) return null;
    for (const path of paths) rmSync(path);
    return text;
  }

  /** A service's token, which is good for five minutes. */
  #bearer() {
    if (!this.#token || Date.now() > this.#token.goodUntil) {
      const env = { ...process.env, TENURE_HOME: join(this.#folder, "state") };
      const text = execFileSync(binary, ["token", "--name", "browser-tests"], { env, encoding: "utf8" }).trim();
      this.#token = { text, goodUntil: Date.now() + 240_000 };
    }
    return this.#token.text;
  }

  /** As a service. */
  async call(method, path, body) {
    const response = await fetch(this.#direct + path, {
      method,
      headers: { Authorization: `Bearer ${this.#bearer()}`, ...(body ? { "Content-Type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = response.status === 204 ? null : await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Somebody who can log in with PASSWORD. */
  async person(name, isAdmin = true) {
    const email = `${name.toLowerCase().replaceAll(" ", ".")}@people.example`;
    const made = await this.call("POST", "/api/v1/auth/users", {
      email,
      full_name: name,
      password: PASSWORD,
      is_platform_admin: isAdmin,
    });
    return { id: made.user_id, name, email };
  }

  /** A tenant with `rows` orders, contacts and invoices. */
  async tenant(name, owner, rows = 3) {
    const id = randomUUID();
    await this.call("POST", "/api/v1/tenants", { tenant_id: id, name, owner_id: owner.id });
    this.sql("orders", `INSERT INTO orders (tenant_id) SELECT '${id}' FROM generate_series(1, ${rows})`);
    this.sql("orders", `INSERT INTO order_items SELECT id, 1 FROM orders WHERE tenant_id = '${id}'`);
    this.sql("crm", `INSERT INTO contacts (tenant_id) SELECT '${id}' FROM generate_series(1, ${rows})`);
    this.sql("billing", `INSERT INTO invoices (tenant_id) SELECT '${id}' FROM generate_series(1, ${rows})`);
    return { id, name };
  }

  sql(database, statement) {
    const options = ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", `${this.databases} dbname=${database}`];
    return execFileSync("psql", [...options, "-c", statement], { encoding: "utf8", timeout: 60_000 }).trim();
  }

  /** Holds a table so that nothing can be deleted from it; returns how to let it go. */
  async lock(database, table) {
    const session = spawn("psql", ["-X", "-q", "-t", "-A", `${this.databases} dbname=${database}`]);
    session.stdin.write(`BEGIN; LOCK TABLE ${table} IN SHARE MODE; SELECT 'locked';\n`);
    await printed(session, /locked/);
    const release = () =>
      new Promise((resolve) => {
        this.#locks.delete(release);
        session.once("exit", resolve);
        session.stdin.end("ROLLBACK;\n");
      });
    this.#locks.add(release);
    return release;
  }

  /** Undoes what a test left behind that failed. */
  async mend() {
    this.way.mend();
    await Promise.all([...this.#locks].map((release) => release()));
  }

  async stop() {
    this.way.close();
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGTERM");
    const status = await ended;
    rmSync(this.#folder, { recursive: true, force: true });
    return status;
  }
}
