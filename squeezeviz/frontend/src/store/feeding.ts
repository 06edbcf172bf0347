/**
 * What is said on the page of the model that answers: its classes, and what its photos go through. Only the kernel decides
 * whether it fits; here is what was asked, and why it could not be.
 */
import { batch, signal } from "@preact/signals-core";
import type { Asked, Comm } from "../host/comm.ts";
import { newId } from "../host/ids.ts";
import type { Networks } from "./networks.ts";
import type { Photos } from "./photos.ts";
import type { Failure, How } from "./types.ts";
import { inPieces } from "./uploads.ts";

/** What a request is about: its problem is shown there. */
export type About = "labels" | "preprocessing" | "keeping";

/** More than any list of classes has. */
const MOST_BYTES = 1 << 25;

/** Whether a file that was dropped names classes, by its ending: pictures have others. */
export const isOfLabels = ({ name }: { name: string }): boolean => /\.(txt|csv|tsv)$/i.test(name);

export class Feeding {
  readonly #comm: Comm;
  readonly #photos: Photos;
  readonly #networks: Networks;
  readonly #isOpen = signal(false);
  readonly #open = new Map<string, About>();
  readonly #isWorking = signal(false);
  readonly #problem = signal<{ about: About; message: string } | null>(null);

  constructor(comm: Comm, photos: Photos, networks: Networks) {
    this.#comm = comm;
    this.#photos = photos;
    this.#networks = networks;
  }

  /** Whether the panel is shown. */
  isOpen(): boolean {
    return this.#isOpen.value;
  }

  show(is: boolean): void {
    this.#isOpen.value = is;
  }

  isWorking(): boolean {
    return this.#isWorking.value;
  }

  /** Why what was said last could not be; empty where it could. */
  problem(about: About): string {
    return this.#problem.value?.about === about ? this.#problem.value.message : "";
  }

  name(labels: "imagenet" | "numbers"): void {
    this.#ask("labels", { kind: "tell", labels });
  }

  /** Classes named by a file. */
  async nameBy(file: File): Promise<void> {
    const { name, size } = file;
    this.show(true);
    if (size > MOST_BYTES) {
      const message = `${name}: the file has ${Math.round(size / 1e6)} MB; labels take up to ${MOST_BYTES >> 20} MB`;
      return this.#fails("labels", message);
    }
    const id = newId();
    this.#begin(id, "labels");
    const isRead = await inPieces(file, this.#comm, id, (index, count, piece) =>
      this.#comm.ask({ kind: "labels", name, index, count, buffers: { piece } }, { id }),
    );
    if (!isRead) this.fail({ id, name, message: `${name}: the browser cannot read it` });
  }

  preprocess(how: { preset: string } | { preprocessing: How }): void {
    this.#ask("preprocessing", { kind: "tell", ...how });
  }

  remember(): void {
    this.#ask("keeping", { kind: "remember" });
  }

  undo(): void {
    this.#ask("keeping", { kind: "undo" });
  }

  // What comes of it --------------------------------------------------------------------------------------------------

  /** @returns Whether it is one of these requests. */
  isOwn(request: string): boolean {
    return this.#open.has(request);
  }

  /** The model has been told. */
  done(request: string): void {
    if (this.#open.delete(request)) this.#isWorking.value = this.#open.size > 0;
  }

  /** @returns Whether it was one of these requests. */
  fail({ id, message }: Failure): boolean {
    const about = this.#open.get(id);
    if (!about) return false;
    this.done(id);
    this.#photos.stay();
    this.#fails(about, message);
    return true;
  }

  /** Nobody answers any more. */
  lost(): void {
    this.#open.clear();
    this.#isWorking.value = false;
  }

  #ask(about: About, asked: Asked): void {
    const id = newId();
    this.#begin(id, about);
    this.#comm.ask(asked, { id });
  }

  #begin(id: string, about: About): void {
    batch(() => {
      this.#open.set(id, about);
      this.#problem.value = null;
      this.#isWorking.value = true;
      if (this.#networks.plain()?.name && about !== "keeping") this.#photos.answerAnew();
    });
  }

  #fails(about: About, message: string): void {
    this.#problem.value = { about, message };
  }
}
