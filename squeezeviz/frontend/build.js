// Bundles the front end into ../widgets/static, with the licences of what is in it. The banner carries a hash of the sources,
// so that a test without Node can tell whether the committed bundle is theirs; `--check` rebuilds and compares.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { splitInTwo } from "./split.js";

const source = fileURLToPath(new URL("src/", import.meta.url));
const target = fileURLToPath(new URL("../widgets/static/", import.meta.url));

const digest = createHash("sha256");
for (const name of readdirSync(source, { recursive: true }).map(String).sort()) {
  if (!/\.(ts|tsx|css|json)$/.test(name) || /\.test\.tsx?$/.test(name)) continue;
  digest.update(`${name}\n`).update(readFileSync(source + name));
}
const sources = digest.digest("hex");
const common = {
  bundle: true,
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { SOURCES: JSON.stringify(sources) },
  minify: true,
  charset: "utf8",
  legalComments: "none", // they stand in licenses.txt, and the banner says so
  metafile: true,
  outdir: target,
  write: false,
};
const results = await Promise.all([
  esbuild.build({ ...common, entryPoints: [{ in: `${source}entry/widget.css`, out: "squeezeviz" }] }),
  // No modules: not every browser takes them for workers, nor any from a page in a folder that is opened from disk.
  esbuild.build({
    ...common,
    entryPoints: [
      { in: `${source}entry/standalone.tsx`, out: "page" },
      { in: `${source}entry/early.ts`, out: "early" },
      { in: `${source}entry/early_site.ts`, out: "early-site" },
      { in: `${source}entry/standalone.css`, out: "page" },
      { in: `${source}entry/worker.ts`, out: "engine" },
      { in: `${source}entry/service_worker.ts`, out: "service-worker" },
    ],
    format: "iife",
  }),
]);
// A widget's page has what its first view takes at once, and the rest a moment later.
const parts = await splitInTwo(
  common,
  { in: `${source}entry/widget.ts`, out: "squeezeviz" },
  { in: `${source}entry/second.tsx`, out: "squeezeviz-second" },
);

/** Folders of the packages that are in a bundle. */
function packagesOf(inputs) {
  const found = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? []);
  return [...new Set(found)].sort();
}

/** What a package is, and its licence, word for word. */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const path = ["LICENSE", "LICENSE.md", "license"].map((file) => `${folder}/${file}`).find(existsSync);
  if (!path) throw new Error(`${name} comes without a licence: see what it is, before it is bundled`);
  return { name, license, text: `${name} ${version}, ${license}\n\n${readFileSync(path, "utf8").trim()}\n` };
}

const rule = `\n${"-".repeat(80)}\n\n`;
const textOf = (folders) => folders.map((folder) => licenceOf(folder).text).join(rule);
/** A page in one file goes where licenses.txt does not: it carries the licences itself. */
const isAlone = (path) => path === `${target}page.js`;

function bannerOf(path, folders) {
  const names = folders.map(licenceOf).map(({ name, license }) => `${name} (${license})`);
  const others = names.length
    ? `; in it: ${names.join(", ")}${isAlone(path) ? `\n\n${textOf(folders)}` : ", see licenses.txt"}`
    : "";
  return `/* squeezeviz front end, bundled from squeezeviz/frontend/src; sources sha256 ${sources}${others} */\n`;
}

const made = results.flatMap(({ metafile, outputFiles }) => {
  const inputs = new Map(
    Object.entries(metafile.outputs).map(([path, { inputs }]) => [resolve(path), Object.keys(inputs)]),
  );
  return outputFiles.map(({ path, text }) => ({ path, text, inputs: inputs.get(path) }));
});
const bundles = [...made, ...parts];
const files = bundles.map(({ path, text, inputs }) => ({ path, text: bannerOf(path, packagesOf(inputs)) + text }));
const all = packagesOf(bundles.flatMap(({ inputs }) => inputs));
const about = "What the bundles in this folder have of others: found, and written here, as they are built.\n";
files.push({ path: `${target}licenses.txt`, text: about + rule + textOf(all) });

let isStale = false;
for (const file of files) {
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
