/**
 * What a file carries, as ../../../page/contents.py writes it. Blocks are named by number; see bytes.js.
 *
 * @import { ModelMessage, PhotoMessage, SettingMessage } from "../protocol.js"
 *
 * @typedef {object} Step What a layer does; shapes are the layer table's.
 * @property {string} op ONNX's name of it.
 * @property {boolean} relu Whether what is below zero then becomes zero.
 * @property {[number, number]} kernel Height and width of the window, where one moves; so are the next three.
 * @property {[number, number]} strides
 * @property {[number, number]} dilations
 * @property {[number, number, number, number]} pads Above, left, below and right.
 * @property {number} [group] Of a convolution: in how many groups channels are kept apart.
 * @property {boolean} [include_pad] Of average pooling: whether what lies beyond the edge counts as zeros.
 *
 * @typedef {{shape: [number, number, number], values: Float32Array}} Maps Channels, height, width.
 * @typedef {{shape: [number, number, number, number], kernels: Float32Array, bias: Float32Array}} Weights Out, in, height, width.
 * @typedef {{slope: number[], offset: number[], rgb: number[]}} Affine Input = slope · value + offset, a channel each; and each channel's place in red, green, blue.
 *
 * @typedef {object} PhotoGeometry Where the network's pixels lie in the photo; preprocessing/geometry.py says what each means.
 * @property {[number, number]} original
 * @property {[number, number]} resized
 * @property {[number, number, number, number]} crop
 * @property {[number, number, number, number]} filled
 * @property {boolean} is_flipped
 * @property {string} [problem] Why it is not opened further.
 * @property {boolean} [is_whole] One pixel is taken as it is, rather than four blended.
 * @property {number[]} [rows] Of the photo, that are blended.
 * @property {number[]} [columns]
 *
 * @typedef {object} Preprocessed One photo in one preprocessing.
 * @property {Omit<PhotoMessage, "buffers">} message What the page is told of it; pictures and logits come beside it.
 * @property {number} windows How many crops were averaged; the layers show the first.
 * @property {number} display Block: the photo scaled down, a JPEG file.
 * @property {number} cropped Block: the resized, cropped pixel values 0–255.
 * @property {number} logits Block, as Python computed them.
 * @property {number | null} statistics Block: each layer's channels' largest values, then their means; by Python.
 * @property {PhotoGeometry} geometry
 * @property {number | null} pixels Block: the photo's own, in the rows and columns that are blended.
 *
 * @typedef {{id: string, name: string, preprocessed: Record<string, Preprocessed>, problems: Record<string, string>}} PagePhoto
 *
 * @typedef {object} Contents
 * @property {Omit<SettingMessage, "buffers">} setting
 * @property {ModelMessage} model
 * @property {string} input The network's input, by name.
 * @property {Record<string, Step>} graph_spec
 * @property {Record<string, {shape: [number, number, number, number], block: number}>} weights
 * @property {Record<string, Affine>} affine By preprocessing.
 * @property {Affine} own The model's own preprocessing.
 * @property {PagePhoto[]} photos
 * @property {Record<string, any>} traits
 * @property {{sha256: string, parameters: number, version: string, date: string}} about
 */
export {};
