/** How the evidence is laid out: shares and places of bars. */
import type { Contrast, Evidence, PathWidth, SoftmaxAnalysis } from "../../protocol.ts";
import type { Tried } from "../../store/types.ts";

/** As shares of the track, in percent: the class's logit, and what one half takes. */
export interface SoftmaxTrack {
  logit: number;
  /** The others being as they are. */
  here: number;
  /** All others at 0; null where logits may be below that. */
  half: number | null;
  /** Whether the class has less than it takes. */
  isShort: boolean;
}

/** A logit, and what its probability takes. */
export type Softened = Pick<Evidence, "logit"> & { softmax: SoftmaxAnalysis };

export function softmaxTrack({ logit, softmax: { needed } }: Softened): SoftmaxTrack {
  const most = 1.06 * Math.max(logit, needed.here, needed.half ?? 0, 1e-9);
  const place = (value: number) => (100 * Math.max(0, value)) / most;
  return {
    logit: place(logit),
    here: place(needed.here),
    half: needed.half === null ? null : place(needed.half),
    isShort: logit < needed.here,
  };
}

export interface ChannelLine {
  /** Null for the others together, and for the bias. */
  channel: number | null;
  adds: number;
  text: string;
  /** Of the longest bar, in percent. */
  length: number;
}

type Adds = Pick<Contrast, "channels" | "rest" | "bias">;

/** The strongest channels, the others together, and the bias. @param count Of all channels. */
export function channelLines({ channels, rest, bias }: Adds, count: number): ChannelLine[] {
  const lines = [
    ...channels.map(({ channel, adds }) => ({ channel, adds, text: String(channel) })),
    { channel: null, adds: rest, text: `${count - channels.length} others` },
    { channel: null, adds: bias, text: "bias" },
  ];
  const length = lengths(lines.map(({ adds }) => adds));
  return lines.map((line) => ({ ...line, length: length(line.adds) }));
}

/** How long a bar is, in percent of the longest; never so short that it can't be seen. */
export function lengths(values: number[]): (value: number) => number {
  const most = largest(values) || 1;
  return (value) => Math.max(1, (Math.abs(value) / most) * 100);
}

const largest = (values: number[]) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

export interface FieldBar extends PathWidth {
  /** In percent of the room. */
  height: number;
  bottom: number;
}

/** Bars upwards and downwards from a common zero, which together fill their room; and which is the longest. */
export function fieldBars(sizes: PathWidth[]): { bars: FieldBar[]; strongest: PathWidth | undefined } {
  const adds = sizes.map((each) => each.adds);
  const [low, high] = [Math.min(0, ...adds), Math.max(0, ...adds)];
  const span = high - low || 1;
  const bars = sizes.map((each) => ({
    ...each,
    height: (Math.abs(each.adds) / span) * 100,
    bottom: ((Math.min(0, each.adds) - low) / span) * 100,
  }));
  const most = largest(adds);
  return { bars, strongest: sizes.find((each) => Math.abs(each.adds) === most) };
}

/** A channel that has been ablated. */
export interface Effect {
  layer: string;
  channel: number;
  /** Which run it was. */
  at: number;
  /** Logits that the class loses without it. */
  worth: number;
  /** The answer without it. */
  now: number;
}

/** What has been ablated so far, what matters most to the class first; and how many would change the answer. */
export function ranked(made: Tried): { effects: Effect[]; flips: number } {
  const effects = made.channels
    .map(([layer, channel], at) => {
      return { layer, channel, at, worth: made.logit - (made.logits[at] ?? NaN), now: made.best[at] ?? made.answer };
    })
    .filter(({ worth }) => !Number.isNaN(worth))
    .sort((a, b) => Math.abs(b.worth) - Math.abs(a.worth) || a.at - b.at);
  return { effects, flips: effects.filter(({ now }) => now !== made.answer).length };
}

/** What a bottleneck is called in few letters: its Fire module, or its own name. */
export const blockName = (layer: string): string => layer.split("/squeeze")[0] as string;
