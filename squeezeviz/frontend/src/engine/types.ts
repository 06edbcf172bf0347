/** Numbers and what is done to them, as ../../../standalone/graph_spec.py writes it. */
import type { Calculation, Layer } from "../protocol.ts";
import type { Part } from "./kernels/machine.ts";
import type { Space } from "./memory.ts";

/** Channels, height, width; one cell where a channel is one number. */
export type Shape = [channels: number, height: number, width: number];
export type Values = Float32Array<ArrayBuffer>;

/** A layer's activation, or the network's input. */
export interface Maps {
  shape: Shape;
  values: Values;
}

export interface Weights {
  shape: [out: number, inner: number, height: number, width: number];
  kernels: Values;
  bias: Values;
}

/** What a layer does; shapes are the layer table's. */
export interface Step {
  /** ONNX's name of it. */
  op: string;
  /** Whether what is below zero then becomes zero. */
  relu: boolean;
  /** Height and width of the window, where one moves; so are the next three. */
  kernel: [number, number];
  strides: [number, number];
  dilations: [number, number];
  /** Above, left, below and right. */
  pads: [number, number, number, number];
  /** Of a convolution: in how many groups channels are kept apart. */
  group?: number;
  /** Of average pooling: whether what lies beyond the edge counts as zeros. */
  include_pad?: boolean;
  /** Of a function, in the field's signs. */
  formula?: string;
  /** Parameters of functions, normalisations, norms and quantisations. */
  alpha?: number;
  beta?: number;
  gamma?: number;
  bias?: number;
  epsilon?: number;
  size?: number;
  p?: number;
  low?: number;
  high?: number;
  tanh?: boolean;
  scales?: number[];
  zeros?: number[];
  /** Shapes of the inputs, constants among them, and of what comes out; and which of them hang on the image. */
  shapes?: number[][];
  shape?: number[];
  moving?: number[];
  /** What each input is multiplied with before all are added. */
  signs?: number[];
  /** Shape of the only input. */
  from?: number[];
  /** Axes that are summed over or shares of one whole; or, of a rearrangement, which of the input's each is. */
  axes?: number[];
  axis?: number;
  /** Of a rearrangement: for each axis where each cell is from, -1 where it is filled; and what with. */
  cells?: number[][];
  fill?: number;
  /** Of a resizing: for each axis, which cells each is made of, and what each counts. */
  shares?: [cell: number, share: number][][][];
}

export type GraphSpec = Readonly<Record<string, Step>>;

/** Input = slope · pixel value + offset, a channel each; and each channel's place in red, green, blue. */
export interface Affine {
  slope: number[];
  offset: number[];
  rgb: number[];
}

/** Red, green, blue, row by row. */
export interface Picture {
  height: number;
  width: number;
  pixels: Uint8Array;
}

/** Where the network's pixels lie in the photo; preprocessing/geometry.py says what each means. */
export interface PhotoGeometry {
  original: [number, number];
  resized: [number, number];
  crop: [number, number, number, number];
  filled: [number, number, number, number];
  is_flipped: boolean;
  /** Why it is not opened further. */
  problem?: string;
  /** One pixel is taken as it is, rather than four blended. */
  is_whole?: boolean;
  /** Of the photo, that are blended. */
  rows?: number[];
  columns?: number[];
}

export type Cell = [y: number, x: number];

export interface Term {
  layer: string;
  channel: number;
  cell: Cell;
  weight: number;
  value: number;
}

/** A number as its terms: what its operator says of it. */
export interface Opened {
  kind: Calculation["kind"];
  bias: number;
  terms: Term[];
  formula?: string;
  /** What they come to, where that is not bias and products together. */
  total?: number;
}

/** What an operator is given once, before anything runs. */
export interface Setup {
  step: Step;
  /** Of what comes out. */
  shape: Shape;
  /** Of what it reads. */
  inputs: readonly Shape[];
  /** @throws {RangeError} There are none. */
  weights(): Weights;
  space: Space;
  /** Numbers that hang on the weights alone, in memory: made once for all sizes of the input. Returns their address. */
  packed(what: string, make: () => number): number;
}

/** All numbers are views of the memory. */
export interface Compute {
  /** Fill in what comes out. */
  (inputs: readonly Maps[], into: Values): void;
  /** Fill in some cells of what comes out; nothing else is touched. Missing where each hangs on all. */
  part?: (inputs: readonly Maps[], into: Values, cells: Part) => void;
  /** Which cells hang on some of an input's; the same ones by default. */
  touched?: (cells: Part) => Part;
}

/** A number that is opened, and where others are. */
export interface Opening {
  layer: Layer;
  step: Step;
  channel: number;
  cell: Cell;
  maps: (layer: string) => Maps;
  weights: (layer: string) => Weights;
}

/** What the page knows of an operator. ReLU after it is the caller's, unless it says that it is its own. */
export interface Op {
  prepare(setup: Setup): Compute;
  /** Its terms, before any ReLU. */
  open(opening: Opening): Opened;
  isWithRelu?: boolean;
}
