/** What is said of an answered photo: ../../../explorer/messages.py says the same of it. */
import type { Ablation } from "../engine/ablation.ts";
import type { Picture, Values } from "../engine/types.ts";
import type { Described } from "../preprocessing/description.ts";
import { type Geometry, geometryOf, scaleOf } from "../preprocessing/geometry.ts";
import type { PhotoMessage } from "../protocol.ts";
import { averaged } from "./averaged.ts";
import { wordsOfPreset } from "./presets.ts";
import type { Run } from "./runs.ts";
import type { Decoded, Shown } from "./shown.ts";
import type { State } from "./state.ts";

type Answer = Omit<PhotoMessage, "kind" | "id" | "buffers">;

/** @param logits As `logitsOf` has them. */
export async function answerOf(state: State, photo: Shown, run: Run, logits: Values): Promise<Answer> {
  const { prepared, sized, kept, ablated } = run;
  const { pythons } = prepared;
  if (pythons && !ablated) return pythons.message;
  const about = pythons ? pythons.message : await aboutOf(state, photo, run);
  const times = { decode: about.times.decode, preprocess: run.preprocess_ms, run: kept.ms };
  const cautions = [ablated && cautionOf(ablated), about.caution, overflow(logits)];
  const rms = run.sized.layers.flatMap(({ name, shape }) =>
    shape.length === 3 ? [[name, kept.rms(name)] as const] : [],
  );
  const caution = cautions.filter(Boolean).join(" ");
  return { ...about, input: sized.input, caution, rms_activation: Object.fromEntries(rms), times };
}

/** What is known without an answer. */
async function aboutOf(state: State, photo: Shown, { prepared, sized }: Run): Promise<Answer> {
  const { contents } = state;
  const decoded = await (photo.decoded as NonNullable<Shown["decoded"]>)();
  const taken = await photo.taken(prepared.how);
  const geometry = geometryOf(prepared.how, taken.width, taken.height);
  return {
    name: photo.name,
    model: contents.model.name,
    preset: prepared.how.name,
    size: [taken.width, taken.height],
    visible: visibleOf(geometry),
    input: sized.input,
    layers: sized.isOwn ? null : [...sized.layers],
    preprocessing_words: wordsOfPreset(state, prepared.how),
    notes: notesOf(decoded, taken, prepared.how),
    caution: decoded.format === "drawn" ? "" : contents.caution,
    rms_activation: {},
    times: { decode: decoded.decode_ms, preprocess: null, run: null },
    is_sigmoid: contents.is_sigmoid,
  };
}

/**
 * Every class's logit: of several crops those that their averaged probabilities come of; while something is ablated the
 * first one's, as in ../../../evidence/ablation.py.
 */
export async function logitsOf(state: State, run: Run): Promise<Values> {
  const { prepared, network, kept, ablated } = run;
  const { logits } = state.contents.model;
  if (prepared.pythons && !ablated) return state.blocks.numbers(prepared.pythons.logits);
  const first = run.maps(logits).values.slice();
  if (prepared.crops === 1 || ablated) return first;
  const others = Array.from({ length: prepared.crops - 1 }, (_, at) => prepared.input(at + 1));
  const each = others.map(({ values }) => network.again(kept, { input: values }));
  return averaged([first, ...each], state.contents.is_sigmoid);
}

/** What the network sees of a photo, as shares of it: left, top, right, bottom. */
function visibleOf(geometry: Geometry): Answer["visible"] {
  const { original, crop, is_flipped: isFlipped } = geometry;
  const [[width, height], [left, top, across, down]] = [original, crop];
  const [scaleX, scaleY] = scaleOf(geometry);
  const xs = [left, left + across].map((x) => (x * scaleX) / width) as [number, number];
  const [x0, x1] = isFlipped ? [Math.min(...xs), Math.max(...xs)] : xs;
  return [x0, (top * scaleY) / height, x1, ((top + down) * scaleY) / height];
}

/** What reading and turning it took, in words: as ../../../image/picture.py. */
function notesOf({ notes, orientation, picture }: Decoded, taken: Picture, how: Described): string[] {
  const turned = `turned upright (EXIF orientation ${orientation})`;
  const lies = !how.respect_exif && orientation !== 1;
  const said = lies
    ? [...notes.filter((note) => note !== turned), `left as stored (EXIF orientation ${orientation} ignored)`]
    : [...notes];
  const isColoured = how.channel_order === "grey" && taken.pixels !== picture.pixels && !isGrey(picture);
  return isColoured ? [...new Set([...said, "turned to grey (ITU-R 601 luma)"])] : said;
}

function isGrey({ pixels }: Picture): boolean {
  for (let at = 0; at < pixels.length; at += 3) {
    if (pixels[at] !== pixels[at + 1] || pixels[at] !== pixels[at + 2]) return false;
  }
  return true;
}

function cautionOf({ channels, fill }: Ablation): string {
  const count = [...channels.values()].reduce((sum, each) => sum + each.length, 0);
  const instead = fill === "mean" ? " (the mean of each map instead)" : "";
  return `${count} channel${count === 1 ? " is" : "s are"} ablated${instead}: ${[...channels.keys()].join(", ")}.`;
}

/** What is said of an answer that is no number; empty as a rule. */
function overflow(logits: Values): string {
  const odd = logits.reduce((count, logit) => count + Number(!Number.isFinite(logit)), 0);
  if (!odd) return "";
  return (
    `${odd} of ${logits.length} logits are infinite or no number: the network's own numbers grow beyond single ` +
    "precision, so it ranks nothing. See whether its preprocessing is the one it was trained with"
  );
}
