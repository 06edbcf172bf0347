/** The page's preprocessing of many photos, in Node: see unit/test_page_preprocessing.py. */
import { readFileSync, writeFileSync } from "node:fs";
import { blendedOf } from "../squeezeviz/frontend/src/preprocessing/blended.ts";
import { cropped } from "../squeezeviz/frontend/src/preprocessing/crop.ts";
import type { Described } from "../squeezeviz/frontend/src/preprocessing/description.ts";
import { geometryOf } from "../squeezeviz/frontend/src/preprocessing/geometry.ts";
import { type Photo, photoOf } from "../squeezeviz/frontend/src/preprocessing/photo.ts";
import { tensorOf } from "../squeezeviz/frontend/src/preprocessing/tensor.ts";
import { windowsOf } from "../squeezeviz/frontend/src/preprocessing/windows.ts";

interface Case extends Pick<Photo, "orientation" | "profile"> {
  how: Described;
  width: number;
  height: number;
}

const folder = process.argv[2];
const cases = JSON.parse(readFileSync(`${folder}/cases.json`, "utf8")) as Case[];
const photos = readFileSync(`${folder}/photos`);
const made: Uint8Array[] = [];
let at = 0;
const said = cases.map(({ how, width, height, ...rest }) => {
  const pixels = new Uint8Array(photos.subarray(at, (at += 3 * width * height)));
  try {
    const photo = photoOf({ picture: { width, height, pixels }, ...rest }, how);
    const { geometry, pixels: own } = blendedOf(photo, how);
    if (own) made.push(own.pixels);
    const crops = windowsOf(how).map((_, window) => {
      const crop = cropped(photo, how, window);
      const { shape, values } = tensorOf(crop, how);
      made.push(crop.pixels, new Uint8Array(values.buffer));
      return { geometry: geometryOf(how, photo.width, photo.height, window), shape, height: crop.height, width: crop.width };
    });
    return { blended: geometry, crops };
  } catch (problem) {
    return (problem as Error).message;
  }
});
writeFileSync(`${folder}/made`, Buffer.concat(made));
console.log(JSON.stringify(said));
