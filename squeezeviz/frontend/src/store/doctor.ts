/** Preprocessings tried on photos whose classes a person says, or on a folder: how far it is, and what it has shown. */
import { signal } from "@preact/signals-core";
import type { Comm } from "../host/comm.ts";
import type { DiagnosisFound, DiagnosisMessage } from "../protocol.ts";
import { BEGUN, LongWork, type Work } from "./long_work.ts";
import type { Networks } from "./networks.ts";
import type { Photos } from "./photos.ts";
import type { Failure, Photo } from "./types.ts";

export interface Examination extends Work {
  /** The model that is tried. */
  model: string;
  found: DiagnosisFound | null;
}

/** A folder of the kernel's machine, and a list that labels its photos, if any. */
export interface Folder {
  folder: string;
  labels: string;
}

export class Doctor {
  readonly #comm: Comm;
  readonly #photos: Photos;
  readonly #networks: Networks;
  readonly #isSilent: () => boolean;
  readonly #isOpen = signal(false);
  /** Model and photo → its true class: another model has other classes. */
  readonly #truths = signal<ReadonlyMap<string, number>>(new Map());
  readonly #work: LongWork<Examination>;

  constructor(comm: Comm, photos: Photos, networks: Networks, isSilent: () => boolean) {
    this.#comm = comm;
    this.#work = new LongWork(comm);
    this.#photos = photos;
    this.#networks = networks;
    this.#isSilent = isSilent;
  }

  /** Whether the view is shown. */
  isOpen(): boolean {
    return this.#isOpen.value;
  }

  /** Hidden, it has nobody to work for. */
  show(is: boolean): void {
    if (!is) this.stop();
    this.#isOpen.value = is;
  }

  /** Photos that it can be tried on: what moves is none yet. */
  photos(): Photo[] {
    return this.#photos
      .all()
      .flatMap(({ photo }) => (photo && !photo.isLive && !photo.isEdit && !photo.isGrown ? [photo] : []));
  }

  /** A photo's true class, as somebody has said it; null where nobody has. */
  truthOf(photo: string): number | null {
    return this.#truths.value.get(this.#key(photo)) ?? null;
  }

  /** The photos whose class was said. */
  labelled(): Photo[] {
    return this.photos().filter(({ id }) => this.truthOf(id) !== null);
  }

  /** @param index Its true class; null where it is not known after all. */
  say(photo: string, index: number | null): void {
    const truths = new Map(this.#truths.peek());
    if (index === null) truths.delete(this.#key(photo));
    else truths.set(this.#key(photo), index);
    this.#truths.value = truths;
  }

  /** Of the model that answers; null where nothing was tried. */
  last(): Examination | null {
    const last = this.#work.last();
    return last?.model === this.#networks.plain()?.name ? last : null;
  }

  /** Try it on the photos of the page: on those that are labelled, if any is. @param where A folder in their place. */
  start(where?: Folder): void {
    if (this.#isSilent()) return;
    this.stop();
    const labelled = this.labelled();
    const photos = (labelled.length ? labelled : this.photos()).map(({ id }) => id);
    const classes = labelled.map(({ id }) => this.truthOf(id) ?? 0);
    const id = this.#comm.ask({ kind: "diagnose", ...(where ?? { photos, classes }) });
    const model = this.#networks.plain()?.name ?? "";
    this.#work.begin({ id, model, found: null, ...BEGUN });
  }

  isRunning(): boolean {
    return this.#work.isRunning();
  }

  /** @returns Whether anything was under way. */
  stop(): boolean {
    return this.#work.stop();
  }

  // What comes of it --------------------------------------------------------------------------------------------------

  /** @returns Whether it was of a diagnosis. */
  receive({ id, done, total, found, is_whole: isWhole }: DiagnosisMessage): void {
    if (this.#work.running(id)) this.#work.become({ done, total, found, state: isWhole ? "whole" : "running" });
  }

  /** @returns Whether it was one of these requests. */
  fail(failure: Failure): boolean {
    return this.#work.fail(failure);
  }

  /** Nobody answers any more. */
  lost(): void {
    this.#work.lost();
  }

  #key(photo: string): string {
    return `${this.#networks.plain()?.name}\n${photo}`;
  }
}
