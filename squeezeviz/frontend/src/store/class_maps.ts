/** Each class's own map, whose mean is its logit: a channel of a layer, or a weighted sum of a layer's channels. */
import { floatsOf } from "../host/decode.ts";
import type { ClassWeightsMessage } from "../protocol.ts";
import type { Networks } from "./networks.ts";
import type { Photos } from "./photos.ts";
import type { Resources } from "./resource.ts";
import type { Tensors } from "./tensors.ts";
import type { Photo, Tensor } from "./types.ts";

/** A channel of maps. */
export interface ClassMap {
  tensor: Tensor;
  channel: number;
}

interface Weights {
  weights: Float32Array;
  bias: number;
}

export class ClassMaps {
  readonly #photos: Photos;
  readonly #networks: Networks;
  readonly #tensors: Tensors;
  readonly #resources: Resources;
  /** Made of features, by class. */
  readonly #made = new WeakMap<Tensor, Map<number, Tensor>>();

  constructor(photos: Photos, networks: Networks, tensors: Tensors, resources: Resources) {
    this.#photos = photos;
    this.#networks = networks;
    this.#tensors = tensors;
    this.#resources = resources;
  }

  /** A class's own map; null while it is on its way, or where the network has none. */
  of(index: number, photo: Photo | null = this.#photos.photo()): ClassMap | null {
    const maps = this.#networks.classMaps();
    const tensor = maps && this.#tensors.of(maps.layer, photo);
    if (!maps?.is_weighted) return tensor && { tensor, channel: index };
    const weights = this.#weightsOf(index);
    return tensor && weights && { tensor: this.#weighted(tensor, index, weights), channel: 0 };
  }

  #weightsOf(index: number): Weights | null {
    const read = ({ bias, buffers }: ClassWeightsMessage): Weights => ({ weights: floatsOf(buffers.weights), bias });
    const key = `class_weights ${this.#networks.network()?.name ?? ""} ${index}`;
    const asked = { kind: "class_weights", name: this.#networks.label(index).label, class_index: index } as const;
    return this.#resources.get(key, asked, read).known;
  }

  #weighted(features: Tensor, index: number, weights: Weights): Tensor {
    const known = this.#made.get(features) ?? new Map<number, Tensor>();
    this.#made.set(features, known);
    const found = known.get(index) ?? weighted(features, weights, `${features.key}\n${index}`);
    known.set(index, found);
    return found;
  }
}

/** Σ weight × feature + bias, cell by cell. */
export function weighted({ layer, shape, values }: Tensor, { weights, bias }: Weights, key: string): Tensor {
  const [channels, height, width] = shape;
  const cells = height * width;
  const sums = new Float64Array(cells).fill(bias);
  for (let channel = 0; channel < channels; channel += 1) {
    const weight = weights[channel] ?? 0;
    for (let cell = 0; cell < cells; cell += 1)
      sums[cell] = (sums[cell] as number) + weight * (values[channel * cells + cell] as number);
  }
  const made = Float32Array.from(sums);
  const zeros = made.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
  return {
    key,
    layer,
    shape: [1, height, width],
    values: made,
    max: Float32Array.of(sums.reduce((most, value) => Math.max(most, value), -Infinity)),
    mean: Float32Array.of(sums.reduce((sum, value) => sum + value, 0) / cells),
    zero: Float32Array.of(zeros / cells),
  };
}
