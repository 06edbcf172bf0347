/** What a file carries, as ../../../standalone/contents.py writes it. Blocks are named by number; see blocks.ts. */
import type { GraphSpec, PhotoGeometry, Weights } from "../engine/types.ts";
import type { About } from "../host/door.ts";
import type { Described } from "../preprocessing/description.ts";
import type { Orientation } from "../preprocessing/upright.ts";
import type { Layer, ModelMessage, PhotoMessage, SettingMessage, Traits } from "../protocol.ts";
import type { Blocks } from "./blocks.ts";

/** One photo in one preprocessing. */
export interface Preprocessed {
  /** What the page is told of it; pictures and logits come beside it. */
  message: Omit<PhotoMessage, "buffers">;
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

/** A photo's own pixels, upright. */
export interface Whole {
  block: number;
  orientation: Orientation;
  profile: string | null;
  notes: string[];
  format: string;
}

/** What an empty page offers to begin with. */
export interface PageSample {
  name: string;
  /** Block: a small picture of it, a JPEG file. */
  picture: number;
  whole: Whole;
}

export interface PagePhoto {
  id: string;
  name: string;
  /** The photo itself, where it is small enough to travel whole. */
  whole: Whole | null;
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
  /** What each layer does at other sizes of the input, those that the preprocessings make. */
  sizes: { input: [number, number, number]; layers: Layer[]; graph_spec: GraphSpec }[];
  /** Whether each class is answered for itself. */
  is_sigmoid: boolean;
  /** Why not to believe what is said of photos that are no drawings; empty as a rule. */
  caution: string;
  weights: Record<string, HeldWeights>;
  /** What classes' maps weigh features with, where no layer has them. */
  class_weights: HeldWeights | null;
  /** The model's own preprocessing. */
  own: Described;
  photos: PagePhoto[];
  samples: PageSample[];
  traits: Traits;
  about: About;
}

/** A page's contents, and what is chosen of them. */
export interface Chosen {
  readonly contents: Contents;
  readonly traits: Traits;
}

/** The same, with the blocks that they name. */
export interface Carried extends Chosen {
  readonly blocks: Blocks;
}
