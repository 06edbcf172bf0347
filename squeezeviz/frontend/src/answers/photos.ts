/** Photos: how they come, their answers, and how they go. */
import { seenOf } from "../engine/input.ts";
import { decoded } from "../preprocessing/decoding/decoded.ts";
import { affineOf } from "../preprocessing/description.ts";
import { answerOf, logitsOf } from "./answer.ts";
import { viewOf } from "./bytes.ts";
import { displayOf, pngOf } from "./pictures.ts";
import { presetCalled } from "./presets.ts";
import { ablationOf, type Run } from "./runs.ts";
import { Shown } from "./shown.ts";
import type { Answers, Asked, State } from "./state.ts";
import { wordsOf } from "./words.ts";

export const PHOTOS: Answers = { ready, piece, forget };

function ready(state: State, { id }: Asked<"ready">): void {
  const { setting, model } = state.contents;
  state.tell({ ...setting, id, buffers: {} });
  state.tell({ ...model, id });
  for (const photo of state.photos.all()) state.tell({ kind: "working", id: photo.id, name: photo.name });
  tellPhotos(state);
}

/** Which choice answers follow from: what was begun for another is not told. */
let choice = 0;

/** The one that is looked at comes first; the strip keeps their order all the same. */
export function tellPhotos(state: State): void {
  choice += 1;
  const own = choice;
  const stage = state.photos.find(state.traits.photo);
  if (stage) state.queue.add(() => tellPhoto(state, stage));
  for (const photo of state.photos.all()) {
    const isWanted = () => own === choice && state.photos.find(photo.id) === photo;
    if (photo !== stage) state.queue.beside(async () => (isWanted() ? tellPhoto(state, photo) : undefined));
  }
}

async function tellPhoto(state: State, photo: Shown): Promise<void> {
  try {
    await tellAnswer(state, photo, await inUse(state, photo));
  } catch (problem) {
    state.tell({ kind: "failed", id: photo.id, name: photo.name, message: `${photo.name}: ${wordsOf(problem)}` });
  }
}

/** A photo, as is chosen now. */
export const inUse = (state: State, photo: Shown, isPassing = false): Promise<Run> =>
  state.runs.of(photo, {
    preset: presetCalled(state, state.traits.preset),
    ablated: ablationOf(state.traits),
    isPassing,
  });

async function tellAnswer(state: State, photo: Shown, run: Run): Promise<void> {
  const { contents, blocks } = state;
  const { pythons, how } = run.prepared;
  const input = run.maps(contents.input);
  const seen = await pngOf(seenOf(input, affineOf(contents.own)));
  const logits = await logitsOf(state, run);
  const answer = await answerOf(state, photo, run, logits);
  const original = pythons ? viewOf(blocks.bytes(pythons.display)) : await displayOf(await photo.taken(how));
  state.tell({ ...answer, kind: "photo", id: photo.id, buffers: { original, seen, logits: viewOf(logits) } });
}

// How they come and go -------------------------------------------------------------------------------------------------

/** By the request's id: what has come of a file so far. */
const unfinished = new Map<string, ArrayBuffer[]>();

async function piece(state: State, { id, name = "photo", index, count, buffers }: Asked<"piece">): Promise<void> {
  if (index === 0) {
    state.photos.checkRoom(id, name);
    unfinished.set(id, []);
  }
  const pieces = unfinished.get(id);
  if (!pieces) return state.tell({ kind: "gone", id }); // dismissed meanwhile
  pieces.push(buffers.piece);
  if (pieces.length < count) return state.tell({ kind: "working", id, name });
  unfinished.delete(id);
  const file = new Blob(pieces);
  const read = async () => {
    const start = performance.now();
    const found = await decoded(file, name);
    return { ...found, decode_ms: performance.now() - start };
  };
  await bring(state, new Shown(id, name, state.photos.keeping(read)));
}

/** Put a photo on the stage. */
export async function bring(state: State, photo: Shown): Promise<void> {
  const run = await inUse(state, photo);
  state.photos.put(photo);
  state.choose({ photo: photo.id });
  await tellAnswer(state, photo, run);
}

function forget(state: State, { id }: Asked<"forget">): void {
  unfinished.delete(id);
  const photo = state.photos.find(id);
  if (photo) state.runs.forget(photo);
  state.photos.forget(id);
  state.tell({ kind: "forgotten", id });
}
