/**
 * What the page makes of the messages in protocol.js, which is generated.
 *
 * @import { AcrossMessage, ActivatingChannelsMessage, FrameMessage, KernelsMessage, ModelMessage, PhotoMessage, ProgressMessage, SettingMessage, VariantMessage } from "./protocol.js"
 *
 * @typedef {import("./protocol.js").Layer} Layer
 * @typedef {import("./protocol.js").Label} Label
 * @typedef {import("./protocol.js").Variant} Variant
 * @typedef {import("./protocol.js").Term} Term
 * @typedef {import("./protocol.js").Calculation} Calculation
 * @typedef {import("./protocol.js").ReceptiveFieldContributions} ReceptiveFieldContributions
 * @typedef {Omit<import("./protocol.js").Preset, "preprocessing"> & {preprocessing: How | null}} Preset
 *
 * @typedef {object} How A preprocessing as plain data; preprocessing/description.py says what each field means.
 * @property {boolean} respect_icc
 * @property {"squash" | "shorter-side" | "longer-side" | "none"} resize
 * @property {Px} resize_px
 * @property {string} interpolation
 * @property {boolean} antialias
 * @property {string | [number, number]} crop
 * @property {Px} crop_px
 * @property {"BGR" | "RGB" | "grey"} channel_order
 * @property {number} scale
 * @property {number[]} mean One a channel; so is the next.
 * @property {number[]} std
 *
 * @typedef {number | [number, number]} Px Both sides of a square, or height and width.
 *
 * @typedef {object} Logits
 * @property {Float32Array} logits
 * @property {Float64Array} probabilities
 * @property {number[]} ranking Class indices, the most probable first.
 *
 * @typedef {object} Pictures
 * @property {Picture} original Scaled down for display; decoded.
 * @property {Picture} seen The input tensor mapped back to a picture; decoded.
 *
 * @typedef {object} Standing
 * @property {Photo} [untouched] The same with nothing ablated, where something is, and that is known.
 * @property {boolean} [isLive] The camera's newest frame: its pictures are canvases, drawn anew with every frame.
 * @property {boolean} [isEdit] Being painted on; so are its.
 * @property {boolean} [isMoving] Another one is likely to follow at once, from the camera or of a stroke: what takes long waits.
 *
 * @typedef {Omit<PhotoMessage, "kind" | "buffers">} Said
 * @typedef {Said & Logits & Pictures & Standing} Photo One photo that has been answered.
 * @typedef {HTMLImageElement | HTMLCanvasElement} Picture
 *
 * @typedef {object} FrameAnswer What the kernel says of one frame of the camera.
 * @property {Said & Logits} photo
 * @property {Tensor[]} tensors
 * @property {{width: number, height: number, bytes: Uint8Array}} seen RGB.
 *
 * @typedef {object} Tensor One layer's activation of one photo.
 * @property {string} key Photo, model, preprocessing and layer.
 * @property {string} layer
 * @property {[number, number, number]} shape Channels, height, width.
 * @property {Float32Array} values
 * @property {Float32Array} max A channel's; so are the next two.
 * @property {Float32Array} mean
 * @property {Float32Array} zero Share of cells that are exactly 0.
 *
 * @typedef {Omit<VariantMessage, "kind" | "buffers"> & Logits & {seen: HTMLImageElement}} Compared One photo in another preprocessing, compared with the one in use.
 * @typedef {Omit<KernelsMessage, "kind" | "buffers"> & {values: Float32Array}} Kernels The first convolution with a preprocessing folded in.
 *
 * @typedef {{layer: string, channel: number, cell: [number, number]}} Step A number: of a layer, of the network's input, of
 *   the resized photo or of the photo; evidence/arithmetic.py says how they are called.
 *
 * @typedef {{cells: Float32Array}} Cells What each adds.
 * @typedef {import("./protocol.js").Contrast & Cells} ContrastEvidence One class less another.
 * @typedef {Omit<import("./protocol.js").Evidence, "contrast"> & Cells & {contrast: ContrastEvidence | null}} Evidence Why a class has its logit.
 *
 * @typedef {object} LocationPredictions What each cell alone would have answered.
 * @property {Uint16Array} labels Its most probable class.
 * @property {Uint16Array} top Its five most probable ones, (cells, 5).
 * @property {Float32Array} probabilities Theirs.
 *
 * @typedef {object} Runs What the class comes to in each of many runs.
 * @property {number} answer The most probable class, untouched.
 * @property {Float32Array} logits In each run; NaN where that is not known yet. So is the next.
 * @property {Float32Array} probabilities
 * @property {Uint16Array} best The most probable class in each run.
 * @property {Float32Array} most Its probability.
 * @typedef {Omit<ProgressMessage, "kind" | "buffers" | "best"> & Runs} Tried What has been tried out; of the fields about patches, channels and pairs it has its own.
 *
 * @typedef {object} Weights A convolution's.
 * @property {[number, number, number, number]} shape Out, in, height, width.
 * @property {Float32Array} kernels
 * @property {Float32Array} bias
 *
 * @typedef {import("./protocol.js").TopExample & {crop: Blob}} TopExample
 * @typedef {Omit<AcrossMessage, "kind" | "buffers" | "strongest"> & {strongest: TopExample[]}} Across One channel over a data set.
 * @typedef {Omit<ActivatingChannelsMessage, "kind">} Activating
 *
 * @typedef {{id: string, name: string, message: string}} Failure A request that could not be answered.
 *
 * @typedef {import("./protocol.js").OfferedSample & {picture: string}} Sample With its object URL.
 * @typedef {Pick<SettingMessage, "models" | "limit_bytes"> & Partial<Pick<SettingMessage, "atlas" | "abilities">> & {presets: Preset[], samples: Sample[]}} Setting What the kernel offers; whatever there may be, until it has said.
 * @typedef {Omit<ModelMessage, "kind">} Network The model that answers.
 *
 * @typedef {{channel: number, cell: [number, number]}} Point A cell of a channel: y, x.
 * @typedef {() => void} Cleanup
 * @typedef {{element: HTMLElement, close?: Cleanup}} View
 */
export {};
