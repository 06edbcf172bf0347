/** Figures of what the page shows, drawn without Python. */
import { seenOf } from "../engine/input.ts";
import type { Maps, Picture } from "../engine/types.ts";
import { figureOf } from "../figures/figure.ts";
import type { Pixels } from "../figures/sheet.ts";
import type { Shown as Drawn } from "../figures/shown.ts";
import { FIGURE_VIEWS, isFigureFormat, isFigureView } from "../figures/views.ts";
import { sigmoid, softmax } from "../host/decode.ts";
import { affineOf } from "../preprocessing/description.ts";
import { answerOf, logitsOf } from "./answer.ts";
import { classWeightsOf } from "./numbers.ts";
import { inUse } from "./photos.ts";
import { opaque, scaled } from "./pictures.ts";
import type { Run } from "./runs.ts";
import type { Shown } from "./shown.ts";
import type { Answers, Asked, State } from "./state.ts";

export const FIGURES: Answers = { figure };

const ORIGINAL_PX = 1280; // about 300 an inch, as wide as a figure shows it
const HASH_CHARS = 12;

async function figure(state: State, asked: Asked<"figure">): Promise<void> {
  const { id, view, format } = asked;
  if (!isFigureView(view) || !isFigureFormat(format)) {
    throw new RangeError(
      `this page draws ${FIGURE_VIEWS.join(", ")} as SVG or PNG; ${view} as ${format.toUpperCase()} takes Python`,
    );
  }
  const photo = state.photos.called(asked.photo);
  const file = await figureOf(view, format, await drawnOf(state, photo, asked));
  const name = `${stemOf(photo.name)}-${view}.${format}`;
  state.tell({ kind: "file", id, name, type: file.type, buffers: { file: new DataView(await file.arrayBuffer()) } });
}

async function drawnOf(state: State, photo: Shown, asked: Asked<"figure">): Promise<Drawn> {
  const { contents, traits } = state;
  const { about, model } = contents;
  const run = await inUse(state, photo);
  const logits = await logitsOf(state, run);
  const answer = await answerOf(state, photo, run, logits);
  const layer = run.sized.layers.find(({ name }) => name === traits.layer);
  if (!layer) throw new RangeError(`no layer is called '${traits.layer}'`);
  const seen = seenOf(run.maps(contents.input), affineOf(contents.own));
  return {
    photo: answer,
    original: await originalOf(state, photo, run),
    seen: { width: seen.width, height: seen.height, rgba: seen.pixels },
    labels: model.labels,
    logits,
    probabilities: (answer.is_sigmoid ? sigmoid : softmax)(logits),
    layer,
    maps: copied(run.maps(layer.name)),
    channel: asked.channel ?? 0,
    cell: asked.cell ?? null,
    classMap: traits.cam && asked.class_index != null ? await classMapOf(state, run, asked.class_index) : null,
    pinned: traits.pinned,
    traits,
    madeBy: [
      `Model: ${model.name}, SHA-256 ${about.sha256.slice(0, HASH_CHARS)}`,
      about.rounding,
      `Made with squeezeviz ${about.version}`,
    ].filter(Boolean),
  };
}

/** A copy: drawing takes turns with other runs of the network. */
const copied = ({ shape, values }: Maps): Maps => ({ shape, values: values.slice() });

/** As it is stored in the file, where its own pixels are not. */
async function originalOf({ blocks }: State, photo: Shown, { prepared }: Run): Promise<Pixels> {
  if (photo.decoded) return pixelsOf(await scaled(await photo.taken(prepared.how), ORIGINAL_PX));
  if (!prepared.pythons) throw new RangeError(`${photo.name}: there is no picture of it here`);
  const bitmap = await createImageBitmap(new Blob([await blocks.bytes(prepared.pythons.display)]));
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d") as OffscreenCanvasRenderingContext2D;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, rgba: context.getImageData(0, 0, width, height).data as Pixels["rgba"] };
}

const pixelsOf = (picture: Picture): Pixels => ({
  width: picture.width,
  height: picture.height,
  rgba: opaque(picture),
});

/** A class's own map: a channel, or a weighted sum of channels; null where the network has none. */
async function classMapOf(state: State, run: Run, index: number): Promise<Drawn["classMap"]> {
  const { model } = state.contents;
  if (!model.class_maps) return null;
  const { layer } = model.class_maps;
  const maps = run.maps(layer);
  const [, height, width] = maps.shape;
  const cells = height * width;
  const label = model.labels[index]?.label ?? `class ${index}`;
  if (!model.class_maps.is_weighted) {
    const values = maps.values.slice(index * cells, (index + 1) * cells);
    return { name: layer, label, maps: { shape: [1, height, width], values } };
  }
  const { weights, bias } = await classWeightsOf(state, index);
  const sums = new Float64Array(cells).fill(bias);
  for (let at = 0; at < weights.length * cells; at += 1) {
    const cell = at % cells;
    sums[cell] = (sums[cell] as number) + (weights[(at - cell) / cells] as number) * (maps.values[at] as number);
  }
  return { name: `features of ${layer}`, label, maps: { shape: [1, height, width], values: Float32Array.from(sums) } };
}

/** A file's name without its ending, of letters that any system takes. */
const stemOf = (name: string): string =>
  name
    .replace(/\.[^.]+$/, "")
    .replace(/[^\p{L}\p{N}._-]+/gu, "_")
    .slice(0, 80) || "photo";
