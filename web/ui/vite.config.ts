import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

import { compressed } from "./compressed.ts";
import { mantineStyles } from "./mantineStyles.ts";

const FLAGS = fileURLToPath(new URL("node_modules/country-flag-icons/3x2/", import.meta.url));

/** Every country's flag as /flags/XX.svg: emoji flags are missing on many systems. */
function flags(): Plugin {
  return {
    name: "flags",
    generateBundle() {
      for (const file of readdirSync(FLAGS).filter(name => /^[A-Z]{2}\.svg$/.test(name))) {
        this.emitFile({ type: "asset", fileName: `flags/${file}`, source: readFileSync(FLAGS + file) });
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), flags(), mantineStyles(), compressed()],
  // What the page weighs, compressed, is measured by `make bench-web`.
  build: { target: "es2022", sourcemap: false, assetsInlineLimit: 0, chunkSizeWarningLimit: 1500 },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8080", ws: true } } },
});
