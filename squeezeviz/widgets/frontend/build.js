// Bundles the front end into ../static. The banner carries a hash of the sources, so that a test without Node can tell
// whether the committed bundle is theirs; `--check` rebuilds and compares.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = fileURLToPath(new URL("../static/", import.meta.url));

const digest = createHash("sha256");
for (const name of readdirSync(here, { recursive: true }).map(String).sort()) {
  if (["build.js", "package.json"].includes(name) || !/\.(js|css|json)$/.test(name)) continue;
  digest.update(`${name}\n`).update(readFileSync(here + name));
}
const banner = `/* squeezeviz front end, bundled from squeezeviz/widgets/frontend; sources sha256 ${digest.digest("hex")} */`;

const result = await esbuild.build({
  entryPoints: [
    { in: `${here}squeezeviz.js`, out: "squeezeviz" },
    { in: `${here}squeezeviz.css`, out: "squeezeviz" },
    { in: `${here}standalone/page.js`, out: "page" },
    { in: `${here}standalone/page.css`, out: "page" },
  ],
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  outdir: target,
  write: false,
  banner: { js: banner, css: banner },
});

let stale = false;
for (const file of result.outputFiles) {
  if (process.argv.includes("--check")) {
    let committed = "";
    try {
      committed = readFileSync(file.path, "utf8");
    } catch {
      // Not built yet: reported as stale below.
    }
    if (committed !== file.text) {
      console.error(`${file.path} does not match its sources: make frontend`);
      stale = true;
    }
  } else {
    writeFileSync(file.path, file.text);
    console.log(`${file.path}  ${file.text.length} characters`);
  }
}
process.exit(stale ? 1 : 0);
