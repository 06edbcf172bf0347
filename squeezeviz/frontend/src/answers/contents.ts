/** What a file carries, as ../../../standalone/contents.py writes it. Blocks are named by number; see blocks.ts. */
import type { Affine, GraphSpec, PhotoGeometry, Weights } from "../engine/types.ts";
import type { About } from "../host/door.ts";
import type { ModelMessage, PhotoMessage, SettingMessage, Traits } from "../protocol.ts";

/** One photo in one preprocessing. */
export interface Preprocessed {
  /** What the page is told of it; pictures and logits come beside it. */
  message: Omit<PhotoMessage, "buffers">;
  /** What each layer does at this size of the input, where that is not the model's own. */
  graph_spec: GraphSpec | null;
  /** How many crops were averaged; the layers show the first. */
  windows: number;
  /** Block: the photo scaled down, a JPEG file. */
  display: number;
  /** Block: the resized, cropped pixel values 0–255. */
  cropped: number;
  /** Block, as Python computed them. */
  logits: number;
  /** Block: each layer's channels' largest values, then their means; by Python. */
  statistics: number | null;
  geometry: PhotoGeometry;
  /** Block: the photo's own, in the rows and columns that are blended. */
  pixels: number | null;
}

export interface PagePhoto {
  id: string;
  name: string;
  preprocessed: Record<string, Preprocessed>;
  /** Why it is not there in others. */
  problems: Record<string, string>;
}

/** Weights, and the biases behind them. */
export interface HeldWeights {
  shape: Weights["shape"];
  block: number;
  /** So many of the numbers, the first, are in half precision. */
  halves: number;
}

export interface Contents {
  setting: Omit<SettingMessage, "buffers">;
  model: ModelMessage;
  /** The network's input, by name. */
  input: string;
  graph_spec: GraphSpec;
  weights: Record<string, HeldWeights>;
  /** What classes' maps weigh features with, where no layer has them. */
  class_weights: HeldWeights | null;
  /** By preprocessing. */
  affine: Record<string, Affine>;
  /** The model's own preprocessing. */
  own: Affine;
  photos: PagePhoto[];
  traits: Traits;
  about: About;
}
