/** Photos: how they come, their answers, and how they go. */
import { seenOf } from "../engine/input.ts";
import { decoded } from "../preprocessing/decoding/decoded.ts";
import { affineOf, type Described } from "../preprocessing/description.ts";
import type { SettingMessage } from "../protocol.ts";
import { answerOf, logitsOf } from "./answer.ts";
import { bmpOf } from "./bmp.ts";
import { viewOf } from "./bytes.ts";
import type { Preprocessed } from "./contents.ts";
import { displayOf } from "./pictures.ts";
import { presetCalled } from "./presets.ts";
import { type Asking, ablationOf, type Run } from "./runs.ts";
import { Shown } from "./shown.ts";
import type { Answers, Asked, State } from "./state.ts";
import { wordsOf } from "./words.ts";

export const PHOTOS: Answers = { ready, piece, sample, forget };

async function ready(state: State, { id }: Asked<"ready">): Promise<void> {
  const { setting, model, samples } = state.contents;
  const pictures = await Promise.all(
    samples.map(async ({ name, picture }) => [`pictures/${name}`, viewOf(await state.blocks.bytes(picture))] as const),
  );
  // As a kernel sends them: a buffer's name says which it is.
  state.tell({ ...setting, id, buffers: Object.fromEntries(pictures) as SettingMessage["buffers"] });
  state.tell({ ...model, id });
  for (const photo of state.photos.all()) state.tell({ kind: "working", id: photo.id, name: photo.name });
  tellPhotos(state);
  computeAhead(state);
}

/** Somebody is going to look at the photo on the stage: its layers do not wait for that. */
function computeAhead(state: State): void {
  const stage = state.photos.find(state.traits.photo);
  if (!stage) return;
  const compute = async () => {
    await inUse(state, stage).catch(() => undefined); // said to whoever asks for a layer
    state.runs.tell();
  };
  const go = () => state.queue.add(compute);
  state.runs.weights().then(go, go);
}

/** The one that is looked at comes first; the strip keeps their order all the same. */
export function tellPhotos(state: State): void {
  state.choice += 1;
  const own = state.choice;
  const stage = state.photos.find(state.traits.photo);
  for (const photo of state.photos.all()) {
    const isWanted = () => own === state.choice && state.photos.find(photo.id) === photo; // nobody has removed it
    const work = async () => (isWanted() ? tellPhoto(state, photo) : undefined);
    if (photo === stage) state.queue.add(work);
    else state.queue.beside(work);
  }
}

async function tellPhoto(state: State, photo: Shown): Promise<void> {
  try {
    const how = presetCalled(state, state.traits.preset);
    const pythons = ablationOf(state.traits) ? null : photo.pythons(how);
    if (pythons) await tellStored(state, photo, how, pythons);
    else await tellAnswer(state, photo, await inUse(state, photo));
  } catch (problem) {
    state.tell({ kind: "failed", id: photo.id, name: photo.name, message: `${photo.name}: ${wordsOf(problem)}` });
  }
  state.runs.tell();
}

/** What Python has answered: nothing is computed before somebody looks at a layer. */
async function tellStored(state: State, photo: Shown, how: Described, pythons: Preprocessed): Promise<void> {
  const { contents, blocks } = state;
  const { input } = await photo.prepared(state, how);
  const seen = bmpOf(seenOf(input(), affineOf(contents.own)));
  const original = viewOf(await blocks.bytes(pythons.display));
  const logits = viewOf(await blocks.numbers(pythons.logits));
  state.tell({ ...pythons.message, kind: "photo", id: photo.id, buffers: { original, seen, logits } });
}

/** A photo, as is chosen now. */
export const inUse = (state: State, photo: Shown, how: Pick<Asking, "isPassing" | "isWanted"> = {}): Promise<Run> =>
  state.runs.of(photo, {
    preset: presetCalled(state, state.traits.preset),
    ablated: ablationOf(state.traits),
    ...how,
  });

async function tellAnswer(state: State, photo: Shown, run: Run): Promise<void> {
  const { contents, blocks } = state;
  const { pythons, how } = run.prepared;
  const input = run.maps(contents.input);
  const seen = bmpOf(seenOf(input, affineOf(contents.own)));
  const logits = await logitsOf(state, run);
  const answer = await answerOf(state, photo, run, logits);
  const original = pythons ? viewOf(await blocks.bytes(pythons.display)) : await displayOf(await photo.taken(how));
  state.tell({ ...answer, kind: "photo", id: photo.id, buffers: { original, seen, logits: viewOf(logits) } });
}

// How they come and go -------------------------------------------------------------------------------------------------

async function piece(state: State, { id, name = "photo", index, count, buffers }: Asked<"piece">): Promise<void> {
  const { unfinished } = state;
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

async function sample(state: State, { id, name }: Asked<"sample">): Promise<void> {
  const held = state.contents.samples.find((each) => each.name === name);
  if (!held) throw new RangeError(`${name}: no sample of this page is called so`);
  state.photos.checkRoom(id, name);
  await bring(state, new Shown(id, name, state.photos.carried(state.blocks, held.whole)));
}

/** Put a photo on the stage. */
export async function bring(state: State, photo: Shown): Promise<void> {
  const run = await inUse(state, photo);
  state.photos.put(photo);
  state.choose({ photo: photo.id });
  await tellAnswer(state, photo, run);
}

function forget(state: State, { id }: Asked<"forget">): void {
  state.unfinished.delete(id);
  const photo = state.photos.find(id);
  if (photo) state.runs.forget(photo);
  state.photos.forget(id);
  state.tell({ kind: "forgotten", id });
}
