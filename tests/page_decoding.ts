/** What the page decodes by itself, in Node: see unit/test_page_decoding.py. */
import { readFileSync, writeFileSync } from "node:fs";
import { decoded } from "../squeezeviz/frontend/src/preprocessing/decoding/decoded.ts";

const folder = process.argv[2];
const sizes = JSON.parse(readFileSync(`${folder}/sizes.json`, "utf8")) as number[];
const files = readFileSync(`${folder}/files`);
const made: Uint8Array[] = [];
const said = [];
let at = 0;
for (const size of sizes) {
  const file = new Uint8Array(files.subarray(at, (at += size)));
  try {
    const { picture, ...rest } = await decoded(file, "a.png");
    made.push(picture.pixels);
    said.push({ ...rest, width: picture.width, height: picture.height });
  } catch (problem) {
    said.push((problem as Error).message);
  }
}
writeFileSync(`${folder}/made`, Buffer.concat(made));
console.log(JSON.stringify(said));
