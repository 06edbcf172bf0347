/**
 * What answers a page where no kernel does: the same messages as ../../../explorer/state.py, from the numbers in the file.
 * A file of this folder answers a subject.
 */
import { fastestMachine } from "../engine/kernels/kernels.ts";
import type { File, FromEngine, Origin, Port, ToEngine } from "../host/door.ts";
import type { Message, Request, Traits } from "../protocol.ts";
import { Blocks } from "./blocks.ts";
import type { Contents } from "./contents.ts";
import { FIGURES } from "./figures.ts";
import { FRAMES } from "./frames.ts";
import { Gone, Photos } from "./known.ts";
import { NUMBERS } from "./numbers.ts";
import { PHOTOS, tellPhotos } from "./photos.ts";
import { PREPROCESSINGS } from "./preprocessings.ts";
import { YOURS } from "./presets.ts";
import { Queue, Superseded } from "./queue.ts";
import { Runs } from "./runs.ts";
import type { Answers, State } from "./state.ts";
import { TRIALS } from "./trials.ts";
import { wordsOf } from "./words.ts";

type Door = Port<FromEngine, ToEngine>;

const ANSWERS: Answers = { ...PHOTOS, ...FRAMES, ...FIGURES, ...NUMBERS, ...PREPROCESSINGS, ...TRIALS };
/** What every answer follows from. */
const BASIS: readonly string[] = ["preset", "ablated", "ablation_fill", "tuned"] satisfies (keyof Traits)[];
/** Nobody waits for these any more once their photo is gone. */
const ABOUT_WHAT_IS_GONE = ["tensor", "variants"];

/** Answer whoever is behind a door. */
export function serve(door: Door): void {
  const blocks = new Blocks();
  let opening: Promise<Answering | null> = Promise.resolve(null);
  door.onmessage = ({ data }) => {
    if (data.kind === "open") opening = opened(door, blocks, data.entry);
    if (data.kind === "block") blocks.put(data.index, data.block);
    if (data.kind === "whole") blocks.end();
    if (data.kind === "beat") door.postMessage({ kind: "beat" }, []);
    if (data.kind === "set") void opening.then((state) => state?.set(data.traits));
    if (data.kind === "ask") void opening.then((state) => state?.hear(data.content, data.buffers, data.of ?? null));
  };
  door.postMessage({ kind: "here" }, []);
}

async function opened(door: Door, blocks: Blocks, entry: number): Promise<Answering | null> {
  try {
    const state = new Answering(door, await blocks.plain<Contents>(entry), blocks);
    door.postMessage({ kind: "opened", file: await fileOf(state) }, []);
    return state;
  } catch (problem) {
    door.postMessage({ kind: "refused", problem: wordsOf(problem) }, []);
    return null;
  }
}

async function fileOf({ contents }: State): Promise<File> {
  const { traits, about, model, photos, weights } = contents;
  const { name: kernels } = await fastestMachine();
  return {
    traits,
    about,
    model: model.name,
    layers: model.layers.length,
    photos: photos.length,
    kernels,
    weights: [...new Set(Object.values(weights).map(({ block }) => block))],
    is_half: Object.values(weights).every(({ halves }) => halves > 0),
  };
}

class Answering implements State {
  readonly contents: Contents;
  readonly blocks: Blocks;
  readonly traits: Traits;
  readonly photos: Photos;
  readonly runs: Runs;
  readonly queue = new Queue();
  choice = 0;
  readonly unfinished: State["unfinished"] = new Map();
  readonly made: State["made"] = new Map();
  readonly waiting: State["waiting"] = new Map();
  readonly stopped: State["stopped"] = new Set();
  origin: Origin | null = null;
  readonly #door: Door;

  constructor(door: Door, contents: Contents, blocks: Blocks) {
    this.#door = door;
    this.contents = contents;
    this.blocks = blocks;
    this.traits = structuredClone(contents.traits);
    this.photos = new Photos(blocks, contents.photos);
    this.runs = new Runs(this, (progress) => door.postMessage({ kind: "progress", progress }, []));
    // They take longest of all, and are needed in any case; what is wrong with them is told to whoever needs them.
    this.runs.weights().catch(() => undefined);
  }

  set(traits: Partial<Traits>): void {
    const { preset, ablated } = this.traits;
    Object.assign(this.traits, traits);
    const changed = BASIS.filter((name) => name in traits);
    const isOfNothing = changed.every(
      (name) => (name === "tuned" && preset !== YOURS) || (name === "ablation_fill" && !Object.keys(ablated).length),
    );
    if (!isOfNothing) tellPhotos(this);
  }

  choose(traits: Partial<Traits>): void {
    Object.assign(this.traits, traits);
    this.#door.postMessage({ kind: "set", traits }, []);
  }

  hear(content: Record<string, unknown>, buffers: ArrayBuffer[], of: Origin | null): void {
    const names = (content.buffers ?? []) as string[];
    const named = Object.fromEntries(names.map((name, at) => [name, buffers[at]]));
    const asked = { ...content, buffers: named } as unknown as Request;
    if (asked.kind === "stop") this.stopped.add(asked.id); // at once: what it stops is at work
    // Other preprocessings take many runs: a map that somebody looks at goes first.
    const turn = asked.kind === "variants" ? "beside" : "add";
    this.queue[turn](() => {
      this.origin = of;
      return this.#answer(asked);
    });
  }

  async #answer(asked: Request): Promise<void> {
    try {
      const answer = ANSWERS[asked.kind] as ((state: State, asked: Request) => void | Promise<void>) | undefined;
      if (!answer) throw new RangeError("this page is a file without a kernel, and this takes Python: use a notebook");
      await answer(this, asked);
    } catch (problem) {
      if (problem instanceof Superseded) return this.tell({ kind: "gone", id: asked.id });
      const { id, name, layer } = asked as Request & { name?: string; layer?: string };
      if (problem instanceof Gone && ABOUT_WHAT_IS_GONE.includes(asked.kind)) return this.tell({ kind: "gone", id });
      this.tell({ kind: "failed", id, name: name ?? layer ?? "", message: wordsOf(problem) });
    } finally {
      this.runs.tell();
    }
  }

  /** As a kernel sends it: its buffers behind it, by name. */
  tell(message: Message): void {
    const { buffers = {}, ...content } = message as { buffers?: Record<string, DataView | Record<string, DataView>> };
    const named = Object.entries(buffers).flatMap(([field, held]): [string, DataView][] =>
      held instanceof DataView ? [[field, held]] : Object.entries(held).map(([key, view]) => [`${field}/${key}`, view]),
    );
    const views = named.map(([, view]) => view);
    const told = { ...content, buffers: named.map(([name]) => name) };
    const handed = new Set(views.map(({ buffer }) => buffer as ArrayBuffer));
    this.#door.postMessage({ kind: "told", content: told, buffers: views }, [...handed]);
  }
}
