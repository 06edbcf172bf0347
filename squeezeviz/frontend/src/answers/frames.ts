/** The camera's frames, and photos that are painted on: raw pixels, answered one after the other. */
import { seenIn } from "../engine/input.ts";
import type { Picture } from "../engine/types.ts";
import type { Origin } from "../host/door.ts";
import { affineOf } from "../preprocessing/description.ts";
import type { FrameMessage } from "../protocol.ts";
import { answerOf, logitsOf } from "./answer.ts";
import { copyOf, viewOf } from "./bytes.ts";
import { bring, inUse } from "./photos.ts";
import { scaled } from "./pictures.ts";
import { Superseded } from "./queue.ts";
import type { Run } from "./runs.ts";
import { type Decoded, Shown } from "./shown.ts";
import type { Answers, Asked, State } from "./state.ts";

export const FRAMES: Answers = { frame, freeze, pixels };

/** Both sides of what is painted on, at most: ../../../explorer/editing.py. */
const MOST_SIDE_PX = 1280;

/** Answer the newest frame. The one before makes room: nothing grows. */
async function frame(state: State, asked: Asked<"frame">): Promise<void> {
  const start = performance.now();
  const { id, photo: of = "", layers = [] } = asked;
  const isWanted = () => !state.stopped.has(id);
  if (!isWanted()) throw new Superseded();
  const photo = shownOf(state, asked, of);
  photo.isPainted = asked.of !== undefined;
  const before = state.photos.find(of);
  if (before) state.runs.forget(before);
  else state.photos.checkRoom(of, photo.name);
  state.photos.put(photo);
  const run = await inUse(state, photo, { isPassing: true, isWanted });
  const logits = await logitsOf(state, run);
  const answer = await answerOf(state, photo, run, logits);
  const { cropped, affine } = run.prepared;
  const seen = seenIn(cropped, affine, affineOf(state.contents.own));
  const maps = mapsOf(run, layers);
  state.tell({
    ...answer,
    kind: "frame",
    id,
    photo: of,
    kernel_ms: performance.now() - start,
    seen_size: [cropped.width, cropped.height],
    tensors: maps.tensors,
    buffers: { logits: viewOf(logits), seen: viewOf(seen), values: maps.values, statistics: maps.statistics },
  });
}

type Told = Pick<FrameMessage, "tensors"> & Record<"values" | "statistics", Record<string, DataView>>;

function mapsOf(run: Run, layers: readonly string[]): Told {
  const told: Told = { tensors: [], values: {}, statistics: {} };
  for (const layer of layers.filter((name) => run.sized.layers.some((each) => each.name === name))) {
    const maps = run.maps(layer);
    told.tensors.push({ layer, shape: maps.shape, encoding: "float32", scale: 1 });
    told.values[layer] = copyOf(maps.values);
    told.statistics[layer] = viewOf(run.kept.statistics(layer));
  }
  return told;
}

/** Keep a frame as an ordinary photo. */
async function freeze(state: State, asked: Asked<"freeze">): Promise<void> {
  const photo = shownOf(state, asked, asked.id);
  state.photos.checkRoom(photo.id, photo.name);
  await bring(state, photo);
}

/** What is painted on: the photo as its preprocessing takes it, scaled down where it is too large. */
async function pixels(state: State, { id, photo: of }: Asked<"pixels">): Promise<void> {
  const photo = state.photos.called(of);
  const { how } = (await inUse(state, photo)).prepared;
  const taken = await photo.taken(how);
  const canvas = Math.max(taken.width, taken.height) > MOST_SIDE_PX ? await scaled(taken, MOST_SIDE_PX) : taken;
  state.tell({
    kind: "pixels",
    id,
    photo: photo.id,
    name: photo.name,
    size: [canvas.width, canvas.height],
    original: [taken.width, taken.height],
    buffers: { pixels: copyOf(canvas.pixels as Uint8Array<ArrayBuffer>) },
  });
}

/** A frame of the camera, or what is being painted `of` a photo, which says of itself what that photo says. */
function shownOf(state: State, asked: Asked<"frame"> | Asked<"freeze">, id: string): Shown {
  const { name = "camera", of, width = 0, height = 0, buffers } = asked;
  const picture: Picture = { width, height, pixels: new Uint8Array(buffers.pixels) };
  if (picture.pixels.length !== 3 * width * height) {
    throw new RangeError(
      `${name}: expected ${3 * width * height} bytes for a frame of ${width} × ${height}, the page sent ` +
        `${picture.pixels.length}. Begin it again`,
    );
  }
  const own = { picture, orientation: 1 as const, profile: null, decode_ms: null };
  const before = of ? state.photos.find(of) : null;
  const origin = of && state.origin ? asSaid(state, state.origin) : { notes: [], format: of ? "edited" : "camera" };
  return new Shown(id, name, async (): Promise<Decoded> => {
    if (!before?.decoded) return { ...own, ...origin };
    const { format, notes, profile } = await before.decoded();
    return { ...own, profile, notes, format: format === "drawn" ? "drawn" : "edited" };
  });
}

/** Of a photo that a kernel has: a drawing is one that it does not warn of; a profile is told of where it was not used. */
function asSaid({ contents }: State, { notes, caution }: Origin): Pick<Decoded, "notes" | "format" | "profile"> {
  const profiles = notes.map((note) => /^colour profile (.+), read as stored/.exec(note)?.[1] ?? "");
  const isDrawn = contents.caution !== "" && !caution.includes(contents.caution);
  return { notes, format: isDrawn ? "drawn" : "edited", profile: profiles.find(Boolean) ?? null };
}
