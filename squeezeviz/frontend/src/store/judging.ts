/** Attribution methods measured side by side, on the photo, class and contrast class on show. */
import { signal } from "@preact/signals-core";
import type { Comm } from "../host/comm.ts";
import { floatsOf } from "../host/decode.ts";
import type { JudgedFinding, JudgedMessage, PointingMessage } from "../protocol.ts";
import { BEGUN, LongWork, type Work } from "./long_work.ts";
import { answerKey, type Photos } from "./photos.ts";
import type { Resource, Resources } from "./resource.ts";
import type { Selection } from "./selection.ts";
import type { AttributionMethod, Failure } from "./types.ts";

/** A small map: rows, columns, and one number a cell. */
export interface Thumb {
  shape: [number, number];
  values: Float32Array;
}

/** What has been measured of one photo, class and contrast class. */
export interface Judged extends Work {
  /** The number that it is about. */
  key: string;
  /** What was asked for. */
  methods: readonly AttributionMethod[];
  /** Of the first message, until then of none. */
  about: Pick<JudgedMessage, "samples" | "radius" | "stages"> | null;
  /** By `findingKey`. */
  findings: ReadonlyMap<string, JudgedFinding>;
  maps: ReadonlyMap<string, Thumb>;
}

/** In pixels of the network's input: left, top, width, height; whole. */
export type InputBox = readonly [number, number, number, number];

export type Measure = JudgedFinding["measure"];

export const findingKey = (method: string, measure: Measure, stage = 0): string => `${method} ${measure} ${stage}`;

/** Those that most people know, and one that fails: some seconds of work. */
export const USUAL: readonly AttributionMethod[] = [
  "saliency",
  "input-x-gradient",
  "integrated-gradients",
  "guided-backpropagation",
  "grad-cam",
  "layer-cam",
];

export class Judging {
  readonly #comm: Comm;
  readonly #photos: Photos;
  readonly #selection: Selection;
  readonly #resources: Resources;
  readonly #isSilent: () => boolean;
  readonly #work: LongWork<Judged>;
  readonly #methods = signal<readonly AttributionMethod[]>(USUAL);
  /** A photo's own. */
  readonly #box = signal<{ photo: string; box: InputBox } | null>(null);

  constructor(comm: Comm, photos: Photos, selection: Selection, resources: Resources, isSilent: () => boolean) {
    this.#comm = comm;
    this.#work = new LongWork(comm);
    this.#photos = photos;
    this.#selection = selection;
    this.#resources = resources;
    this.#isSilent = isSilent;
  }

  /** What is to be measured, in the order of the offer. */
  methods(): readonly AttributionMethod[] {
    return this.#methods.value;
  }

  /** What has been measured already goes on with what is added. */
  choose(methods: readonly AttributionMethod[]): void {
    const last = this.of();
    this.#methods.value = methods;
    const isMore = methods.some((method) => !last?.methods.includes(method));
    if (isMore && (last?.state === "whole" || last?.state === "running")) this.start();
  }

  /** What has been measured of what is on show. */
  of(): Judged | null {
    const last = this.#work.last();
    return last && last.key === this.#about()?.key ? last : null;
  }

  start(): void {
    const about = this.#about();
    if (!about || this.#isSilent()) return;
    const before = this.of();
    this.stop();
    const { key, ...asked } = about;
    const methods = [...this.methods()];
    const id = this.#comm.ask({ kind: "judge", methods, ...asked });
    const none = { about: null, findings: new Map(), maps: new Map() };
    const { about: known, findings, maps } = before ?? none;
    this.#work.begin({ id, key, methods, about: known, findings, maps, ...BEGUN });
  }

  isRunning(): boolean {
    return this.#work.isRunning();
  }

  /** @returns Whether anything was under way. */
  stop(): boolean {
    return this.#work.stop();
  }

  // The box ----------------------------------------------------------------------------------------------------------

  /** The box that was drawn on the photo; null where none was. */
  box(): InputBox | null {
    const [drawn, photo] = [this.#box.value, this.#photos.photo()];
    return drawn && drawn.photo === photo?.id ? drawn.box : null;
  }

  draw(box: InputBox | null): void {
    const photo = this.#photos.photo();
    this.#box.value = photo && box && { photo: photo.id, box };
  }

  /** Whether the maps that are there point at it; null where there is no box, or no map. */
  pointing(): Resource<PointingMessage> | null {
    const [made, box, about] = [this.of(), this.box(), this.#about()];
    const methods = this.methods().filter((method) => made?.maps.has(method));
    if (!made || !box || !about || !methods.length) return null;
    const { key, ...asked } = about;
    const [left, top, width, height] = box;
    return this.#resources.get(
      `pointing ${key} ${box} ${methods}`,
      { kind: "pointing", ...asked, methods, left, top, width, height },
      (message: PointingMessage) => message,
      { name: "pointing", isInTurn: true }, // while it is drawn, each size is one
    );
  }

  // What comes of it -------------------------------------------------------------------------------------------------

  receive({ id, done, total, is_whole: isWhole, findings, buffers, ...about }: JudgedMessage): void {
    const running = this.#work.running(id);
    if (!running) return;
    const found = new Map(running.findings);
    const maps = new Map(running.maps);
    for (const each of findings) {
      found.set(findingKey(each.method, each.measure, each.stage), each);
      const values = buffers.maps?.[each.method];
      if (each.measure === "map" && values) maps.set(each.method, { shape: each.shape, values: floatsOf(values) });
    }
    this.#work.become({ done, total, about, findings: found, maps, state: isWhole ? "whole" : "running" });
  }

  /** @returns Whether it was one of these requests. */
  fail(failure: Failure): boolean {
    return this.#work.fail(failure);
  }

  /** Nobody answers any more. */
  lost(): void {
    this.#work.lost();
  }

  #about() {
    const photo = this.#photos.photo();
    if (!photo || photo.isLive) return null;
    const [index, contrast] = [this.#selection.classIndex(), this.#selection.contrastClass()];
    const key = JSON.stringify([answerKey(photo.untouched ?? photo), index, contrast]);
    return { key, name: photo.name, photo: photo.id, class_index: index, contrast_class: contrast };
  }
}
