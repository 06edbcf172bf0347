/**
 * The shapes that cross the wire, as wire.py writes and reads them, and what the page makes of them.
 *
 * @typedef {{name: string, words: string, origin: string, how: How | null}} Preset
 *
 * @typedef {object} How A preparation as plain data; preprocessing/description.py says what each field means.
 * @property {boolean} respect_icc
 * @property {"squash" | "shorter-side" | "longer-side" | "none"} resize
 * @property {number} resize_px
 * @property {string} interpolation
 * @property {boolean} antialias
 * @property {string | [number, number]} crop
 * @property {number} crop_px
 * @property {"BGR" | "RGB"} channel_order
 * @property {number} scale
 * @property {[number, number, number]} mean
 * @property {[number, number, number]} std
 * @typedef {{label: string, wnid: string, also: string[]}} Label
 *
 * @typedef {object} Layer
 * @property {string} name
 * @property {string} kind
 * @property {number[]} shape Of its activation: channels, height, width; or classes.
 * @property {string[]} inputs
 * @property {number} parameters
 * @property {number} macs
 * @property {number[]} receptive_fields Sizes of all paths, ascending, in input pixels.
 * @property {number} stride
 * @property {number} offset Input coordinate of the centre of cell 0; pixel centres are whole numbers.
 * @property {string | null} module
 * @property {"squeeze" | "expand1x1" | "expand3x3" | "concat" | null} branch
 * @property {string | null} pre_relu
 * @property {[number, number] | null} kernel Height and width.
 *
 * @typedef {object} Photo One photo that has been answered.
 * @property {string} id
 * @property {string} name
 * @property {string} model The model that this answer is of.
 * @property {string} preset The preprocessing that it belongs to.
 * @property {[number, number]} size Width and height of the original, in pixels.
 * @property {[number, number, number, number]} visible What the network sees of it: left, top, right, bottom, 0–1.
 * @property {[number, number, number]} input Channels, height, width of what the network gets.
 * @property {Layer[] | null} layers The layer table, where the input is not of the model's own size.
 * @property {string} prepared How it was prepared, in words.
 * @property {string[]} notes What reading it took, in words.
 * @property {string} caution Why not to believe the answer; empty as a rule.
 * @property {Record<string, number>} energy Layer → root mean square of its activation.
 * @property {{decode?: number, prepare?: number, run?: number}} times Milliseconds.
 * @property {Float32Array} logits
 * @property {Float64Array} probabilities
 * @property {number[]} ranking Class indices, the most probable first.
 * @property {Picture} original Scaled down for display; decoded.
 * @property {Picture} seen The input tensor mapped back to a picture; decoded.
 * @property {Photo} [untouched] The same with nothing switched off, where something is, and that is known.
 * @property {boolean} [isLive] The camera's newest frame: its pictures are canvases, drawn anew with every frame.
 * @property {boolean} [isEdit] Being painted on; so are its.
 * @property {boolean} [isMoving] Another one is likely to follow at once, from the camera or of a stroke: what takes long waits.
 *
 * @typedef {HTMLImageElement | HTMLCanvasElement} Picture
 *
 * @typedef {object} FrameAnswer What the kernel says of one frame of the camera.
 * @property {Omit<Photo, "original" | "seen">} photo
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
 * @typedef {object} Compared One photo in another preparation, compared with the one in use.
 * @property {string} preset
 * @property {string} words
 * @property {string} origin
 * @property {string | null} parting The first layer whose strongest channel is another one.
 * @property {[string, number | null, number | null][]} drift Layer, relative L2, cosine; null for maps of other sizes.
 * @property {Float32Array} logits
 * @property {Float64Array} probabilities
 * @property {number[]} ranking
 * @property {HTMLImageElement} seen Decoded.
 *
 * @typedef {object} Kernels The first convolution with a preparation folded in.
 * @property {string} layer
 * @property {[number, number, number, number]} shape Kernels, red green blue, height, width.
 * @property {number} difference The largest, between its activation and what these make of the plain pixels.
 * @property {number} largest Activation.
 * @property {Float32Array} values For values 0–255.
 *
 * @typedef {{layer: string, channel: number, cell: [number, number]}} Step A number: of a layer, of the network's input, of
 *   the resized photo or of the photo; evidence/arithmetic.py says how they are called.
 * @typedef {Step & {weight: number, value: number, product: number}} Term
 *
 * @typedef {object} CalculationParts How a number comes about.
 * @property {"sum" | "max" | "mean" | "copy" | "softmax" | "scaling" | "blend"} kind
 * @property {number} value
 * @property {number} bias
 * @property {boolean} has_relu
 * @property {number} total Bias and terms together, before ReLU.
 * @property {number} residual What the value is more than that: rounding.
 * @property {Term[]} terms The largest.
 * @property {number} remainder What the others add.
 * @property {number} count Of all terms.
 * @typedef {Step & CalculationParts} Calculation
 *
 * @typedef {object} Adding What channels of the layer before the class maps add to a logit, in logits.
 * @property {string} source That layer.
 * @property {{channel: number, adds: number}[]} channels The largest.
 * @property {number} rest The others together.
 * @property {number} bias
 *
 * @typedef {object} Duel One class less another.
 * @property {number} against The other.
 * @property {number} difference Of their logits.
 * @property {number} residual The difference less its cells.
 * @property {Float32Array} cells
 * @typedef {Adding & Duel} DuelEvidence
 *
 * @typedef {object} LedgerEvidence Why a class has its logit.
 * @property {number} class_index
 * @property {number} logit
 * @property {number} residual The logit less its cells.
 * @property {[number, number]} shape Of the map: height, width.
 * @property {Float32Array} cells What each adds to the logit.
 * @property {number} count Of channels.
 * @property {{name: string, adds: number}[]} branches
 * @property {{zero: number, count: number, floor: number, needed: {half: number | null, here: number}}} budget Half: null where logits may be below 0.
 * @property {DuelEvidence | null} duel
 * @typedef {Adding & LedgerEvidence} Evidence
 *
 * @typedef {{sizes: {size: number, adds: number}[], bias: number}} Spectrum Receptive field of the path → logits.
 *
 * @typedef {object} LocalAnswers What each cell alone would have answered.
 * @property {Uint16Array} labels Its most probable class.
 * @property {Uint16Array} top Its five most probable ones, (cells, 5).
 * @property {Float32Array} probabilities Theirs.
 *
 * @typedef {object} Runs What a class comes to in each of many runs.
 * @property {"occlusion" | "census" | "pairs"} work
 * @property {number} class_index
 * @property {number} logit Untouched.
 * @property {number} probability Untouched.
 * @property {number} answer The most probable class, untouched.
 * @property {Float32Array} logits In each run; NaN where that is not known yet. So is the next.
 * @property {Float32Array} probabilities
 * @property {Uint16Array} best The most probable class in each run.
 * @property {Float32Array} most Its probability.
 * @property {number} rows Of patches; so is the next.
 * @property {number} columns
 * @property {number} patch_px
 * @property {number} stride_px
 * @property {[number, number]} input_px
 * @property {[string, number][]} channels Layer and channel, of a census.
 * @property {string} layer Of pairs: first its channels alone, then each with each later one.
 * @property {number} count Of its channels.
 * @typedef {Runs} Tried What has been tried out; of the fields about patches, channels and pairs it has its own.
 *
 * @typedef {object} Weights A convolution's.
 * @property {[number, number, number, number]} shape Out, in, height, width.
 * @property {Float32Array} kernels
 * @property {Float32Array} bias
 *
 * @typedef {object} Sighting One of a channel's strongest cells in a data set.
 * @property {string} photo
 * @property {number} value
 * @property {[number, number]} cell
 * @property {[number, number, number, number]} within Where in its crop the cell looked, 0–1: left, top, right, bottom.
 * @property {Blob} crop
 *
 * @typedef {object} Across One channel over a data set; dataset/atlas/reading.py says what each is.
 * @property {string} layer
 * @property {number} channel
 * @property {string} preset How the photos were prepared.
 * @property {number} photos
 * @property {number} fires
 * @property {number} zeros
 * @property {number[]} edges
 * @property {number[]} peaks
 * @property {number | null} selectivity
 * @property {{class_index: number, label: string}[]} classes
 * @property {{channel: number, correlation: number}[]} similar
 * @property {Sighting[]} strongest
 *
 * @typedef {{class_index: number, photos: number, rows: {layer: string, channel: number, standing: number}[]}} FiringFor
 *
 * @typedef {{preset: string, origin: string, class_index: number, label: string, probability: number}} Variant
 * @typedef {{id: string, name: string, message: string}} Failure A request that could not be answered.
 *
 * @typedef {object} Setting What the kernel offers.
 * @property {Preset[]} presets
 * @property {{name: string, world: string}[]} models Those known by name, and what each knows.
 * @property {Sample[]} samples
 * @property {number} limit_bytes Larger files are not sent.
 * @property {{name: string, photos: number, classes: number[]} | null} [atlas] The data set that channels are shown across, and the classes it shows.
 * @property {string[]} [abilities] What the host can do: "upload", "models", …; views show no more. All, until it has said.
 *
 * @typedef {object} Sample
 * @property {string} name
 * @property {string} title
 * @property {string} credit
 * @property {boolean} is_drawn A drawing rather than a photo.
 * @property {string} picture Its object URL.
 *
 * @typedef {object} Network The model that answers.
 * @property {string} name Empty while there is none.
 * @property {string | null} error Why the one asked for does not answer.
 * @property {string} world What it knows, in a few words.
 * @property {boolean} is_drawn It knows drawings only.
 * @property {string} [preprocessing] Name of its own preprocessing.
 * @property {{headline: string, details: string} | null} fallback Why it stands in for another.
 * @property {[number, number, number]} input Channels, height, width.
 * @property {Layer[]} layers
 * @property {string} logits Name of the layer whose values go into the softmax.
 * @property {Label[]} labels
 *
 * @typedef {{channel: number, cell: [number, number]}} Point A cell of a channel: y, x.
 * @typedef {() => void} Cleanup
 * @typedef {{element: HTMLElement, close?: Cleanup}} View
 */
export {};
