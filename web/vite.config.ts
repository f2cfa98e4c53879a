import { defineConfig } from "vite";

// `npm run dev` serves the page itself and takes everything else from a running server.
const server = process.env["TENURE_SERVER"] ?? "http://127.0.0.1:8714";

export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2022",
    // A data: URL would need another line in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": { target: server, ws: true } } },
});
