// Bundles the front end into ../widgets/static. The banner carries a hash of the sources, so that a test without Node can
// tell whether the committed bundle is theirs; `--check` rebuilds and compares.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const source = fileURLToPath(new URL("src/", import.meta.url));
const target = fileURLToPath(new URL("../widgets/static/", import.meta.url));

const digest = createHash("sha256");
for (const name of readdirSync(source, { recursive: true }).map(String).sort()) {
  if (!/\.(ts|tsx|css|json)$/.test(name) || /\.test\.tsx?$/.test(name)) continue;
  digest.update(`${name}\n`).update(readFileSync(source + name));
}
const sources = digest.digest("hex");
const banner = `/* squeezeviz front end, bundled from squeezeviz/frontend/src; sources sha256 ${sources} */`;

const common = {
  bundle: true,
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { SOURCES: JSON.stringify(sources) },
  minify: true,
  charset: "utf8",
  legalComments: "none",
  outdir: target,
  write: false,
  banner: { js: banner, css: banner },
};
const results = await Promise.all([
  esbuild.build({
    ...common,
    entryPoints: [
      { in: `${source}entry/widget.ts`, out: "squeezeviz" },
      { in: `${source}entry/widget.css`, out: "squeezeviz" },
    ],
    format: "esm",
  }),
  // No modules: not every browser takes them for workers, nor any from a page in a folder that is opened from disk.
  esbuild.build({
    ...common,
    entryPoints: [
      { in: `${source}entry/standalone.tsx`, out: "page" },
      { in: `${source}entry/early.ts`, out: "early" },
      { in: `${source}entry/standalone.css`, out: "page" },
      { in: `${source}entry/worker.ts`, out: "engine" },
      { in: `${source}entry/service_worker.ts`, out: "service-worker" },
    ],
    format: "iife",
  }),
]);

let isStale = false;
for (const file of results.flatMap(({ outputFiles }) => outputFiles)) {
  if (process.argv.includes("--check")) {
    let committed = "";
    try {
      committed = readFileSync(file.path, "utf8");
    } catch {
      // Not built yet: reported as stale below.
    }
    if (committed !== file.text) {
      console.error(`${file.path} does not match its sources: make frontend`);
      isStale = true;
    }
  } else {
    writeFileSync(file.path, file.text);
    console.log(`${file.path}  ${file.text.length} characters`);
  }
}
process.exit(isStale ? 1 : 0);
