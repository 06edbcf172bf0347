/**
 * Generated from squeezeviz/explorer/protocol and explorer/selection.py: make protocol
 *
 * Every message between the page and the kernel, and the traits that both hold.
 */

/** A class and what it is called. */
export interface ClassName {
  /** Its index. */
  class_index: number;
  /** Its name. */
  label: string;
}

/** A channel like another. */
export interface Similar {
  /** Its index. */
  channel: number;
  /** Of their maxima over the data set. */
  correlation: number;
}

/** A top-activating example: one of a channel's strongest cells in a data set. */
export interface TopExample {
  /** The photo's name there. */
  photo: string;
  /** The cell's. */
  value: number;
  /** Its place. */
  cell: [number, number];
  /** What to mark in its crop, as shares of it: left, top, right, bottom. */
  within: [number, number, number, number];
}

/** A channel that activates on a class. */
export interface ActivatingChannel {
  /** Its layer. */
  layer: string;
  /** Its index. */
  channel: number;
  /** How far it stands out for the class. */
  standing: number;
}

/** What an attribution should add up to, and what it adds up to. */
export interface Completeness {
  /** What it should. */
  expected: number;
  /** What it does. */
  total: number;
  /** What is expected, and what the gap is. */
  words: string;
}

/** An attribution, but for its values. */
export interface Attributed {
  /** By which it was made. */
  method: "saliency" | "input-x-gradient" | "integrated-gradients" | "smoothgrad" | "guided-backpropagation" | "deconvnet" | "lrp-epsilon" | "lrp-alpha-beta" | "cam" | "grad-cam" | "grad-cam++" | "hires-cam" | "layer-cam" | "score-cam" | "recipro-cam";
  /** What the method does, in a sentence. */
  says: string;
  /** Who published it. */
  paper: string;
  /** What the number is that is attributed. */
  words: string;
  /** What it is on this photo. */
  value: number;
  /** Of the values. */
  unit: string;
  /** Whose cells have them; None where it is the input's pixels. */
  layer: string | null;
  /** Of the values: (C, H, W) of pixels, red, green and blue; (1, h, w) of cells; (1, H, W) of pixels where a value of a layer is asked about. */
  shape: [number, number, number];
  /** How channels become one number a pixel: their sum, or the largest size. */
  reduction: "sum" | "largest";
  /** What the values should add up to, where the method says it. */
  completeness: Completeness | null;
  /** Why not to take it for more than it is; empty as a rule. */
  caution: string;
}

/** A picture that was grown for a channel. */
export interface GrownPicture {
  /** The mean of the channel over its cells, on this picture. */
  value: number;
  /** Whether it silences the channel, and does not excite it. */
  is_negative: boolean;
}

/** What ONNX Runtime computes together, or does between layers; see `squeezeviz.LayerCost`. */
export interface CostRow {
  /** The layer that it is named after, or what is done. */
  name: string;
  /** That, and what is computed with it. */
  words: string;
  /** All layers computed together. */
  layers: string[];
  /** What people call the operator, or what is done between layers. */
  kind: string;
  /** How long it takes, the median. */
  ms: number;
  /** A quarter of the runs took less. */
  low_ms: number;
  /** A quarter of the runs took more. */
  high_ms: number;
  /** Multiply-accumulates. */
  macs: number;
  /** Weights, activations read and written. */
  moved_bytes: number;
  /** Operations a byte; None of what computes nothing. */
  intensity: number | null;
  /** Billions of operations a second; None of what computes nothing. */
  gops: number | null;
  /** That, as a share of what the machine could do. */
  of_peak: number | null;
  /** Bytes a second, as a share of what the memory lets through. */
  of_bandwidth: number | null;
  /** By the roofline model; None of what computes nothing. */
  limit: "compute" | "memory" | null;
}

/** The whole network with another number of threads, or of images at once. */
export interface CostSetting {
  /** Of a run. */
  threads: number;
  /** Images at once. */
  batch: number;
  /** Milliseconds an image, the median. */
  image_ms: number;
}

/** What a network costs. */
export interface Costs {
  /** Which. */
  model: string;
  /** Of a run. */
  threads: number;
  /** How long a run takes, and whether the rows come to as much, in words. */
  run: string;
  /** What the machine could do, in words. */
  machine: string;
  /** What is to be known to read it. */
  note: string;
  /** The rows' medians together. */
  sum_ms: number;
  /** In the order in which they run. */
  rows: CostRow[];
  /** What threads and batches would change. */
  settings: CostSetting[];
}

/** What a channel adds to a logit. */
export interface ChannelAdds {
  /** Its index. */
  channel: number;
  /** In logits. */
  adds: number;
}

/** What a branch adds to a logit. */
export interface Branch {
  /** The layer that it ends with. */
  name: string;
  /** In logits. */
  adds: number;
}

/** Logits that probabilities take. */
export interface Needed {
  /** For 0.5, whatever the others are; None where logits may be below 0. */
  half: number | null;
  /** For 0.5 against the others as they are. */
  here: number;
}

/** What a class's probability takes. */
export interface SoftmaxAnalysis {
  /** Classes with a logit of 0. */
  zero: number;
  /** Of all classes. */
  count: number;
  /** What those with a logit of 0 take together. */
  floor: number;
  /** For one half. */
  needed: Needed;
}

/** One class less another. */
export interface Contrast {
  /** That layer. */
  source: string;
  /** The largest. */
  channels: ChannelAdds[];
  /** The others together. */
  rest: number;
  /** Of the class. */
  bias: number;
  /** The other. */
  contrast_class: number;
  /** Of their logits. */
  difference: number;
  /** The difference less its cells. */
  residual: number;
}

/** Why a class has its logit. */
export interface Evidence {
  /** That layer. */
  source: string;
  /** The largest. */
  channels: ChannelAdds[];
  /** The others together. */
  rest: number;
  /** Of the class. */
  bias: number;
  /** The class. */
  class_index: number;
  /** Its logit. */
  logit: number;
  /** The logit less its cells. */
  residual: number;
  /** Whether cells may also take away from it: no ReLU cuts off what is below zero. */
  is_signed: boolean;
  /** Of the map: height, width. */
  shape: [number, number];
  /** Of channels. */
  count: number;
  /** Of the layer before the class activation maps; of the difference where there is a contrast class. */
  branches: Branch[];
  /** What its probability takes; None of a network that answers each class for itself. */
  softmax: SoftmaxAnalysis | null;
  /** The class less another, if one was asked for. */
  contrast: Contrast | null;
}

/** What came along paths of one receptive field. */
export interface PathWidth {
  /** Height and width, in input pixels. */
  size: [number, number];
  /** In logits. */
  adds: number;
}

/** A logit by receptive field of the path. */
export interface ReceptiveFieldContributions {
  /** Ascending. */
  sizes: PathWidth[];
  /** Of the class. */
  bias: number;
}

/** One term of a number. */
export interface Term {
  /** The number that it is of: a layer's, the network's input's, the resized photo's or the photo's. */
  layer: string;
  /** Its channel. */
  channel: number;
  /** Its place. */
  cell: [number, number];
  /** What it is multiplied by. */
  weight: number;
  /** It. */
  value: number;
  /** Both together. */
  product: number;
}

/** How a number comes about. */
export interface Calculation {
  /** Whose it is, as `Term` has it. */
  layer: string;
  /** Its channel. */
  channel: number;
  /** Its place. */
  cell: [number, number];
  /** What is made of the terms. */
  kind: "sum" | "max" | "mean" | "copy" | "product" | "softmax" | "function" | "scaling" | "blend";
  /** It. */
  value: number;
  /** Added to the terms. */
  bias: number;
  /** Whether what is below zero then becomes zero. */
  has_relu: boolean;
  /** Bias and terms together, before ReLU. */
  total: number;
  /** Of a function, such as "1 / (1 + e^−x)"; else empty. */
  formula: string;
  /** What the value is more than that: rounding. */
  residual: number;
  /** The largest. */
  terms: Term[];
  /** What the others add. */
  remainder: number;
  /** Of all terms. */
  count: number;
}

/** A preprocessing on offer. */
export interface Preset {
  /** What it is called. */
  name: string;
  /** What it does, in a line. */
  words: string;
  /** Where it comes from. */
  origin: string;
  /** It as plain data; preprocessing/description.py says what each field means. */
  preprocessing: Record<string, any>;
}

/** A model known by name. */
export interface OfferedModel {
  /** What it is called. */
  name: string;
  /** What it knows, in a few words; empty where it has not been read yet. */
  label_space: string;
  /** The first digits of its digest; empty for a registered one, and where it is not known. */
  sha256: string;
  /** Of its files; 0 where that is not known. */
  size_bytes: number;
  /** When it was last used, as ISO 8601 has it in UTC, for one that was brought to a page before; else empty. */
  used: string;
}

/** A sample photo. */
export interface OfferedSample {
  /** What it is asked for by. */
  name: string;
  /** What it shows. */
  title: string;
  /** Whose it is. */
  credit: string;
  /** Whether it is a drawing rather than a photo. */
  is_drawn: boolean;
}

/** The data set that channels are shown across. */
export interface AtlasAbout {
  /** Of its folder. */
  name: string;
  /** How many it has. */
  photos: number;
  /** Those that it shows, by index. */
  classes: number[];
}

/** Why a model stands in for another. */
export interface Fallback {
  /** In a line. */
  headline: string;
  /** What to do about it, and the reason. */
  details: string;
}

/** What nobody has said of a model and was decided. */
export interface Assumed {
  /** What it is about. */
  about: "input size" | "output" | "labels" | "preprocessing";
  /** What was decided. */
  words: string;
  /** How to say it otherwise. */
  remedy: string;
}

/** Who says what is known of a model's classes and its preprocessing, and what may be done about it. */
export interface Said {
  /** Who names its classes. */
  labels: "registry" | "file" | "beside" | "said" | "nobody";
  /** Who says what its photos go through. */
  preprocessing: "registry" | "file" | "beside" | "said" | "nobody";
  /** What its own file says, labels or preprocessing: it comes first whenever it is loaded. */
  in_file: string[];
  /** What was said of it, and could be kept beside its file, but is not. */
  keepable: string[];
  /** Name of the file beside its own that keeps it; empty where nothing may be kept. */
  kept_in: string;
  /** What would be taken back, in words; empty where there is nothing. */
  undo: string;
}

/** How a layer's window moves over its input, in the input's cells. */
export interface LayerWindow {
  /** Places down and to the right. */
  kernel: [number, number];
  /** Between neighbouring cells of the layer, down and to the right. */
  strides: [number, number];
  /** Between neighbouring places, down and to the right. */
  dilations: [number, number];
  /** Padding above, left, below and right. */
  pads: [number, number, number, number];
}

/** A layer, as `squeezeviz.Layer.to_dict` has it. */
export interface Layer {
  /** Published name. */
  name: string;
  /** What people call its operator. */
  kind: string;
  /** Of its activation: channels, height, width; or classes. */
  shape: number[];
  /** Names of the layers it reads. */
  inputs: string[];
  /** Learned numbers, biases included. */
  parameters: number;
  /** Multiply-accumulates. */
  macs: number;
  /** Everything counted. */
  operations: number;
  /** Height and width of all paths together, in input pixels; None where not known. */
  receptive_field: [number, number] | null;
  /** Heights and widths of all paths, ascending, in input pixels; empty where not known. */
  receptive_fields: [number, number][];
  /** Whether every cell hangs on the whole input. */
  sees_all: boolean;
  /** Input pixels between neighbouring cells, down and right; None where not known. */
  stride: [number, number] | null;
  /** Input coordinates, y and x, of the centre of cell 0, 0; pixel centres are whole numbers. None where not known. */
  offset: [number, number] | null;
  /** Height and width of the window. */
  kernel: [number, number] | null;
  /** How it moves over the layer's first input. */
  window: LayerWindow | null;
  /** The Fire module it belongs to. */
  module: string | null;
  /** Which part of that it is. */
  branch: "squeeze" | "expand1x1" | "expand3x3" | "concat" | null;
  /** Name of the value before ReLU. */
  pre_relu: string | null;
  /** What the file calls its activation. */
  raw_name: string;
}

/** Layers that people draw as one, as `squeezeviz.Block.to_dict` has it. */
export interface Block {
  /** Of its module, or its kind and number, or its first and last layer. */
  name: string;
  /** What people call it. */
  kind: "fire" | "residual" | "bottleneck" | "inverted residual" | "inception" | "dense layer" | "transition" | "shuffle unit" | "depthwise separable" | "plain" | "branched";
  /** Names of its layers, in execution order; every layer is in one block. */
  layers: string[];
  /** What runs side by side between fork and join; empty for a shortcut. None of them where nothing forks. */
  branches: string[][];
  /** Name of the layer that joins the branches. */
  join: string | null;
  /** Names of the blocks it reads; the network's input for the first. */
  inputs: string[];
  /** Name of the layer that other blocks read. */
  output: string;
  /** The dense block of a dense layer. */
  group: string | null;
}

/** A class. */
export interface Label {
  /** Its name. */
  label: string;
  /** Its WordNet id; empty where it has none. */
  wnid: string;
  /** Its other names. */
  also: string[];
}

/** A map a class, whose means are the logits, as `squeezeviz.evidence.ending` finds it in the graph. */
export interface ClassMaps {
  /** What the maps are called. */
  name: string;
  /** The layer whose cells they have: the one with a map a class, or the features that they are weighted sums of. */
  layer: string;
  /** Whether they are such sums, and no layer's own: a page makes them of class weights. */
  is_weighted: boolean;
  /** Whether a cell of them is a weighted sum of features, and a logit can be decomposed. */
  is_decomposed: boolean;
}

/** What an answer took, in milliseconds; empty where that is of no interest. */
export interface Times {
  /** Reading the photo. */
  decode: number | null;
  /** Preprocessing. */
  preprocess: number | null;
  /** The network. */
  run: number | null;
}

/** How a layer's activation travels. */
export interface Maps {
  /** Its name. */
  layer: string;
  /** Channels, height, width. */
  shape: [number, number, number];
  /** Of its values: "float16", to be multiplied by `scale`; "steps", uint8, of 1/255 of each channel's largest value; or "float32". */
  encoding: "float16" | "steps" | "float32";
  /** A power of two. */
  scale: number;
}

/** How one preprocessing did: with labels by its hits, without by how steady its answers are. */
export interface Ranked {
  /** Its name. */
  preset: string;
  /** What it does, in a line. */
  words: string;
  /** It as plain data. */
  preprocessing: Record<string, any>;
  /** Whether the model is fed so now. */
  is_in_use: boolean;
  /** Whether it is what people feed to a network of which they know nothing. */
  is_habit: boolean;
  /** Photos named right. */
  hits: number | null;
  /** Share of them, 0–1. */
  top1: number | null;
  /** Its 95 % interval. */
  interval: [number, number] | null;
  /** How often chance alone makes a difference as large to the best. */
  p: number | null;
  /** Mean probability of the most probable class, 0–1. */
  confidence: number | null;
  /** Of the probabilities, in bits. */
  entropy: number | null;
  /** Of two crops of one photo, beyond chance; at most 1. */
  agreement: number | null;
}

/** What photos tell of one choice of the best. */
export interface ChoiceFound {
  /** What was to be chosen. */
  choice: string;
  /** What the best has chosen. */
  taken: string;
  /** What the photos show to be worse. */
  told_apart: string[];
  /** What may be as good, for all that they tell. */
  open: string[];
}

/** What trying preprocessings has shown. */
export interface DiagnosisFound {
  /** Whether photos were labelled. */
  is_labelled: boolean;
  /** On how many each of the ranking was tried. */
  photos: number;
  /** How many preprocessings were. */
  tried: number;
  /** What was found, in a sentence. */
  verdict: string;
  /** Those that were tried on all photos, the best first. */
  ranking: Ranked[];
  /** What the photos tell apart; empty without labels. */
  choices: ChoiceFound[];
  /** What else was given and is none of the photos, in words. */
  left_out: string[];
  /** How long it took. */
  seconds: number;
}

/** The photo on the page that excites it most; where little is wanted, least. */
export interface StrongestPhoto {
  /** Its id. */
  photo: string;
  /** Its name. */
  name: string;
  /** What the number is on it. */
  value: number;
}

/** What one measure says of one method. */
export interface JudgedFinding {
  /** The method; "chance" of random numbers; empty where the measure cannot be taken of any. */
  method: string;
  /** The measure, or that the method's map is there. */
  measure: "map" | "deletion" | "insertion" | "exact map" | "sensitivity" | "randomised";
  /** Of randomised: which step of random weights, from 0. */
  stage: number;
  /** What it says; None of a map, and where there is a problem. */
  value: number | null;
  /** Of deletion and insertion: what is left of the answer, from none of the pixels to all. */
  curve: number[];
  /** Of a map: height and width of what comes with it, one number a pixel or cell, brought to a small size. */
  shape: [number, number];
  /** Why there is none; empty as a rule. */
  problem: string;
}

/** Whether a map points at a box. */
export interface Pointed {
  /** Whose map. */
  method: string;
  /** Whether its largest value lies in the box. */
  hit: boolean;
  /** Of what is above 0, how much lies in it, 0 to 1. */
  share: number;
}

/** What one layer loses; see `squeezeviz.LayerPrecision`. Errors are relative, ‖e‖ / ‖x‖. */
export interface LayerLoss {
  /** Its name. */
  layer: string;
  /** Layers that are part of it in the other network: their errors are made here. */
  with_layers: string[];
  /** The error made here; None where all values in float32 are zero. */
  made: number | null;
  /** The error passed on. */
  inherited: number | null;
  /** Both together, number by number: they may cancel. */
  total: number | null;
  /** Of both together; None where there is no error, or no signal. */
  sqnr_db: number | null;
  /** Where most of the error made here is; None where there is none. */
  worst_channel: number | null;
  /** Its share. */
  worst_share: number | null;
  /** Share of values at the ends of the range; None of float32. */
  saturation: number | null;
  /** Share of codes that no value has; None where that is not counted. */
  dead_range: number | null;
  /** What one step is worth; None where there are several, or none. */
  scale: number | null;
  /** Which code stands for 0; None as above. */
  zero_point: number | null;
}

/** A photo whose answer changes. */
export interface ChangedPhoto {
  /** Its id. */
  photo: string;
  /** What it is called. */
  name: string;
  /** The most probable class in float32. */
  before: string;
  /** In low precision. */
  after: string;
}

/** What a network loses. */
export interface PrecisionLost {
  /** What the network in low precision is called; among the models on offer, where it is one. */
  other: string;
  /** Name of that of both. */
  preprocessing: string;
  /** What low precision is here, in a sentence. */
  arithmetic: string;
  /** What was found, in a few sentences. */
  verdict: string;
  /** Of how many photos. */
  photos: number;
  /** In the network's order. */
  layers: LayerLoss[];
  /** Photos whose answer changes. */
  changed: ChangedPhoto[];
  /** Layers that are not looked at. */
  unmatched: string[];
}

/** One term of a number in whole numbers; see `squeezeviz.evidence.integer_arithmetic.IntegerTerm`. */
export interface IntegerTerm {
  /** The layer it is read from, of the quantised network. */
  layer: string;
  /** Of that layer. */
  channel: number;
  /** Its place. */
  cell: [number, number];
  /** The number, as it is stored. */
  code: number;
  /** The kernel's, as it is stored. */
  weight: number;
  /** Of both, less their zero points. */
  product: number;
}

/** One number of a quantised convolution; see `squeezeviz.IntegerCalculation`. */
export interface IntegerNumber {
  /** The convolution, of the quantised network. */
  layer: string;
  /** Its channel. */
  channel: number;
  /** Its place. */
  cell: [number, number];
  /** The largest. */
  terms: IntegerTerm[];
  /** What the others add. */
  remainder: number;
  /** Of all terms. */
  count: number;
  /** Added to them. */
  bias: number;
  /** Products and bias together. */
  total: number;
  /** What a step of the input is worth. */
  input_scale: number;
  /** The input's code of 0. */
  input_zero_point: number;
  /** What a step of the kernel is worth. */
  weight_scale: number;
  /** The kernel's code of 0. */
  weight_zero_point: number;
  /** What a step of the output is worth. */
  output_scale: number;
  /** The output's code of 0. */
  output_zero_point: number;
  /** What the total is multiplied by. */
  multiplier: number;
  /** The product. */
  scaled: number;
  /** That rounded, with the output's zero point. */
  rounded: number;
  /** The least code that is possible. */
  low: number;
  /** The largest. */
  high: number;
  /** The number, as it is stored. */
  code: number;
  /** Whether it was cut off. */
  is_saturated: boolean;
  /** What the code stands for. */
  value: number;
  /** What the total stands for. */
  exact: number;
}

/** The class ranked first in one preprocessing. */
export interface Variant {
  /** The preprocessing. */
  preset: string;
  /** Where it comes from. */
  origin: string;
  /** The class. */
  class_index: number;
  /** Its name. */
  label: string;
  /** Its probability. */
  probability: number;
}

/** One of the most probable classes. */
export interface RankedClass {
  /** Its name. */
  label: string;
  /** Its probability. */
  probability: number;
  /** Whether it is among the most probable ones of the other model, too. */
  is_shared: boolean;
}

/** What one of the two says of the photo. */
export interface ComparedAnswer {
  /** What it is called. */
  model: string;
  /** Name of its preprocessing. */
  preset: string;
  /** What that does, in a line. */
  words: string;
  /** What nobody has said of the model and was decided, in words; of its preprocessing, its name says that. */
  assumed: string[];
  /** The most probable classes, the first first. */
  top: RankedClass[];
  /** How many layers it has. */
  layers: number;
  /** Those of them that stand for none of the other's. */
  unmatched: string[];
}

/** Two layers that stand for each other, as `squeezeviz.LayerPair` has them. */
export interface LayerPair {
  /** The first model's. */
  a: string;
  /** The second's. */
  b: string;
  /** What says so. */
  matched_by: "name" | "form";
  /** Of the first's activation. */
  shape_a: number[];
  /** Of the second's. */
  shape_b: number[];
  /** ‖b − a‖ / ‖a‖; None where it is not defined. */
  relative_l2: number | null;
  /** Of the same numbers; None where it is not defined. */
  correlation: number | null;
}

/** One channel over a data set; dataset/atlas/reading.py says what each is. */
export interface AcrossMessage {
  kind: "across";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** Its layer. */
  layer: string;
  /** Its index. */
  channel: number;
  /** How the photos were preprocessed. */
  preset: string;
  /** How many there are. */
  photos: number;
  /** In how many of them it is above zero anywhere. */
  active_photos: number;
  /** Share of its cells that are exactly 0. */
  zeros: number;
  /** Of the histogram. */
  edges: number[];
  /** Photos whose largest value lies between two edges. */
  peaks: number[];
  /** For its first class. */
  selectivity: number | null;
  /** Those that it activates on more than half as much as to the first of them. */
  classes: ClassName[];
  /** Channels most like it. */
  similar: Similar[];
  /** Its strongest cells. */
  strongest: TopExample[];
  buffers: {
    /** What those see, a JPEG file each, by their place in that list. */
    crops?: Record<string, DataView>;
  };
}

/** The channels that activate on a class, over a data set. */
export interface ActivatingChannelsMessage {
  kind: "activating_channels";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The class. */
  class_index: number;
  /** How many show it. */
  photos: number;
  /** The channels, those first that stand out most. */
  rows: ActivatingChannel[];
}

/** How much each pixel, or each cell of a layer, has to do with a number. */
export interface AttributionMessage {
  kind: "attribution";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** All but the values. */
  attribution: Attributed;
  buffers: {
    /** float32, of its shape. */
    values: DataView;
  };
}

/** One channel in a catalogue; dataset/catalog/channel.py says what each is. */
export interface CatalogMessage {
  kind: "catalog";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** Its layer, as it was asked for. */
  layer: string;
  /** Its index there. */
  channel: number;
  /** What the catalogue is called; empty where there is none of this model. */
  catalog: string;
  /** How many steps each picture has grown. */
  steps: number;
  /** Its pictures. */
  pictures: GrownPicture[];
  /** Why there are none, where there is a catalogue. */
  trouble: string;
  buffers: {
    /** The pictures, a JPEG file each, by their place in that list. */
    files?: Record<string, DataView>;
  };
}

/** What each layer costs. */
export interface CostMessage {
  kind: "cost";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** Measured when it was asked for. */
  costs: Costs;
}

/** What a page computes frames with, the camera's and those of a photo that is painted on. */
export interface EngineMessage {
  kind: "engine";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The model. */
  model: string;
  /** Digest of its file: of the same digest the weights are the same. */
  sha256: string;
  /** Why frames are computed by the kernel instead; empty as a rule. */
  problem: string;
  /** Which block says what the others are, as in a standalone page. */
  entry: number;
  buffers: {
    /** The engine's, as text; missing where the page has it. */
    program?: DataView;
    /** Numbers, by their block's number; the network's weights are missing where the page has them. */
    blocks?: Record<string, DataView>;
  };
}

/** Why a class has its logit, and what decides between it and another. */
export interface EvidenceMessage {
  kind: "evidence";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** Both, in numbers. */
  evidence: Evidence;
  buffers: {
    /** What each cell adds to the logit, float32 (H, W). */
    cells: DataView;
    /** What each adds to the difference, the same. */
    contrast_cells?: DataView;
  };
}

/** A logit, or the difference of two, by receptive field. */
export interface ReceptiveFieldMessage {
  kind: "receptive_field";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** What came along paths of each. */
  contributions: ReceptiveFieldContributions;
}

/** What a class's map weighs features with. */
export interface ClassWeightsMessage {
  kind: "class_weights";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The model to run, from `squeezeviz.load_model`. */
  model: string;
  /** The class. */
  class_index: number;
  /** Added at each cell. */
  bias: number;
  buffers: {
    /** One a channel of the features, float32 (C,). */
    weights: DataView;
  };
}

/** What each cell alone would have answered. */
export interface PerLocationMessage {
  kind: "per_location";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  buffers: {
    /** Its five most probable ones, or all where there are fewer, uint16 (cells, 5). */
    classes: DataView;
    /** Theirs, float32 (cells, 5). */
    probabilities: DataView;
  };
}

/** One layer's activation of one photo. */
export interface TensorMessage {
  kind: "tensor";
  /** Its name. */
  layer: string;
  /** Channels, height, width. */
  shape: [number, number, number];
  /** Of its values: "float16", to be multiplied by `scale`; "steps", uint8, of 1/255 of each channel's largest value; or "float32". */
  encoding: "float16" | "steps" | "float32";
  /** A power of two. */
  scale: number;
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The photo. */
  photo: string;
  /** The model to run, from `squeezeviz.load_model`. */
  model: string;
  /** What the page calls the preprocessing. */
  preset: string;
  /** What the kernel took over it. */
  kernel_ms: number;
  buffers: {
    /** (C, H, W); see `Maps`. */
    values: DataView;
    /** The channels' maxima, means and shares of zeros, in full precision, float32 (3, C). */
    statistics: DataView;
  };
}

/** A convolution's kernels. */
export interface WeightsMessage {
  kind: "weights";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The model to run, from `squeezeviz.load_model`. */
  model: string;
  /** The convolution. */
  layer: string;
  /** Out, in, height, width. */
  shape: [number, number, number, number];
  buffers: {
    /** float32, of that shape. */
    kernels: DataView;
    /** float32 (out,). */
    bias: DataView;
  };
}

/** How one number comes about. */
export interface CalculationMessage {
  kind: "calculation";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The photo. */
  photo: string;
  /** The model to run, from `squeezeviz.load_model`. */
  model: string;
  /** The preprocessing in use. */
  preset: string;
  /** The number. */
  calculation: Calculation;
}

/** What the kernel offers. */
export interface SettingMessage {
  kind: "setting";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** Preprocessings. */
  presets: Preset[];
  /** Models known by name. */
  models: OfferedModel[];
  /** Sample photos. */
  samples: OfferedSample[];
  /** Larger files are not sent. */
  limit_bytes: number;
  /** Larger models are not sent. */
  model_limit_bytes: number;
  /** What the host can do: "upload", "models", …; views show no more. */
  abilities: string[];
  /** The data set that channels are shown across, if any. */
  atlas: AtlasAbout | null;
  buffers: {
    /** A small picture of each sample, by its name: JPEG files. */
    pictures?: Record<string, DataView>;
  };
}

/** The model that answers, what it is made of and what it knows, and whether it stands in for another. */
export interface ModelMessage {
  kind: "model";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** Empty while there is none. */
  name: string;
  /** Why the one asked for does not answer; what is said is then of the one before, if any. */
  error: string | null;
  /** What it knows, in a few words. */
  label_space: string;
  /** Whether it knows drawings only. */
  is_drawn: boolean;
  /** Name of its own preprocessing. */
  preprocessing: string;
  /** Why it stands in for another. */
  fallback: Fallback | null;
  /** What nobody has said of it: its labels, its preprocessing, the size of its input, its answer. */
  assumed: Assumed[];
  /** Who says what is known of it; None where nobody could say anything else. */
  said: Said | null;
  /** What else is worth knowing of its input and its answer. */
  notes: string[];
  /** Channels, height, width. */
  input: [number, number, number];
  /** The layer table. */
  layers: Layer[];
  /** Its layers grouped as people draw them, each block behind those it reads. */
  blocks: Block[];
  /** Name of the layer whose values go into the softmax, or what stands for it. */
  logits: string;
  /** What its values are called: "logit", "ln p", "log-odds". */
  logit_words: string;
  /** Its classes, by index. */
  labels: Label[];
  /** Its map a class; None where none follows from its graph. */
  class_maps: ClassMaps | null;
  /** Why there is none; empty where there is one. */
  no_class_maps: string;
  /** The layers whose channels are ablated in turn: the narrowest convolution of each block. */
  bottlenecks: string[];
}

/** A photo that has been answered: its pictures, every logit, and what is said of it. Its id is the photo's. */
export interface PhotoMessage {
  kind: "photo";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The photo's. */
  name: string;
  /** The model that this answer is of. */
  model: string;
  /** The preprocessing that it belongs to. */
  preset: string;
  /** Width and height of the original, in pixels. */
  size: [number, number];
  /** What the network sees of it: left, top, right, bottom, as shares of it; beyond 0 and 1 lies padding. */
  visible: [number, number, number, number];
  /** Channels, height, width of what the network gets. */
  input: [number, number, number];
  /** The layer table, where the input is not of the model's own size: the maps are not, either. */
  layers: Layer[] | null;
  /** How it was preprocessed, in words. */
  preprocessing_words: string;
  /** What reading it took, in words. */
  notes: string[];
  /** Why not to believe the answer; empty as a rule. */
  caution: string;
  /** Layer → root mean square of its activation. */
  rms_activation: Record<string, number>;
  /** What it took. */
  times: Times;
  /** Whether each class is answered for itself, by a sigmoid of its logit; else by a softmax of all. */
  is_sigmoid: boolean;
  buffers: {
    /** The photo scaled down, a JPEG file. */
    original: DataView;
    /** The input tensor mapped back to a picture, a PNG file. */
    seen: DataView;
    /** Every class's, float32. */
    logits: DataView;
  };
}

/** A frame that has been answered, of the camera or of a photo that is painted on: all that the page draws of it. The page has the frame itself: it sent it. */
export interface FrameMessage {
  kind: "frame";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The photo's. */
  name: string;
  /** The model that this answer is of. */
  model: string;
  /** The preprocessing that it belongs to. */
  preset: string;
  /** Width and height of the original, in pixels. */
  size: [number, number];
  /** What the network sees of it: left, top, right, bottom, as shares of it; beyond 0 and 1 lies padding. */
  visible: [number, number, number, number];
  /** Channels, height, width of what the network gets. */
  input: [number, number, number];
  /** The layer table, where the input is not of the model's own size: the maps are not, either. */
  layers: Layer[] | null;
  /** How it was preprocessed, in words. */
  preprocessing_words: string;
  /** What reading it took, in words. */
  notes: string[];
  /** Why not to believe the answer; empty as a rule. */
  caution: string;
  /** Layer → root mean square of its activation. */
  rms_activation: Record<string, number>;
  /** What it took. */
  times: Times;
  /** Whether each class is answered for itself, by a sigmoid of its logit; else by a softmax of all. */
  is_sigmoid: boolean;
  /** Id of the photo that the frame is one state of. */
  photo: string;
  /** What the kernel took over it. */
  kernel_ms: number;
  /** Width and height of what the network sees of it. */
  seen_size: [number, number];
  /** The layers that the page looks at. */
  tensors: Maps[];
  buffers: {
    /** Every class's, float32. */
    logits: DataView;
    /** What the network sees of it, uint8 (height, width, 3), RGB. */
    seen: DataView;
    /** Of each layer, by its name; see `Maps`. */
    values?: Record<string, DataView>;
    /** Of each layer, by its name: its channels' maxima, means and shares of zeros, float32 (3, C). */
    statistics?: Record<string, DataView>;
  };
}

/** A photo's own pixels, to be painted on. */
export interface PixelsMessage {
  kind: "pixels";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The photo. */
  photo: string;
  /** Its name. */
  name: string;
  /** Width and height of what is painted on. */
  size: [number, number];
  /** Width and height of the photo. */
  original: [number, number];
  buffers: {
    /** uint8 (height, width, 3), RGB, row by row. */
    pixels: DataView;
  };
}

/** What could not be done, and why. */
export interface FailedMessage {
  kind: "failed";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** What it is about: a photo, as a rule. */
  name: string;
  /** Why, in words for the page. */
  message: string;
}

/** A piece has arrived; more are to come. */
export interface WorkingMessage {
  kind: "working";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** Of the file. */
  name: string;
}

/** What was asked is still being worked on: a model may have to be downloaded first. */
export interface StillMessage {
  kind: "still";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
}

/** What was asked is of a photo that was removed meanwhile: nobody waits for it any more. */
export interface GoneMessage {
  kind: "gone";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
}

/** A photo is gone. The id is the photo's. */
export interface ForgottenMessage {
  kind: "forgotten";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
}

/** How far trying preprocessings is, and at last what it has shown. */
export interface DiagnosisMessage {
  kind: "diagnosis";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The model that is tried. */
  model: string;
  /** Photos read and runs of the network so far. */
  done: number;
  /** In all. */
  total: number;
  /** Whether that was all. */
  is_whole: boolean;
  /** What it has shown. */
  found: DiagnosisFound | null;
}

/** A file for whoever asked, to be kept. */
export interface FileMessage {
  kind: "file";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** Of the file. */
  name: string;
  /** Its media type. */
  type: string;
  buffers: {
    /** Its content. */
    file: DataView;
  };
}

/** The pictures as they are by now, and how much they excite, shown as any photo is. */
export interface GrownMessage {
  kind: "grown";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** Steps taken. */
  done: number;
  /** Steps to be taken. */
  total: number;
  /** How many seconds all others take, about; None as long as nothing tells. */
  left_s: number | null;
  /** At how many steps ReLU was shut, so that the value before it was climbed. */
  shut_steps: number;
  /** Whether this is all. */
  is_whole: boolean;
  /** Width and height of each picture. */
  size: [number, number];
  /** What the number is. */
  words: string;
  /** Of the values. */
  unit: string;
  /** What the number is on each picture. */
  values: number[];
  /** Which of them does most. */
  best: number;
  /** What it is on the photo that they began from; None where there is none. */
  at_start: number | null;
  /** The strongest photo of those compared so far; None where there is none. */
  strongest: StrongestPhoto | null;
  /** How many photos these are. */
  compared: number;
  /** How many there are to be compared. */
  photos: number;
  buffers: {
    /** The pictures, uint8 (count, height, width, 3), RGB. */
    pixels: DataView;
  };
}

/** What has been found since the message before. */
export interface JudgedMessage {
  kind: "judged";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** Attributions made so far. */
  done: number;
  /** Of those that were not there already. */
  total: number;
  /** Whether these are all. */
  is_whole: boolean;
  /** Changed photos that sensitivity is measured with. */
  samples: number;
  /** Largest change of a pixel value there, of 255. */
  radius: number;
  /** Of each step of random weights, the lowest layer that is random from then on; empty where none can be. */
  stages: string[];
  /** What has been found. */
  findings: JudgedFinding[];
  buffers: {
    /** Method → its map, float32, of the finding's shape. */
    maps?: Record<string, DataView>;
  };
}

/** Which maps point at a box. */
export interface PointingMessage {
  kind: "pointing";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** Left, top, right, bottom, in pixels of the photo. */
  box: [number, number, number, number];
  /** By method; those whose maps are known. */
  found: Pointed[];
}

/** How far a model has come; `ModelMessage` says which one answers at last. */
export interface ArrivingMessage {
  kind: "arriving";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** Of its files that are here. */
  bytes: number;
  /** Whether they are all here, and it is read. */
  is_loading: boolean;
}

/** What each layer loses. */
export interface PrecisionMessage {
  kind: "precision";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** On the photos that were on the page when it was asked for. */
  lost: PrecisionLost;
}

/** What one layer loses of one photo, number by number: its value in low precision less that in float32. */
export interface LossTensorMessage {
  kind: "loss_tensor";
  /** Its name. */
  layer: string;
  /** Channels, height, width. */
  shape: [number, number, number];
  /** Of its values: "float16", to be multiplied by `scale`; "steps", uint8, of 1/255 of each channel's largest value; or "float32". */
  encoding: "float16" | "steps" | "float32";
  /** A power of two. */
  scale: number;
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The photo. */
  photo: string;
  buffers: {
    /** (C, H, W); see `Maps`. */
    values: DataView;
    /** The channels' maxima, means and shares of zeros, in full precision, float32 (3, C). */
    statistics: DataView;
  };
}

/** How a number comes about in whole numbers. */
export interface IntegersMessage {
  kind: "integers";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The photo. */
  photo: string;
  /** It. */
  number: IntegerNumber;
}

/** What the model says of one photo preprocessed in several ways. */
export interface VariantsMessage {
  kind: "variants";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The photo. */
  photo: string;
  /** The model to run, from `squeezeviz.load_model`. */
  model: string;
  /** The preprocessing in use comes first. */
  rows: Variant[];
}

/** One photo in another preprocessing, compared with the one in use. */
export interface VariantMessage {
  kind: "variant";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The photo. */
  photo: string;
  /** The model to run, from `squeezeviz.load_model`. */
  model: string;
  /** Name of the preprocessing in use. */
  reference: string;
  /** What the page calls the other one. */
  preset_key: string;
  /** Its name. */
  preset: string;
  /** What it does, in a line. */
  words: string;
  /** Where it comes from. */
  origin: string;
  /** The first layer whose strongest channel is another one. */
  first_divergent_layer: string | null;
  /** Layer, relative L2, cosine; None for maps of other sizes. */
  drift: ([string, number | null, number | null])[];
  /** Whether each class is answered for itself, by a sigmoid of its logit; else by a softmax of all. */
  is_sigmoid: boolean;
  buffers: {
    /** What the network sees of it, a PNG file. */
    seen: DataView;
    /** Every class's, float32. */
    logits: DataView;
  };
}

/** The first convolution with a preprocessing folded in, and the proof. */
export interface KernelsMessage {
  kind: "kernels";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The photo that it was proved on. */
  photo: string;
  /** The model to run, from `squeezeviz.load_model`. */
  model: string;
  /** What the page calls the preprocessing. */
  preset_key: string;
  /** The convolution. */
  layer: string;
  /** Kernels; red, green, blue, or grey; height, width. */
  shape: [number, number, number, number];
  /** The largest, between its activation and what these make of the plain pixels. */
  difference: number;
  /** Activation. */
  largest: number;
  buffers: {
    /** Kernels for pixel values 0–255, float32, of that shape. */
    values: DataView;
  };
}

/** How far each layer is from where it is for another photo. */
export interface DistanceMessage {
  kind: "distance";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The photo. */
  photo: string;
  /** The other one. */
  other: string;
  /** The first layer whose strongest channel is another one. */
  first_divergent_layer: string | null;
  /** Layer, relative L2, cosine; None for maps of other sizes. */
  drift: ([string, number | null, number | null])[];
}

/** The page's second part. */
export interface SecondPartMessage {
  kind: "second_part";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  buffers: {
    /** A JavaScript module, as UTF-8. */
    program: DataView;
  };
}

/** How far a single answer is that takes its time; it follows. */
export interface StepsMessage {
  kind: "steps";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** Runs so far. */
  done: number;
  /** Runs in all. */
  total: number;
}

/** What is known so far of what takes its time: what a class comes to in each of many runs. */
export interface ProgressMessage {
  kind: "progress";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** What is tried. */
  work: "occlusion" | "ablation_sweep" | "pairwise_ablation";
  /** Runs so far. */
  done: number;
  /** Runs in all. */
  total: number;
  /** Whether these are all. */
  is_whole: boolean;
  /** The class. */
  class_index: number;
  /** Untouched. */
  logit: number;
  /** Untouched. */
  probability: number;
  /** The most probable class, untouched. */
  best: number;
  /** Of patches; so are the next four. */
  rows: number;
  /** Of patches. */
  columns: number;
  /** A patch's side, in input pixels. */
  patch_px: number;
  /** From one to the next. */
  stride_px: number;
  /** Height and width of the input. */
  input_px: [number, number];
  /** Layer and channel of each run, of an ablation sweep. */
  channels: [string, number][];
  /** Of pairs: first its channels alone, then each with each later one. */
  layer: string;
  /** Of its channels. */
  count: number;
  buffers: {
    /** The class's in each run, float32 (runs,); NaN where that is not known yet. */
    logits: DataView;
    /** The same. */
    probabilities: DataView;
    /** The most probable class in each run, uint16 (runs,). */
    best_classes: DataView;
    /** Its probability, float32 (runs,). */
    best_probabilities: DataView;
  };
}

/** The model that answers beside a second one. */
export interface TwoModelsMessage {
  kind: "two_models";
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The photo. */
  photo: string;
  /** What was found, in a few sentences. */
  verdict: string;
  /** Which classes both have, in words; empty where they are the same. */
  classes: string;
  /** The model that answers. */
  a: ComparedAnswer;
  /** The second. */
  b: ComparedAnswer;
  /** Layers that stand for each other, in the first's order. */
  pairs: LayerPair[];
  /** Position of the first pair that differs by more than the tolerance; None where none does. */
  divergent: number | null;
  /** Of relative differences. */
  tolerance: number;
  buffers: {
    /** What the first sees of the photo, a PNG file. */
    seen_a: DataView;
    /** What the second sees of it. */
    seen_b: DataView;
  };
}

/** One layer's activation in the second model. */
export interface SecondTensorMessage {
  kind: "second_tensor";
  /** Its name. */
  layer: string;
  /** Channels, height, width. */
  shape: [number, number, number];
  /** Of its values: "float16", to be multiplied by `scale`; "steps", uint8, of 1/255 of each channel's largest value; or "float32". */
  encoding: "float16" | "steps" | "float32";
  /** A power of two. */
  scale: number;
  /** Of the request that it answers; empty where nobody has asked. */
  id: string;
  /** The photo. */
  photo: string;
  /** The second model. */
  model: string;
  /** Name of its preprocessing. */
  preset: string;
  buffers: {
    /** (C, H, W); see `Maps`. */
    values: DataView;
    /** The channels' maxima, means and shares of zeros, in full precision, float32 (3, C). */
    statistics: DataView;
  };
}

/** How much each pixel, or each cell of a layer, has to do with a class's logit, or with one value of a layer. */
export interface AttributionRequest {
  kind: "attribution";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** By which it is made. */
  method: "saliency" | "input-x-gradient" | "integrated-gradients" | "smoothgrad" | "guided-backpropagation" | "deconvnet" | "lrp-epsilon" | "lrp-alpha-beta" | "cam" | "grad-cam" | "grad-cam++" | "hires-cam" | "layer-cam" | "score-cam" | "recipro-cam";
  /** The class; None where it is a value of a layer. */
  class_index?: number | null;
  /** Another, whose logit is subtracted, if any. */
  contrast_class?: number | null;
  /** Of the value. */
  layer?: string;
  /** Of the value. */
  channel?: number;
  /** Of the value, (y, x). */
  cell?: [number, number];
  /** The layer whose cells are asked about, by methods that make maps of cells; None for their usual one. */
  over?: string | null;
}

/** Why a class has its logit. */
export interface EvidenceRequest {
  kind: "evidence";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** The class. */
  class_index: number;
  /** The contrast class, whose logit is subtracted, if any. */
  contrast_class?: number | null;
}

/** A logit by receptive field. */
export interface ReceptiveFieldRequest {
  kind: "receptive_field";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** The class. */
  class_index: number;
  /** The contrast class, whose logit is subtracted, if any. */
  contrast_class?: number | null;
}

/** What each cell alone would have answered. */
export interface PerLocationRequest {
  kind: "per_location";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
}

/** A layer's activation, in the preprocessing in use or in another. */
export interface TensorRequest {
  kind: "tensor";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** The layer. */
  layer: string;
  /** Name of the other one; None for the one in use. */
  preset?: string | null;
  /** What the answer is to call it. */
  preset_key?: string;
  /** It, where it is one's own. */
  preprocessing?: Record<string, any> | null;
}

/** How a number comes about. */
export interface CalculationRequest {
  kind: "open";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** Whose it is; evidence/arithmetic.py says what else is called so. */
  layer: string;
  /** Its channel. */
  channel: number;
  /** Its place. */
  cell: [number, number];
  /** Of the largest terms that are told. */
  count: number;
}

/** What is painted on when a photo is edited. */
export interface PixelsRequest {
  kind: "pixels";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
}

/** One view of a photo as a figure for print. */
export interface FigureRequest {
  kind: "figure";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** Which view. */
  view: string;
  /** Of the file. */
  format: "svg" | "png" | "pdf";
  /** The one on show. */
  channel?: number | null;
  /** The one on show. */
  cell?: [number, number] | null;
  /** The one on show. */
  class_index?: number | null;
}

/** Grow a picture that excites a channel of a layer, one cell of it, or a class; begin from a photo, or from noise. */
export interface GrowRequest {
  kind: "grow";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** The layer; None of a class. */
  layer?: string | null;
  /** Which of its channels, whose mean is climbed. */
  channel?: number;
  /** One cell of it instead. */
  cell?: [number, number] | null;
  /** The class whose logit is climbed, where there is no layer. */
  class_index?: number;
  /** Whether the number is made large or small. */
  aim?: "most" | "least";
  /** Whether it begins anew, or goes on from the pictures that are there, where these suit. */
  begin?: "anew" | "on";
  /** Of all that is random. */
  seed?: number;
  /** To be taken. */
  steps?: number;
  /** Pictures at once. */
  count?: number;
  /** What is moved: see `squeezeviz.visualize`. */
  form?: "fourier" | "phases";
  /** How much differences between neighbouring pixels cost, in percent of what the number weighs. */
  smoothness?: number;
  /** How much the picture is moved about at each step, in percent of what is usual. */
  motion?: number;
  /** How far a pixel may go from the photo's, in pixel values. */
  stray?: number;
}

/** Measure methods of attribution, and tell each finding. */
export interface JudgingRequest {
  kind: "judge";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** The class whose logit is attributed. */
  class_index: number;
  /** Another, whose logit is subtracted, if any. */
  contrast_class?: number | null;
  /** Which. */
  methods?: ("saliency" | "input-x-gradient" | "integrated-gradients" | "smoothgrad" | "guided-backpropagation" | "deconvnet" | "lrp-epsilon" | "lrp-alpha-beta" | "cam" | "grad-cam" | "grad-cam++" | "hires-cam" | "layer-cam" | "score-cam" | "recipro-cam")[];
}

/** Do the maps that are known point at a box? */
export interface PointingRequest {
  kind: "pointing";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** The class whose logit they are of. */
  class_index: number;
  /** Another, whose logit is subtracted, if any. */
  contrast_class?: number | null;
  /** Which. */
  methods?: ("saliency" | "input-x-gradient" | "integrated-gradients" | "smoothgrad" | "guided-backpropagation" | "deconvnet" | "lrp-epsilon" | "lrp-alpha-beta" | "cam" | "grad-cam" | "grad-cam++" | "hires-cam" | "layer-cam" | "score-cam" | "recipro-cam")[];
  /** Of the box, in pixels of the network's input; so are the next three. */
  left: number;
  /** Of the box. */
  top: number;
  /** Of the box. */
  width: number;
  /** Of the box. */
  height: number;
}

/** What does one layer lose of a photo, preprocessed as the page's answer is? */
export interface LossTensorRequest {
  kind: "loss_tensor";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** The network in low precision, one of the models on offer; empty for half precision, emulated. */
  other: string;
  /** The layer, of the network in float32. */
  layer: string;
}

/** How does a number come about in a quantised network, of a photo preprocessed as the page's answer is? */
export interface IntegersRequest {
  kind: "integers";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** The quantised network: one of the models on offer. */
  other: string;
  /** The layer, of the network in float32. */
  layer: string;
  /** Its channel. */
  channel: number;
  /** Its place. */
  cell: [number, number];
  /** Of the largest terms that are told. */
  count: number;
}

/** What the network makes of a photo in another preprocessing. */
export interface VariantRequest {
  kind: "variant";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** Its name. */
  preset: string;
  /** What the answer is to call it. */
  preset_key: string;
  /** It, where it is one's own. */
  preprocessing?: Record<string, any> | null;
}

/** A preprocessing as kernels of the first layer. */
export interface KernelsRequest {
  kind: "kernels";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** Its name. */
  preset: string;
  /** What the answer is to call it. */
  preset_key: string;
  /** It, where it is one's own. */
  preprocessing?: Record<string, any> | null;
}

/** The class ranked first in several preprocessings. */
export interface VariantsRequest {
  kind: "variants";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** Their names; None for those that are compared. */
  presets?: string[] | null;
  /** One's own. */
  preprocessing?: Record<string, any> | null;
}

/** How far each layer is from where it is for another photo. */
export interface DistanceRequest {
  kind: "distance";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** The other photo's id. */
  other?: string;
}

/** Compare the model that answers with a second one. */
export interface TwoModelsRequest {
  kind: "two_models";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** The second: one of those that the page was offered. */
  other: string;
}

/** A layer's activation in the second model, with its own preprocessing. */
export interface SecondTensorRequest {
  kind: "second_tensor";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** The second: one of those that the page was offered. */
  other: string;
  /** Its layer. */
  layer: string;
}

/** A channel over a data set. */
export interface AcrossRequest {
  kind: "across";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its layer. */
  layer: string;
  /** Its index. */
  channel: number;
}

/** The channels that activate on a class, over a data set. */
export interface ActivatingChannelsRequest {
  kind: "activating_channels";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** The class. */
  class_index: number;
}

/** A channel in a catalogue. */
export interface CatalogRequest {
  kind: "catalog";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its layer. */
  layer: string;
  /** Its index. */
  channel: number;
}

/** What does each layer of the model cost on this machine? Some seconds; the page hears how far it is. */
export interface CostRequest {
  kind: "cost";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
}

/** What a class's map weighs features with, where no layer has it. */
export interface ClassWeightsRequest {
  kind: "class_weights";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** The class. */
  class_index: number;
}

/** A convolution's kernels. */
export interface WeightsRequest {
  kind: "weights";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** The convolution. */
  layer: string;
}

/** A piece of a file: each message stays far below every limit, however Jupyter was started. */
export interface PieceRequest {
  kind: "piece";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Which piece, from 0. */
  index: number;
  /** Of pieces. */
  count: number;
  buffers: {
    /** Its bytes. */
    piece: ArrayBuffer;
  };
}

/** A piece of a file that names the model's classes. */
export interface LabelsRequest {
  kind: "labels";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Which piece, from 0. */
  index: number;
  /** Of pieces. */
  count: number;
  buffers: {
    /** Its bytes. */
    piece: ArrayBuffer;
  };
}

/** Answer a frame, which takes the place of the one before. */
export interface FrameRequest {
  kind: "frame";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** In pixels. */
  width?: number;
  /** In pixels. */
  height?: number;
  /** Id of the photo that is painted on; None of others. */
  of?: string | null;
  /** Where others come from. */
  source?: "camera" | "grown";
  /** Id of the photo that it is one state of. */
  photo?: string;
  /** Names of the layers that the page looks at. */
  layers?: string[];
  buffers: {
    /** uint8 (height, width, 3), RGB, row by row. */
    pixels: ArrayBuffer;
  };
}

/** Keep a frame as an ordinary photo. */
export interface FreezeRequest {
  kind: "freeze";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** In pixels. */
  width?: number;
  /** In pixels. */
  height?: number;
  /** Id of the photo that is painted on; None of others. */
  of?: string | null;
  /** Where others come from. */
  source?: "camera" | "grown";
  buffers: {
    /** uint8 (height, width, 3), RGB, row by row. */
    pixels: ArrayBuffer;
  };
}

/** The page as one file. */
export interface PageRequest {
  kind: "page";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
}

/** A piece of a file of a model. Files that belong together have one id, and come one after the other. */
export interface ModelPieceRequest {
  kind: "model-piece";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Which file, from 0. */
  file: number;
  /** How many. */
  files: number;
  /** Which piece of it, from 0. */
  index: number;
  /** Of its pieces. */
  count: number;
  buffers: {
    /** Its bytes. */
    piece: ArrayBuffer;
  };
}

/** What does each layer lose on the photos of this page? Seconds; the page hears how far it is. */
export interface PrecisionRequest {
  kind: "precision";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Half precision, emulated; 8-bit integers, made on the spot from these photos; or a model on offer. */
  against: "fp16" | "int8" | "model";
  /** Which model. */
  other?: string;
  /** Name of the preprocessing of both; the model's own where it is empty. */
  preset?: string;
  /** It, where it is one's own. */
  preprocessing?: Record<string, any> | null;
}

/** Put a photo on the stage that the atlas has crops of. */
export interface ExampleRequest {
  kind: "example";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the atlas calls it. */
  name: string;
}

/** Put a picture of a catalogue on the stage. */
export interface CatalogPhotoRequest {
  kind: "catalog-photo";
  /** Its own; what answers it has the same. */
  id: string;
  /** The channel's layer. */
  layer: string;
  /** Its index. */
  channel: number;
  /** Which of its pictures. */
  number: number;
}

/** What the page computes frames with. */
export interface EngineRequest {
  kind: "engine";
  /** Its own; what answers it has the same. */
  id: string;
  /** Digest of the model whose weights the page has; empty while it has none. */
  known?: string;
  /** Whether it has the engine's program: then the network alone is sent. */
  wanted?: "all" | "network";
}

/** A page has opened: tell it everything. */
export interface ReadyRequest {
  kind: "ready";
  /** Its own; what answers it has the same. */
  id: string;
}

/** Let another model answer. */
export interface UseRequest {
  kind: "use";
  /** Its own; what answers it has the same. */
  id: string;
  /** One of those that the page was offered. */
  name: string;
}

/** Put a sample on the stage. */
export interface SampleRequest {
  kind: "sample";
  /** Its own; what answers it has the same. */
  id: string;
  /** One of those that the page was offered. */
  name: string;
}

/** Let a photo go. The id is the photo's. */
export interface ForgetRequest {
  kind: "forget";
  /** Its own; what answers it has the same. */
  id: string;
}

/** Say something of the model that answers: it holds at once, for all that it answers. */
export interface TellRequest {
  kind: "tell";
  /** Its own; what answers it has the same. */
  id: string;
  /** Its classes: those of ImageNet, or numbers. */
  labels?: "imagenet" | "numbers" | null;
  /** The preset that its photos go through, brought to its input's size. */
  preset?: string | null;
  /** What they go through, where it is no preset. */
  preprocessing?: Record<string, any> | null;
}

/** Keep what was said of the model beside its file. */
export interface RememberRequest {
  kind: "remember";
  /** Its own; what answers it has the same. */
  id: string;
}

/** Take back what was said of the model last, or that it was kept. */
export interface UndoRequest {
  kind: "undo";
  /** Its own; what answers it has the same. */
  id: string;
}

/** Try preprocessings on photos: those of the page that are named, or those of a folder. */
export interface DiagnoseRequest {
  kind: "diagnose";
  /** Its own; what answers it has the same. */
  id: string;
  /** Ids of photos. */
  photos?: string[];
  /** Their true classes, in the same order; empty where none is known. */
  classes?: number[];
  /** A folder of photos on the kernel's machine, in place of these. */
  folder?: string;
  /** A list that labels its photos; empty for the one that is in it, or its subfolders. */
  labels?: string;
}

/** Nobody wants the model any more that comes, or is loaded, under this id: the one before goes on. */
export interface LeaveModelRequest {
  kind: "leave-model";
  /** Its own; what answers it has the same. */
  id: string;
}

/** The page's second part is wanted: the views that open on demand. */
export interface SecondPartRequest {
  kind: "second_part";
  /** Its own; what answers it has the same. */
  id: string;
}

/** End what takes seconds. The id is that of the request that began it. */
export interface StopRequest {
  kind: "stop";
  /** Its own; what answers it has the same. */
  id: string;
}

/** Hide one patch after the other. */
export interface OcclusionRequest {
  kind: "begin";
  work: "occlusion";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** The class whose logit is told. */
  class_index: number;
  /** A patch's side, in input pixels. */
  patch_px: number;
  /** From one to the next. */
  stride_px: number;
  /** What a patch shows. */
  fill: "grey" | "mean" | "blur";
}

/** Ablate every squeeze channel in turn. */
export interface AblationSweepRequest {
  kind: "begin";
  work: "ablation_sweep";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** The class whose logit is told. */
  class_index: number;
}

/** Ablate every pair of a layer's channels in turn. */
export interface PairwiseAblationRequest {
  kind: "begin";
  work: "pairwise_ablation";
  /** Its own; what answers it has the same. */
  id: string;
  /** What the page calls it. */
  name?: string;
  /** Its id. */
  photo?: string;
  /** The class whose logit is told. */
  class_index: number;
  /** The layer. */
  layer: string;
}

/** What the kernel tells the page. */
export type Message =
  | AcrossMessage
  | ActivatingChannelsMessage
  | AttributionMessage
  | CatalogMessage
  | CostMessage
  | EngineMessage
  | EvidenceMessage
  | ReceptiveFieldMessage
  | ClassWeightsMessage
  | PerLocationMessage
  | TensorMessage
  | WeightsMessage
  | CalculationMessage
  | SettingMessage
  | ModelMessage
  | PhotoMessage
  | FrameMessage
  | PixelsMessage
  | FailedMessage
  | WorkingMessage
  | StillMessage
  | GoneMessage
  | ForgottenMessage
  | DiagnosisMessage
  | FileMessage
  | GrownMessage
  | JudgedMessage
  | PointingMessage
  | ArrivingMessage
  | PrecisionMessage
  | LossTensorMessage
  | IntegersMessage
  | VariantsMessage
  | VariantMessage
  | KernelsMessage
  | DistanceMessage
  | SecondPartMessage
  | StepsMessage
  | ProgressMessage
  | TwoModelsMessage
  | SecondTensorMessage;

/** What the page asks of the kernel. */
export type Request =
  | AttributionRequest
  | EvidenceRequest
  | ReceptiveFieldRequest
  | PerLocationRequest
  | TensorRequest
  | CalculationRequest
  | PixelsRequest
  | FigureRequest
  | GrowRequest
  | JudgingRequest
  | PointingRequest
  | LossTensorRequest
  | IntegersRequest
  | VariantRequest
  | KernelsRequest
  | VariantsRequest
  | DistanceRequest
  | TwoModelsRequest
  | SecondTensorRequest
  | AcrossRequest
  | ActivatingChannelsRequest
  | CatalogRequest
  | CostRequest
  | ClassWeightsRequest
  | WeightsRequest
  | PieceRequest
  | LabelsRequest
  | FrameRequest
  | FreezeRequest
  | PageRequest
  | ModelPieceRequest
  | PrecisionRequest
  | ExampleRequest
  | CatalogPhotoRequest
  | EngineRequest
  | ReadyRequest
  | UseRequest
  | SampleRequest
  | ForgetRequest
  | TellRequest
  | RememberRequest
  | UndoRequest
  | DiagnoseRequest
  | LeaveModelRequest
  | SecondPartRequest
  | StopRequest
  | OcclusionRequest
  | AblationSweepRequest
  | PairwiseAblationRequest;

/** What page and kernel hold in common. */
export interface Traits {
  /** Layer → its channels that are ablated, for every photo. */
  ablated: Record<string, number[]>;
  /** What stands in the place of such a map: zeros, or its own mean everywhere. */
  ablation_fill: "zero" | "mean";
  /** The one of them whose maps are on show. */
  against: string;
  /** Whether the class's own map lies over the photo. */
  cam: boolean;
  /** (y, x); None: the strongest. */
  cell: [number, number] | null;
  /** Its channel; None: the one with the largest mean. */
  channel: number | null;
  /** A class; None: the most probable one. */
  class_index: number | null;
  /** Preprocessings beside the one in use, by name. */
  compared: string[];
  /** Whether they stand side by side. */
  comparing: boolean;
  /** The contrast class, whose logit is subtracted; None: none. */
  contrast_class: number | null;
  /** Whether the evidence for the class is shown. */
  explaining: boolean;
  /** What was chosen by whoever made it. */
  given: string[];
  /** What is compared with what is chosen: its photo, layer, channel and class_index. */
  held: { photo: string; layer: string; channel: number; class_index: number } | Record<string, never>;
  /** Whether the layer's kernels stand in place of its maps. */
  kernels: boolean;
  /** Published name of the layer on show. */
  layer: string;
  /** The number whose arithmetic is shown, last, and those it was reached through. */
  opened: { layer: string; channel: number; cell: [number, number] }[];
  /** Colours of the maps. */
  palette: "ember" | "viridis" | "magma";
  /** Id of the photo on the stage; empty while there is none. */
  photo: string;
  /** Classes that stay on show, by index. */
  pinned: number[];
  /** Name of the preprocessing in use. */
  preset: string;
  /** What full colour stands for. */
  scale: "channel" | "layer";
  /** Order of the maps. */
  sort: "index" | "mean" | "max" | "sparsity";
  /** A preprocessing of one's own, called yours: a `Preprocessing` as plain data. */
  tuned: Record<string, any>;
  /** The photo, or what the network gets of it. */
  view: "original" | "seen";
}

/** What is chosen, by whoever sets it. */
export const SETTABLE = [
  "photo",
  "held",
  "tuned",
  "preset",
  "layer",
  "channel",
  "cell",
  "class_index",
  "pinned",
  "sort",
  "scale",
  "palette",
  "view",
  "cam",
  "compared",
  "against",
  "comparing",
  "opened",
  "explaining",
  "contrast_class",
  "ablated",
  "ablation_fill",
  "kernels",
] as const satisfies readonly (keyof Traits)[];

export type Trait = (typeof SETTABLE)[number];

/** What a page that is made anew goes on with. */
export const PERSISTENT = [
  "tuned",
  "preset",
  "layer",
  "channel",
  "cell",
  "class_index",
  "pinned",
  "sort",
  "scale",
  "palette",
  "view",
  "cam",
  "compared",
  "against",
  "comparing",
  "opened",
  "explaining",
  "contrast_class",
  "ablated",
  "ablation_fill",
  "kernels",
] as const satisfies readonly (keyof Traits)[];
