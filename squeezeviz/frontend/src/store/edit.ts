/**
 * Editing a photo: its strokes (drawing.ts) go to the kernel as the camera's frames do, and what the page shows is always one
 * state of the painted photo together with its answer. At most one is under way; the latest wins.
 *
 * What is painted on are the photo's own pixels, as the kernel has them, so that an edit of nothing gives exactly the photo's
 * answer. A photo that is larger than a message may be is edited as a copy, scaled down. Either way the answer before is that
 * of the canvas with nothing painted on it, asked for in the same way as every other.
 */
import { batch, computed, signal } from "@preact/signals-core";
import { canvasOf, paint } from "../draw/pixels.ts";
import { drawAhead } from "../draw/scheduler.ts";
import { bytesOf } from "../host/decode.ts";
import type { Message } from "../protocol.ts";
import { Drawing } from "./drawing.ts";
import { Lookers } from "./lookers.ts";
import type { FrameAnswer, Photo, Pixels, Tensor } from "./types.ts";

/** Resting: another photo is on the stage. */
export type EditStatus = "off" | "starting" | "on" | "resting";
type Answer = FrameAnswer["photo"];

/** What editing needs of the store. */
export interface EditHost {
  /** An answer is not wanted any more. */
  stop(request: string): void;
  send(request: string, photo: string, frame: Pixels & { layers: string[]; name: string; of: string }): void;
  /** Make an ordinary photo of it. @returns Its id. */
  keep(name: string, frame: Pixels, of: string): string;
  /** Ask for a photo's pixels. @returns The request's id. */
  ask(photo: string): string;
  show(photo: Photo, tensors: Tensor[]): void;
  isOnStage(photo: string): boolean;
  putOnStage(photo: string): void;
  photo(id: string): Photo | null;
  /** Of all photos. */
  names(): string[];
  /** The chosen one. */
  layer(): string;
  failed(id: string, message: string): void;
  recovered(id: string): void;
  gone(photo: string): void;
}

/** The photo that is edited; width and height of what it is in full. */
interface Source {
  id: string;
  name: string;
  size: [number, number];
}

interface UnderWay {
  request: string;
  pixels: Pixels;
  /** Whether it is the canvas with nothing painted on it. */
  isBase: boolean;
  /** Whether it took the place of the one before, which had not been answered. */
  isUrgent: boolean;
}

interface Shown {
  photo: Photo;
  tensors: Tensor[];
}

const SETTLED_MS = 180; // nothing has changed for so long: what takes longer to work out is worth it

export class Edit {
  readonly #host: EditHost;
  readonly #status = signal<EditStatus>("off");
  readonly #source = signal<Source>({ id: "", name: "", size: [0, 0] });
  readonly #drawing = signal<Drawing | null>(null);
  /** What is said of the canvas with nothing painted on it. */
  readonly #base = signal<Answer | null>(null);
  readonly #shown = signal<Shown | null>(null);
  readonly #underWay = signal<UnderWay | null>(null);
  readonly #isDue = signal(false);
  readonly #isBaseDue = signal(false);
  /** The request that makes a photo of it. */
  readonly #keeping = signal("");
  readonly #isAnswered = computed(() => !this.#underWay.value && !this.#isDue.value && !this.#isBaseDue.value);
  readonly #lookers = new Lookers();
  readonly #original = canvasOf(1, 1, { alpha: false });
  readonly #seen = canvasOf(1, 1, { alpha: false });
  #id = "";
  #asking = "";
  /** What to edit once the edit before has been kept. */
  #next = "";
  #number = 0;
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: EditHost) {
    this.#host = host;
  }

  status(): EditStatus {
    return this.#status.value;
  }

  source(): Source {
    return this.#source.value;
  }

  drawing(): Drawing | null {
    return this.#drawing.value;
  }

  /** The answer with nothing painted; null while it is on its way. */
  before(): Answer | null {
    const [base, shown] = [this.#base.value, this.shown()];
    return base && shown && base.preset === shown.preset && base.model === shown.model ? base : null;
  }

  /** The answer on show. */
  shown(): Photo | null {
    return this.#shown.value?.photo ?? null;
  }

  /** States shown since the page was opened. */
  count(): number {
    void this.#shown.value;
    return this.#count;
  }

  /** Whether what is painted is also what is answered. */
  isAnswered(): boolean {
    return this.#isAnswered.value;
  }

  isKeeping(): boolean {
    return this.#keeping.value !== "";
  }

  /** Whether a photo is the one that is painted on. */
  isOf(photo: string): boolean {
    return this.#id !== "" && photo === this.#id;
  }

  // What can be done --------------------------------------------------------------------------------------------------

  /** Edit a photo, or go on with it. What was painted on another one is kept first. */
  begin(photo: Photo): void {
    const drawing = this.#drawing.peek();
    if (this.#status.peek() === "starting" || this.#keeping.peek() || this.isOf(photo.id)) return;
    if (drawing && this.#source.peek().id === photo.id) return this.#host.putOnStage(this.#id);
    batch(() => {
      if (drawing?.isEdited()) {
        this.#next = photo.id;
        return this.keep();
      }
      if (drawing) this.discard();
      this.#host.recovered("edit");
      this.#status.value = "starting";
      this.#source.value = { id: photo.id, name: photo.name, size: photo.size };
      this.#asking = this.#host.ask(photo.id);
    });
  }

  /** Make a photo of its own of what is there now. */
  keep(): void {
    const drawing = this.#drawing.peek();
    if (!drawing || this.#keeping.peek()) return;
    drawing.end();
    this.#keeping.value = this.#host.keep(this.#name(), drawing.pixels(), this.#source.peek().id);
  }

  /** End it, whatever was painted. */
  discard(): void {
    const [was, { id: back }] = [this.#id, this.#source.peek()];
    batch(() => {
      this.close();
      if (!was) return;
      if (this.#host.isOnStage(was) && this.#host.photo(back)) this.#host.putOnStage(back);
      this.#host.gone(was);
    });
  }

  /** Leave it for now: the photo itself is on the stage again, and nothing is lost. */
  rest(): void {
    this.#drawing.peek()?.end();
    const { id } = this.#source.peek();
    if (this.#host.photo(id)) this.#host.putOnStage(id);
  }

  resume(): void {
    if (this.#drawing.peek()) this.#host.putOnStage(this.#id);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#lookers.clear();
    this.#asking = this.#id = this.#next = "";
    batch(() => {
      this.#status.value = "off";
      this.#drawing.value = null;
      this.#base.value = null;
      this.#underWay.value = null;
      this.#shown.value = null;
      this.#isDue.value = this.#isBaseDue.value = false;
      this.#keeping.value = "";
    });
  }

  // What the store hears ----------------------------------------------------------------------------------------------

  /** A layer is being looked at: the next states bring it along. */
  want(layer: string): void {
    this.#lookers.want(layer);
  }

  /** The stage shows another photo, or this one again. */
  staged(): void {
    const drawing = this.#drawing.peek();
    if (!drawing || this.#keeping.peek() || !this.#shown.peek()) return;
    const isHere = this.#host.isOnStage(this.#id);
    if (isHere === (this.#status.peek() === "on")) return;
    if (!isHere && !drawing.isEdited()) return this.discard();
    batch(() => {
      drawing.end();
      this.#status.value = isHere ? "on" : "resting";
      this.#pump();
    });
  }

  /** @returns Whether it is what is painted on. */
  receive(message: Message): boolean {
    if (message.kind !== "pixels" || !this.#asking || message.id !== this.#asking) return false;
    this.#asking = "";
    const source = this.#source.peek();
    batch(() => {
      if (!this.#host.isOnStage(source.id)) return this.close(); // another photo was chosen meanwhile
      const [width, height] = message.size;
      const bytes = new Uint8Array(bytesOf(message.buffers.pixels));
      this.#drawing.value = new Drawing(
        { width, height, bytes },
        { painted: () => this.#painted(), ended: () => this.#hurry() },
      );
      this.#source.value = { ...source, size: message.original };
      this.#id = `edit ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
      this.#status.value = "on";
      this.#isBaseDue.value = true;
      this.#pump();
    });
    return true;
  }

  /** @param answer Null: one that is of no use any more. */
  answered(request: string, answer: FrameAnswer | null): void {
    const underWay = this.#underWay.peek();
    if (underWay?.request !== request) return;
    batch(() => {
      this.#underWay.value = null;
      if (answer && this.#shown.peek()) this.#pump(); // the next one is at work while this one is drawn
      if (!answer) {
        if (underWay.isBase) this.#isBaseDue.value = true;
        this.#isDue.value = true;
      } else if (!this.#shown.peek() && !this.#host.isOnStage(this.#source.peek().id)) {
        return this.discard(); // another photo was chosen meanwhile
      } else this.#take(answer, underWay);
      this.#pump();
    });
  }

  /** The kernel has answered it anew by itself, preprocessed otherwise or by another model: so is everything else. */
  renew(): void {
    if (!this.#drawing.peek()) return;
    batch(() => {
      this.#isBaseDue.value = this.#isDue.value = true;
      this.#pump();
    });
  }

  /** Whether it was one of its requests that failed: the next one has its chance. */
  refused(request: string, message: string): boolean {
    if (request !== "" && request === this.#keeping.peek()) {
      this.#keeping.value = this.#next = "";
      return false; // said where photos that cannot be had are
    }
    if (this.#asking && request === this.#asking) this.close();
    else if (this.#underWay.peek()?.request === request) this.#underWay.value = null;
    else return false;
    this.#host.failed("edit", message);
    return true;
  }

  /** A photo has come: is it the one that was to be kept? */
  kept(photo: string): void {
    const keeping = this.#keeping.peek();
    if (!keeping || photo !== keeping) return;
    const [was, then] = [this.#id, this.#next ? this.#host.photo(this.#next) : null];
    batch(() => {
      this.close();
      this.#host.gone(was);
      if (!then) return;
      this.#host.putOnStage(then.id);
      this.begin(then);
    });
  }

  /** It was removed. */
  forgotten(photo: string): void {
    if (this.isOf(photo)) this.close();
  }

  /** The kernel has stopped or begun to answer. */
  silent(is: boolean): void {
    batch(() => {
      if (!is) return this.#pump();
      const underWay = this.#underWay.peek();
      if (underWay?.isBase) this.#isBaseDue.value = true;
      if (underWay) this.#isDue.value = true;
      this.#underWay.value = null;
      this.#keeping.value = "";
      if (this.#asking) this.close();
    });
  }

  // States ------------------------------------------------------------------------------------------------------------

  #painted(): void {
    batch(() => {
      this.#isDue.value = true;
      this.#pump();
    });
  }

  /** A stroke is at its end: what it came to does not wait for a state before. But no two in a row are given up. */
  #hurry(): void {
    const underWay = this.#underWay.peek();
    if (!underWay || underWay.isBase || underWay.isUrgent || !this.#isDue.peek() || this.#isBaseDue.peek()) return;
    this.#host.stop(underWay.request);
    batch(() => {
      this.#underWay.value = null;
      this.#pump(true);
    });
  }

  /** Send what is to be answered, unless something is under way. */
  #pump(isUrgent = false): void {
    const drawing = this.#drawing.peek();
    const isBase = this.#isBaseDue.peek();
    if (!drawing || this.#underWay.peek() || this.#status.peek() === "resting" || this.#keeping.peek()) return;
    if (!isBase && !this.#isDue.peek()) return;
    if (isBase) this.#isBaseDue.value = false;
    else this.#isDue.value = false;
    const pixels = isBase ? drawing.base : drawing.pixels();
    this.#number += 1;
    const request = `${this.#id} ${this.#number}`;
    this.#underWay.value = { request, pixels, isBase, isUrgent };
    const layers = this.#lookers.layers(this.#host.layer());
    this.#host.send(request, this.#id, { ...pixels, layers, name: this.#name(), of: this.#source.peek().id });
  }

  #take(answer: FrameAnswer, { pixels, isBase }: UnderWay): void {
    this.#host.recovered("edit");
    if (isBase) this.#base.value = answer.photo;
    // With nothing painted it is the answer to what is there, too.
    if (isBase && this.#drawing.peek()?.isEdited() && this.#shown.peek()) this.#isDue.value = true;
    else this.#present(answer, pixels);
  }

  #present(answer: FrameAnswer, pixels: Pixels): void {
    const isFirst = !this.#shown.peek();
    const [original, seen] = [this.#original, this.#seen];
    paint(original, pixels);
    paint(seen, answer.seen);
    this.#count += 1;
    this.#show({ photo: { ...answer.photo, original, seen, isEdit: true, isMoving: true }, tensors: answer.tensors });
    if (isFirst) this.#host.putOnStage(this.#id);
    drawAhead();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(), SETTLED_MS);
  }

  /** Everything that was left out while it changed is shown now. */
  #settle(): void {
    const shown = this.#shown.peek();
    if (shown && this.#isAnswered.peek()) this.#show({ ...shown, photo: { ...shown.photo, isMoving: false } });
  }

  #show(shown: Shown): void {
    batch(() => {
      this.#shown.value = shown;
      this.#host.show(shown.photo, shown.tensors);
    });
  }

  /** "chelsea, edited"; the second that is kept, "chelsea, edited 2". */
  #name(): string {
    const plain = `${this.#source.peek().name.replace(/, edited( \d+)?$/, "")}, edited`;
    const taken = new Set(this.#host.names());
    let name = plain;
    for (let at = 2; taken.has(name); at += 1) name = `${plain} ${at}`;
    return name;
  }
}
