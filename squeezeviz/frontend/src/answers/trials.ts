/**
 * What is tried out in steps, in between everything else: patches hidden, channels ablated, one or two at a time. Each is
 * asked of the whole network, whatever is ablated on the page: ../../../explorer/what_if.py.
 */
import { inputOf } from "../engine/input.ts";
import type { Run as NetworkRun } from "../engine/network.ts";
import { ablationSweep, pairwiseAblation } from "../engine/trials/ablations.ts";
import { blurredFilling, gridOf, meanFilling, occlusion, plainFilling } from "../engine/trials/occlusion.ts";
import type { Trial } from "../engine/trials/trial.ts";
import type { Values } from "../engine/types.ts";
import type { About, Made } from "./made.ts";
import { presetCalled } from "./presets.ts";
import type { Run } from "./runs.ts";
import type { Answers, Asked, State } from "./state.ts";
import { Told } from "./told.ts";
import { wordsOf } from "./words.ts";

export const TRIALS: Answers = { begin, stop };

/** Patches hidden, or pairs ablated, in one go, as a kernel bounds it: ../../../explorer/limits.py. */
const MOST_RUNS = 8192;
const CHUNK_MS = 40; // of work before anybody else has a turn
const GREY = { width: 1, height: 1, pixels: Uint8Array.of(128, 128, 128) };

type Begin = Asked<"begin">;

async function begin(state: State, asked: Begin): Promise<void> {
  const { made, waiting } = state;
  const photo = state.photos.called(asked.photo);
  const how = presetCalled(state, state.traits.preset);
  const { id: _, class_index: __, name: ___, ...settings } = asked;
  const basis = JSON.stringify([photo.serial, how, settings]);
  waiting.set(asked.work, asked.id);
  if (made.get(asked.work)?.basis !== basis) {
    const run = await state.runs.of(photo, { preset: how, isPassing: true });
    made.get(asked.work)?.release();
    made.delete(asked.work);
    made.set(asked.work, trialOf(state, asked, run, basis));
  }
  const each = made.get(asked.work) as Made;
  const { is_sigmoid: isSigmoid } = state.contents;
  const told = new Told(each.before, each.trial, asked.class_index, isSigmoid);
  state.queue.beside(() => goOn(state, asked, each, told));
}

/** A few runs more, then whoever else waits. */
async function goOn(state: State, asked: Begin, each: Made, told: Told): Promise<void> {
  if (state.waiting.get(asked.work) !== asked.id) return; // nobody wants it any more
  try {
    const end = performance.now() + CHUNK_MS;
    while (each.rest && performance.now() < end) {
      const { done, value } = each.rest.next();
      if (done) each.release();
      else each.done = value;
    }
    const { answers, ...before } = told.now();
    const { total } = each.trial;
    const so = { work: asked.work, done: each.done, total, is_whole: each.rest === null };
    state.tell({ ...NOTHING, ...each.about, ...before, ...so, kind: "progress", id: asked.id, buffers: answers });
    if (each.rest) state.queue.beside(() => goOn(state, asked, each, told));
  } catch (problem) {
    state.tell({ kind: "failed", id: asked.id, name: asked.name ?? asked.work, message: wordsOf(problem) });
  }
}

const NOTHING = {
  rows: 0,
  columns: 0,
  patch_px: 0,
  stride_px: 0,
  input_px: [0, 0] as [number, number],
  channels: [],
  layer: "",
  count: 0,
};

/** What is under way ends; what is known of it stays. */
function stop({ waiting, stopped }: State, { id }: Asked<"stop">): void {
  stopped.delete(id); // what was asked for before has its turn before
  for (const [kind, request] of waiting) if (request === id) waiting.delete(kind);
}

function trialOf(state: State, asked: Begin, { network, prepared, sized }: Run, basis: string): Made {
  const { input: name, model } = state.contents;
  const kept = network.run(prepared.input()); // of its own: others are let go meanwhile
  const input = kept.layer(name);
  const trial = (): { trial: Trial; about: About } => {
    if (asked.work === "ablation_sweep") {
      const sweep = ablationSweep(network, kept, model.bottlenecks);
      return { trial: sweep, about: { channels: sweep.channels } };
    }
    if (asked.work === "pairwise_ablation") {
      const count = network.channelsOf(asked.layer);
      const advice = "choose a layer with fewer channels";
      check(asked, (count * (count - 1)) / 2, "pairs of channels", advice);
      return { trial: pairwiseAblation(network, kept, asked.layer), about: { layer: asked.layer, count } };
    }
    const { patch_px, stride_px, fill } = asked;
    const patches = { patch_px, stride_px };
    const { rows, columns } = gridOf(input.shape, patches);
    check(asked, rows * columns, "patches", "take a larger step from one patch to the next");
    const colour = inputOf(GREY, prepared.affine).values;
    const filling = {
      grey: () => plainFilling(input, [...colour]),
      mean: () => meanFilling(input),
      blur: () => blurredFilling(input, patches),
    }[fill]();
    const [, height, width] = sized.input;
    return {
      trial: occlusion(network, kept, name, filling, patches),
      about: { rows, columns, patch_px, stride_px, input_px: [height, width] },
    };
  };
  try {
    return started(basis, trial(), network.logitsOf(kept).slice(), kept);
  } catch (problem) {
    kept.release();
    throw problem;
  }
}

function started(basis: string, { trial, about }: Pick<Made, "trial" | "about">, before: Values, kept: NetworkRun) {
  const started: Made = { basis, trial, about, before, rest: trial.steps(), done: 0, release };
  function release() {
    if (!started.rest) return;
    started.rest.return();
    started.rest = null;
    kept.release();
  }
  return started;
}

function check({ name }: Begin, count: number, what: string, advice: string): void {
  if (count <= MOST_RUNS) return;
  const [found, most] = [count, MOST_RUNS].map((each) => each.toLocaleString("en"));
  throw new RangeError(`${name}: ${found} ${what}, up to ${most} are tried from a page; ${advice}`);
}
