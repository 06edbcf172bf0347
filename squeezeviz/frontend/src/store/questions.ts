/** What is asked about the photo on the stage, and about the network: inside numbers, and why. */
import { bytesOf, floatsOf } from "../host/decode.ts";
import type {
  AttributionMessage,
  CalculationMessage,
  DistanceMessage,
  EvidenceMessage,
  PerLocationMessage,
  ReceptiveFieldMessage,
  WeightsMessage,
} from "../protocol.ts";
import type { Networks } from "./networks.ts";
import type { Photos } from "./photos.ts";
import type { Resource, Resources } from "./resource.ts";
import type { Selection } from "./selection.ts";
import type {
  Attribution,
  AttributionMethod,
  Calculation,
  Distance,
  Evidence,
  LocationPredictions,
  Photo,
  ReceptiveFieldContributions,
  Step,
  Weights,
} from "./types.ts";

const NOTHING = { known: null, before: null, problem: "" };

export class Questions {
  readonly #photos: Photos;
  readonly #networks: Networks;
  readonly #selection: Selection;
  readonly #resources: Resources;

  constructor(photos: Photos, networks: Networks, selection: Selection, resources: Resources) {
    this.#photos = photos;
    this.#networks = networks;
    this.#selection = selection;
    this.#resources = resources;
  }

  /**
   * @param count Of the largest terms.
   * @param lane Of those that follow each other on show.
   */
  calculation(step: Step, count: number, lane = "calculation"): Resource<Calculation> {
    const photo = this.#photos.photo();
    if (!photo) return NOTHING;
    const { layer, channel, cell } = step;
    const key = ["open", this.#photos.serialOf(photo), layer, channel, ...cell, count].join(" ");
    const asked = { kind: "open", name: layer, photo: photo.id, layer, channel, cell, count } as const;
    return this.#resources.get(key, asked, ({ calculation }: CalculationMessage) => calculation, { name: lane });
  }

  /** A convolution's kernels, or null while they are on their way. */
  weights(layer: string): Weights | null {
    const read = ({ shape, buffers }: WeightsMessage): Weights => ({
      shape,
      kernels: floatsOf(buffers.kernels),
      bias: floatsOf(buffers.bias),
    });
    const key = `weights ${this.#networks.answering()?.name ?? ""} ${layer}`;
    return this.#resources.get(key, { kind: "weights", name: layer, layer }, read).known;
  }

  /** Why the chosen class has its logit. */
  evidence(): Resource<Evidence> {
    const photo = this.#photos.photo();
    if (!photo) return NOTHING;
    const read = ({ evidence, buffers }: EvidenceMessage): Evidence => {
      const { cells, contrast_cells: contrastCells } = buffers;
      const { contrast } = evidence;
      return {
        ...evidence,
        cells: floatsOf(cells),
        contrast: contrast && contrastCells ? { ...contrast, cells: floatsOf(contrastCells) } : null,
      };
    };
    return this.#resources.get(
      this.#ofClass("evidence", photo),
      { kind: "evidence", ...this.#classAsked(photo) },
      read,
    );
  }

  /** How far the network looked for it. */
  contributions(): Resource<ReceptiveFieldContributions> {
    const photo = this.#photos.photo();
    if (!photo) return NOTHING;
    const asked = { kind: "receptive_field", ...this.#classAsked(photo) } as const;
    const read = ({ contributions }: ReceptiveFieldMessage) => contributions;
    return this.#resources.get(this.#ofClass("receptive_field", photo), asked, read);
  }

  /**
   * How much each pixel, or each cell of a layer, has to do with the chosen class's logit, or with its distance to the
   * other's.
   *
   * @param over The layer whose cells; null for the method's usual one.
   * @param lane Of those that follow each other on show.
   */
  attribution(method: AttributionMethod, over: string | null, lane: string): Resource<Attribution> {
    const photo = this.#photos.photo();
    if (!photo) return NOTHING;
    const asked = { kind: "attribution", method, over, ...this.#classAsked(photo) } as const;
    const key = `${this.#ofClass("attribution", photo)} ${method} ${over}`;
    const read = ({ attribution, buffers }: AttributionMessage): Attribution => ({
      ...attribution,
      values: floatsOf(buffers.values),
    });
    // A stroke asks for many, and would never see one if each ended the one before.
    return this.#resources.get(key, asked, read, { name: lane, isInTurn: true, isStoppable: !photo.isMoving });
  }

  perLocation(): LocationPredictions | null {
    const photo = this.#photos.photo();
    if (!photo) return null;
    const read = ({ buffers }: PerLocationMessage): LocationPredictions => {
      const top = new Uint16Array(bytesOf(buffers.classes));
      const each = Math.min(5, photo.ranking.length);
      const labels = top.filter((_index, at) => at % each === 0);
      return { top, each, probabilities: floatsOf(buffers.probabilities), labels };
    };
    const key = `per_location ${this.#photos.serialOf(photo)}`;
    return this.#resources.get(key, { kind: "per_location", name: photo.name, photo: photo.id }, read).known;
  }

  /** How far each layer is from where it is for the photo that is held. */
  distance(): Distance | null {
    const [photo, held] = [this.#photos.photo(), this.#selection.held()];
    if (!photo || !held || held.photo === photo || photo.isLive) return null;
    const key = `distance ${this.#photos.serialOf(photo)} ${this.#photos.serialOf(held.photo)}`;
    const asked = { kind: "distance", name: photo.name, photo: photo.id, other: held.photo.id } as const;
    const read = ({ drift, first_divergent_layer }: DistanceMessage): Distance => ({ drift, first_divergent_layer });
    return this.#resources.get(key, asked, read).known;
  }

  #ofClass(what: string, photo: Photo): string {
    const { classIndex, contrastClass } = this.#classes();
    return `${what} ${this.#photos.serialOf(photo)} ${classIndex} ${contrastClass}`;
  }

  #classAsked(photo: Photo) {
    const { classIndex, contrastClass } = this.#classes();
    const { label } = this.#networks.label(classIndex);
    return { name: label, photo: photo.id, class_index: classIndex, contrast_class: contrastClass };
  }

  #classes() {
    return { classIndex: this.#selection.classIndex(), contrastClass: this.#selection.contrastClass() };
  }
}
