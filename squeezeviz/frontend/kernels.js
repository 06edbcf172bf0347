// Compiles the engine's kernels, AssemblyScript in src/engine/kernels/assembly, to WebAssembly: once with SIMD, once with
// relaxed SIMD as well. Both are committed, as text, in src/engine/kernels/compiled.ts; `--check` compiles and compares.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const folder = fileURLToPath(new URL("src/engine/kernels/", import.meta.url));
const target = `${folder}compiled.ts`;
const settings = ["-O3", "--converge", "--noAssert", "--runtime", "stub", "--importMemory", "--noExportMemory"];
const harmless = ["112", "201"]; // vectors between functions, and 64-bit addresses: neither leaves the module

/** WebAssembly, as base64. */
async function compiled(...features) {
  let bytes = new Uint8Array();
  const { error, stderr } = await asc.main(
    [
      "assembly/index.ts",
      ...settings,
      ...features.flatMap((feature) => ["--enable", feature]),
      ...harmless.flatMap((code) => ["--disableWarning", code]),
      ...["--baseDir", folder, "--outFile", "kernels.wasm"],
    ],
    { writeFile: (_name, contents) => (bytes = contents) },
  );
  const said = stderr.toString();
  if (error ?? said) throw new Error(said || String(error));
  return Buffer.from(bytes).toString("base64");
}

const digest = createHash("sha256"); // so that a test without Node can tell whether they are of these sources
for (const name of readdirSync(`${folder}assembly`).sort())
  digest.update(`${name}\n`).update(readFileSync(`${folder}assembly/${name}`));

const text = `/** WebAssembly of assembly/, as base64: written by ../../../kernels.js; sources sha256 ${digest.digest("hex")} */
export const SIMD = "${await compiled("simd")}";
export const RELAXED = "${await compiled("simd", "relaxed-simd")}";
`;

if (!process.argv.includes("--check")) {
  writeFileSync(target, text);
  console.log(`${target}  ${text.length} characters`);
} else if (readFileSync(target, "utf8") !== text) {
  console.error(`${target} does not match its sources: make frontend`);
  process.exit(1);
}
