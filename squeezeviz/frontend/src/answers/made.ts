/** A trial, and what its result follows from: asked about another class, it is there already. */
import type { Trial } from "../engine/trials/trial.ts";
import type { Values } from "../engine/types.ts";
import type { ProgressMessage } from "../protocol.ts";

export type Work = ProgressMessage["work"];

/** What is said of it besides. */
export type About = Partial<
  Pick<ProgressMessage, "rows" | "columns" | "patch_px" | "stride_px" | "input_px" | "channels" | "layer" | "count">
>;

export interface Made {
  basis: string;
  trial: Trial;
  about: About;
  /** Every class's logit with nothing tried. */
  before: Values;
  /** Null once it is whole. */
  rest: Generator<number, void> | null;
  done: number;
  release(): void;
}
