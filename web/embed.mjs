// node embed.mjs DIST OUTPUT: writes the files of a built dashboard as C++ (see src/server/dashboard_bundle.h). Ends with
// an error when what a browser has to load is larger than it should be.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const LARGEST_COMPRESSED = 150 * 1000;
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

const [dist, output] = process.argv.slice(2);

/** The files under a folder, as paths that begin with a slash. */
function filesOf(folder, prefix = "") {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesOf(join(folder, entry.name), `${prefix}/${entry.name}`) : [`${prefix}/${entry.name}`],
    );
}

/** A C++ string literal of any bytes, in pieces that every compiler takes. */
function literal(bytes) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += 4000) {
    let piece = "";
    for (const byte of bytes.subarray(at, at + 4000)) {
      const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
      piece += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
    }
    pieces.push(`    "${piece}"`);
  }
  return pieces.join("\n") || '""';
}

let compressed = 0;
const entries = filesOf(dist).map((path) => {
  const type = TYPES[extname(path)];
  if (!type) throw new Error(`${path}: no content type is known for it`);
  const plain = readFileSync(join(dist, path));
  const gzip = gzipSync(plain, { level: 9 });
  const isSmaller = gzip.length < plain.length;
  compressed += Math.min(gzip.length, plain.length);
  const etag = createHash("sha256").update(plain).digest("base64url").slice(0, 22);
  const packed = isSmaller ? `std::string_view(\n${literal(gzip)},\n     ${gzip.length})` : "{}";
  return `    {"${path}", "${type}", "\\"${etag}\\"",\n     std::string_view(\n${literal(plain)},\n     ${plain.length}),\n     ${packed}},`;
});
if (compressed > LARGEST_COMPRESSED) {
  throw new Error(`the dashboard is ${compressed} bytes compressed; ${LARGEST_COMPRESSED} is the limit`);
}

writeFileSync(
  output,
  `// Generated from web/; edit that. ${compressed} bytes compressed.
#include "server/dashboard_bundle.h"

namespace tenure::server {
namespace {

const DashboardFile kFiles[] = {
${entries.join("\n")}
};

}  // namespace

std::span<const DashboardFile> dashboard_bundle() { return kFiles; }

}  // namespace tenure::server
`,
);
console.log(`dashboard: ${entries.length} files, ${compressed} bytes compressed`);
