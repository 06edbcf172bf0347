// One program in two files: what an entry takes, and what another one takes beside it. esbuild finds what both use and puts
// that into a third file, which a module that was loaded as a blob could not import. So the third goes into the first, which
// hands it to the second: that is a module whose default export is a function of it. Both work with the same modules.
import { basename, resolve } from "node:path";
import * as esbuild from "esbuild";

const BOTH = "squeezeviz:both"; // what the first imports to hand it on
const FILE = "./both.js";

/**
 * @param common What esbuild is told of both.
 * @param first, second Path of an entry, and what to call its file.
 * @returns Path, text and source files of the two.
 */
export async function splitInTwo(common, first, second) {
  const way = { format: "esm", splitting: true, chunkNames: "both", external: [BOTH] };
  const made = await esbuild.build({ ...common, ...way, entryPoints: [first, second] });
  const files = new Map(made.outputFiles.map(({ path, text }) => [basename(path), text]));
  const inputs = new Map(
    Object.entries(made.metafile.outputs).map(([path, { inputs }]) => [basename(path), Object.keys(inputs)]),
  );
  if (files.size !== 3) throw new Error(`expected two files and what both use, got ${[...files.keys()].join(", ")}`);
  const joined = (file, options, isBothOutside) =>
    esbuild.build({ ...common, ...options, plugins: [among(files, isBothOutside)], entryPoints: [`./${file}`] });
  const [own, beside] = [`${first.out}.js`, `${second.out}.js`];
  const [one, two] = await Promise.all([
    joined(own, { format: "esm" }, false),
    joined(beside, { format: "cjs" }, true), // it asks for the third by `require`
  ]);
  const textOf = ({ outputFiles }) => outputFiles[0].text;
  const at = (file) => resolve(common.outdir, file);
  return [
    { path: at(own), text: textOf(one), inputs: [...inputs.get(own), ...inputs.get(basename(FILE))] },
    { path: at(beside), text: `export default(require=>{${textOf(two)}});\n`, inputs: inputs.get(beside) },
  ];
}

/** Resolves what files that esbuild has made import of each other. */
function among(files, isBothOutside) {
  return {
    name: "among",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ path }) => {
        const isBoth = path === BOTH || path === FILE;
        if (isBoth && isBothOutside) return { path: FILE, external: true };
        return { path: basename(isBoth ? FILE : path), namespace: "made" };
      });
      onLoad({ filter: /./, namespace: "made" }, ({ path }) => ({ contents: files.get(path) }));
    },
  };
}
