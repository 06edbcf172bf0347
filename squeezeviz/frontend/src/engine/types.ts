/** Numbers and what is done to them, as ../../../standalone/graph_spec.py writes it. */
import type { Calculation, Layer } from "../protocol.ts";

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
}

/** What is given to an operator as it computes. */
export interface Work {
  step: Step;
  /** Of what comes out. */
  shape: Shape;
  weights: () => Promise<Weights>;
  /** Called often; what it returns is waited for. */
  breathe: () => Promise<void> | null;
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
  compute(inputs: Maps[], work: Work): Values | Promise<Values>;
  /** Its terms, before any ReLU. */
  open(opening: Opening): Opened;
  isWithRelu?: boolean;
}
