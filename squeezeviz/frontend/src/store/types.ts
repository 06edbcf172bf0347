/** What the page makes of the messages in protocol.ts, which is generated. */
import type * as protocol from "../protocol.ts";

export type {
  Calculation,
  Label,
  Layer,
  ReceptiveFieldContributions,
  Term,
  Trait,
  Traits,
  Variant,
} from "../protocol.ts";

/** Both sides of a square, or height and width. */
export type Px = number | [number, number];

/** A preprocessing as plain data; preprocessing/description.py says what each field means. */
export interface How {
  respect_icc: boolean;
  resize: "squash" | "shorter-side" | "longer-side" | "none";
  resize_px: Px;
  interpolation: string;
  antialias: boolean;
  crop: string | [number, number];
  crop_px: Px;
  channel_order: "BGR" | "RGB" | "grey";
  scale: number;
  /** One a channel; so is the next. */
  mean: number[];
  std: number[];
}
export type Preset = Omit<protocol.Preset, "preprocessing"> & { preprocessing: How | null };

export interface Logits {
  logits: Float32Array;
  probabilities: Float64Array;
  /** Class indices, the most probable first. */
  ranking: number[];
}

export type Picture = HTMLImageElement | HTMLCanvasElement;

/** RGB, row by row. */
export interface Pixels {
  width: number;
  height: number;
  bytes: Uint8Array<ArrayBuffer>;
}

/** What the kernel says of a photo. */
export type Said = Omit<protocol.PhotoMessage, "kind" | "buffers">;

/** One photo that has been answered. */
export interface Photo extends Said, Logits {
  /** Scaled down for display; decoded. */
  original: Picture;
  /** The input tensor mapped back to a picture; decoded. */
  seen: Picture;
  /** The same with nothing ablated, where something is, and that is known. */
  untouched?: Photo;
  /** The camera's newest frame: its pictures are canvases, drawn anew with every frame. */
  isLive?: boolean;
  /** Being painted on; so are its. */
  isEdit?: boolean;
  /** A picture that grows, or has grown; so are its. */
  isGrown?: boolean;
  /** Another one is likely to follow at once, from the camera or of a stroke: what takes long waits. */
  isMoving?: boolean;
}

/** A photo on the page; null while it is at work. */
export interface Entry {
  id: string;
  name: string;
  photo: Photo | null;
}

/** What the kernel says of one frame of the camera, or of one state of a photo that is painted on. */
export interface FrameAnswer {
  photo: Said & Logits;
  tensors: Tensor[];
  /** RGB. */
  seen: { width: number; height: number; bytes: Uint8Array };
}

/** One layer's activation of one photo. Two are the same if they are the same object. */
export interface Tensor {
  /** Photo, model, preprocessing and layer. */
  key: string;
  layer: string;
  /** Channels, height, width. */
  shape: [number, number, number];
  values: Float32Array;
  /** A channel's; so are the next two. */
  max: Float32Array;
  mean: Float32Array;
  /** Share of cells that are exactly 0. */
  zero: Float32Array;
}

/** One photo in another preprocessing, compared with the one in use. */
export type Compared = Omit<protocol.VariantMessage, "kind" | "buffers"> & Logits & { seen: HTMLImageElement };
/** The first convolution with a preprocessing folded in. */
export type Kernels = Omit<protocol.KernelsMessage, "kind" | "buffers"> & { values: Float32Array };

/**
 * A number: of a layer, of the network's input, of the resized photo or of the photo; evidence/arithmetic.py says how they
 * are called.
 */
export interface Step {
  layer: string;
  channel: number;
  /** y, x. */
  cell: [number, number];
}

/** What each cell adds. */
export interface Cells {
  cells: Float32Array;
}
/** One class less another. */
export type ContrastEvidence = protocol.Contrast & Cells;
/** Why a class has its logit. */
export type Evidence = Omit<protocol.Evidence, "contrast"> & Cells & { contrast: ContrastEvidence | null };

export type AttributionMethod = protocol.AttributionRequest["method"];
/** How much each pixel, or each cell of a layer, has to do with a number. */
export type Attribution = protocol.Attributed & {
  /** Of its shape, row by row. */
  values: Float32Array;
};

/** What each cell alone would have answered. */
export interface LocationPredictions {
  /** Its most probable class. */
  labels: Uint16Array;
  /** Its most probable ones, (cells, each). */
  top: Uint16Array;
  /** Five, or all where there are fewer. */
  each: number;
  /** Theirs. */
  probabilities: Float32Array;
}

/** What the class comes to in each of many runs. */
export interface Runs {
  /** The most probable class, untouched. */
  answer: number;
  /** In each run; NaN where that is not known yet. So is the next. */
  logits: Float32Array;
  probabilities: Float32Array;
  /** The most probable class in each run. */
  best: Uint16Array;
  /** Its probability. */
  most: Float32Array;
}
/** What has been tried out; of the fields about patches, channels and pairs it has its own. */
export type Tried = Omit<protocol.ProgressMessage, "kind" | "buffers" | "best"> & Runs;

/** A convolution's. */
export interface Weights {
  /** Out, in, height, width. */
  shape: [number, number, number, number];
  kernels: Float32Array;
  bias: Float32Array;
}

export type TopExample = protocol.TopExample & { crop: Blob };
/** One channel over a data set. */
/** A picture grown for a channel, with its file. */
export type GrownPicture = protocol.GrownPicture & { file: Blob };
export type Grown = Omit<protocol.CatalogMessage, "kind" | "buffers" | "pictures"> & { pictures: GrownPicture[] };
export type Across = Omit<protocol.AcrossMessage, "kind" | "buffers" | "strongest"> & { strongest: TopExample[] };
export type Activating = Omit<protocol.ActivatingChannelsMessage, "kind">;
/** How far each layer is from where it is for another photo. */
export type Distance = Pick<protocol.DistanceMessage, "drift" | "first_divergent_layer">;

/** A request that could not be answered. */
export interface Failure {
  id: string;
  name: string;
  message: string;
}

/** With its object URL. */
export type Sample = protocol.OfferedSample & { picture: string };
/** What the kernel offers; whatever there may be, until it has said. */
export type Setting = Pick<protocol.SettingMessage, "models" | "limit_bytes"> &
  Partial<Pick<protocol.SettingMessage, "atlas" | "abilities" | "model_limit_bytes">> & {
    presets: Preset[];
    samples: Sample[];
  };
/** The model that answers. */
export type Network = Omit<protocol.ModelMessage, "kind">;

/** A cell of a channel. */
export interface Point {
  channel: number;
  /** y, x. */
  cell: [number, number];
}

export type Cleanup = () => void;
export interface View {
  element: HTMLElement;
  close?: Cleanup;
}
