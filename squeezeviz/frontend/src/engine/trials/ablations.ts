/** Channels ablated one after the other, or two at a time: what evidence/ablation_sweep.py and pairwise_ablation.py do. */
import type { Ablation } from "../ablation.ts";
import type { Network, Run } from "../network.ts";
import { type Trial, unknown } from "./trial.ts";

type Fill = Ablation["fill"];

export interface Sweep extends Trial {
  /** Layer and channel of each run. */
  channels: [layer: string, channel: number][];
}

export interface Pairs extends Trial {
  /** How many of the runs, the first ones, have one channel ablated. */
  singles: number;
  /** Of the others. */
  pairs: [channel: number, later: number][];
}

/** Ablate every channel of some layers in turn. */
export function ablationSweep(network: Network, run: Run, layers: readonly string[], fill: Fill = "zero"): Sweep {
  const channels = layers.flatMap((layer) =>
    each(network.channelsOf(layer)).map((at): [string, number] => [layer, at]),
  );
  return {
    ...trial(
      network,
      run,
      channels.map(([layer, channel]) => [layer, [channel]]),
      fill,
    ),
    channels,
  };
}

/** Ablate every channel of a layer, then every pair of them. */
export function pairwiseAblation(network: Network, run: Run, layer: string, fill: Fill = "zero"): Pairs {
  const singles = network.channelsOf(layer);
  const pairs = each(singles).flatMap((one) =>
    each(singles - one - 1).map((at): [number, number] => [one, one + 1 + at]),
  );
  const runs = [...each(singles).map((channel) => [channel]), ...pairs];
  return {
    ...trial(
      network,
      run,
      runs.map((channels) => [layer, channels]),
      fill,
    ),
    singles,
    pairs,
  };
}

const each = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

function trial(network: Network, run: Run, runs: [layer: string, channels: readonly number[]][], fill: Fill): Trial {
  const classes = network.logitsOf(run).length;
  const logits = unknown(runs.length, classes);
  function* steps(): Generator<number, void> {
    for (const [at, ablated] of runs.entries()) {
      logits.set(network.again(run, { ablated: { channels: new Map([ablated]), fill } }), at * classes);
      yield at + 1;
    }
  }
  return { total: runs.length, logits, steps };
}
