/**
 * A picture that excites a channel, a cell or a class, as it grows. The kernel grows it; the page shows each state of it to the
 * network as it shows the camera's frames, so that every map and the answer follow. At most one is under way; the latest wins.
 *
 * While it grows it is steered: whatever else is chosen, it goes on from the picture there is.
 */
import { batch, computed, effect, signal, untracked } from "@preact/signals-core";
import { canvasOf, paint } from "../draw/pixels.ts";
import type { Comm } from "../host/comm.ts";
import { bytesOf } from "../host/decode.ts";
import type { GrownMessage, GrowRequest } from "../protocol.ts";
import { BEGUN, LongWork, type Work } from "./long_work.ts";
import { Lookers } from "./lookers.ts";
import type { Networks } from "./networks.ts";
import type { Selection } from "./selection.ts";
import type { ChosenTraits } from "./traits.ts";
import type { Failure, FrameAnswer, Photo, Pixels, Tensor } from "./types.ts";

/** What growing needs of the store. */
export interface GrowingHost {
  send(request: string, photo: string, frame: Pixels & { layers: string[]; name: string; source: "grown" }): void;
  /** Make an ordinary photo of it. @returns Its id. */
  keep(name: string, frame: Pixels & { source: "grown" }): string;
  show(photo: Photo, tensors: Tensor[]): void;
  isOnStage(photo: string): boolean;
  putOnStage(photo: string): void;
  /** The chosen one. */
  layer(): string;
  failed(id: string, message: string): void;
  recovered(id: string): void;
  gone(photo: string): void;
}

interface Page {
  comm: Comm;
  traits: ChosenTraits;
  networks: Networks;
  selection: Selection;
  isSilent(): boolean;
}

/** What a person chooses. */
export interface Choices extends Required<Pick<GrowRequest, Chosen>> {
  /** What it is to excite. */
  subject: "channel" | "cell" | "class";
  /** The photo that it begins from; empty for noise. */
  from: string;
}
type Chosen = "aim" | "seed" | "steps" | "count" | "form" | "smoothness" | "motion" | "stray";

export const USUAL: Choices = {
  ...{ subject: "channel", from: "", aim: "most", seed: 0, steps: 512, count: 1, form: "fourier" },
  ...{ smoothness: 0, motion: 100, stray: 255 },
};

/** As it is now: what comes of it is another one. */
export interface Growth extends Work, Omit<GrownMessage, "kind" | "id" | "buffers" | "is_whole"> {
  /** What was asked for, as JSON. */
  asked: string;
  aim: Choices["aim"];
  pictures: Pixels[];
}

const STEER_MS = 180; // while one walks through channels, those between are not begun

export class Growing {
  readonly #host: GrowingHost;
  readonly #page: Page;
  readonly #choices = signal<Choices>(USUAL);
  readonly #work: LongWork<Growth>;
  readonly #picked = signal<number | null>(null);
  readonly #isStaged = computed(() => this.#id.value !== "" && this.#page.traits.get("photo") === this.#id.value);
  readonly #wanted = computed(() => JSON.stringify(this.#request()));
  readonly #lookers = new Lookers();
  readonly #original = canvasOf(1, 1, { alpha: false });
  readonly #seen = canvasOf(1, 1, { alpha: false });
  /** The photo that its states are of; empty while there is none. */
  readonly #id = signal("");
  readonly #forget: () => void;
  readonly #watching = new AbortController();
  #shown: { photo: Photo; tensors: Tensor[] } | null = null;
  #underWay: { request: string; pixels: Pixels } | null = null;
  #isDue = false;
  #keeping = "";
  #isPaused = false;
  #number = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: GrowingHost, page: Page) {
    this.#host = host;
    this.#page = page;
    this.#work = new LongWork(page.comm);
    this.#forget = effect(() => {
      const wanted = this.#wanted.value;
      untracked(() => this.#steer(wanted));
    });
    const { signal } = this.#watching;
    globalThis.document?.addEventListener?.("visibilitychange", () => this.#rest(), { signal });
    globalThis.addEventListener?.("pagehide", () => void this.stop(), { signal });
  }

  choices(): Choices {
    return this.#choices.value;
  }

  /** What has grown; null before anything has. */
  last(): Growth | null {
    return this.#work.last();
  }

  isRunning(): boolean {
    return this.#work.isRunning();
  }

  /** Whether what is chosen now is what it grew for, as it was chosen then. */
  isOfChosen(): boolean {
    return this.last()?.asked === this.#wanted.value;
  }

  /** Whether the network is shown it: it is on the stage. */
  isOnStage(): boolean {
    return this.#isStaged.value;
  }

  /** Whether a photo is its. */
  isOf(photo: string): boolean {
    return photo !== "" && photo === this.#id.value;
  }

  /** Which of several pictures the network is shown: the one that does most, unless another was picked. */
  picked(): number {
    const last = this.last();
    const picked = this.#picked.value;
    return picked !== null && last && picked < last.pictures.length ? picked : (last?.best ?? 0);
  }

  // What can be done --------------------------------------------------------------------------------------------------

  /** While it grows, it goes on as is chosen now. */
  choose(some: Partial<Choices>): void {
    this.#choices.value = { ...this.#choices.peek(), ...some };
  }

  /** @param begin Whether anew, or from the picture there is. */
  start(begin: "anew" | "on"): void {
    const { comm, isSilent } = this.#page;
    if (isSilent() || !this.#page.networks.can("grow")) return;
    this.stop();
    batch(() => {
      this.#settleChoice();
      this.#host.recovered("grown");
      const [asked, request, { aim }] = [this.#wanted.peek(), this.#request(), this.#choices.peek()];
      const id = comm.ask({ kind: "grow", name: "the picture", begin, ...request });
      const before = begin === "on" ? this.last() : null;
      this.#work.begin({ ...NOTHING, ...before, id, asked, aim, ...BEGUN, left_s: null, shut_steps: 0 });
      if (begin === "anew") this.#picked.value = null;
    });
  }

  /** @returns Whether it grew. */
  stop(): boolean {
    clearTimeout(this.#timer);
    this.#isPaused = false;
    return batch(() => {
      const isStopped = this.#work.stop();
      if (isStopped) this.#settle();
      return isStopped;
    });
  }

  /** Show the network this one of several, be it that another photo is on the stage. */
  show(at: number): void {
    batch(() => {
      this.#picked.value = at;
      if (this.#shown) this.#host.putOnStage(this.#id.peek());
      this.#due();
    });
  }

  /** Make a photo of its own of what is there now. */
  keep(): void {
    const [last, pixels] = [this.last(), this.#pixels()];
    if (!last || !pixels || this.#keeping) return;
    this.#keeping = this.#host.keep(nameOf(last), { ...pixels, source: "grown" });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watching.abort();
    this.#forget();
    this.#lookers.clear();
  }

  // What the store hears ----------------------------------------------------------------------------------------------

  /** A layer is being looked at: the next states bring it along. */
  want(layer: string): void {
    this.#lookers.want(layer);
  }

  receive({ id, is_whole: isWhole, buffers, kind: _, ...about }: GrownMessage): void {
    if (!this.#work.running(id)) return; // of one that was stopped while this was on its way
    const bytes = new Uint8Array(bytesOf(buffers.pixels));
    const [width, height] = about.size;
    const each = 3 * width * height;
    const pictures = about.values.map((_, at) => ({ width, height, bytes: bytes.slice(each * at, each * (at + 1)) }));
    this.#work.become({ ...about, pictures, state: isWhole ? "whole" : "running" });
    this.#due();
  }

  /** The stage shows another photo, or this one again. */
  staged(): void {
    if (this.#host.isOnStage(this.#id.peek())) this.#pump();
  }

  /** @param answer Null: one that is of no use any more. */
  answered(request: string, answer: FrameAnswer | null): void {
    const underWay = this.#underWay;
    if (underWay?.request !== request) return;
    this.#underWay = null;
    if (!answer) this.#isDue = true;
    else this.#present(answer, underWay.pixels);
    this.#pump();
  }

  /** It is answered otherwise from now on: preprocessed, or ablated. */
  renew(): void {
    if (this.#shown) this.#due();
  }

  /** Another model answers: what grew was of the one before. */
  leave(): void {
    this.stop();
    const id = this.#id.peek();
    batch(() => {
      this.#work.forget();
      this.#lose();
      if (id) this.#host.gone(id);
    });
  }

  /** Whether it was one of its requests that failed. */
  fail(failure: Failure): boolean {
    const { id, message } = failure;
    if (this.#work.running(id)) {
      batch(() => {
        this.#work.fail(failure);
        this.#settle();
      });
      return true;
    }
    if (id !== "" && id === this.#keeping) {
      this.#keeping = "";
      return false; // said where photos that cannot be had are
    }
    if (this.#underWay?.request !== id) return false;
    this.#underWay = null;
    this.#host.failed("grown", message);
    return true;
  }

  /** A photo has come: is it the one that was to be kept? */
  kept(photo: string): void {
    if (!this.#keeping || photo !== this.#keeping) return;
    this.#keeping = "";
    const id = this.#id.peek();
    if (this.isRunning() || !id) return; // it rests, and goes on when it is shown again
    this.#lose();
    this.#host.gone(id);
  }

  /** It was removed from the photos. */
  forgotten(photo: string): void {
    if (!this.isOf(photo)) return;
    this.stop();
    this.#lose();
  }

  /** The kernel is silent: nothing grows any more. */
  lost(): void {
    clearTimeout(this.#timer);
    this.#underWay = null;
    this.#keeping = "";
    this.#work.lost();
  }

  // What is asked for -------------------------------------------------------------------------------------------------

  #request(): Omit<GrowRequest, "kind" | "id" | "name" | "begin"> {
    const { traits, networks, selection } = this.#page;
    const { subject, from, ...choices } = this.#choices.value;
    const chosen = { ...choices, photo: from };
    if (subject === "class") return { ...chosen, layer: null, class_index: this.#classIndex() };
    const layer = networks.layer()?.name ?? traits.get("layer");
    const cell = subject === "cell" ? selection.cell() : null;
    return { ...chosen, layer, channel: selection.channel(), cell };
  }

  /** The most probable class changes while a picture grows: it goes on for the one that it grew for. */
  #classIndex(): number {
    const chosen = this.#page.traits.get("class_index");
    return chosen ?? this.#page.selection.classIndex();
  }

  /** What is chosen because it is the strongest stays so, whatever becomes of the picture. */
  #settleChoice(): void {
    const { traits, selection } = this.#page;
    const { subject } = this.#choices.peek();
    if (subject === "class") selection.chooseClass(this.#classIndex());
    else if (subject === "cell") selection.chooseChannel(selection.channel(), selection.cell());
    else if (traits.get("channel") === null) traits.set({ channel: selection.channel() });
  }

  #steer(wanted: string): void {
    clearTimeout(this.#timer);
    if (!this.isRunning() || this.last()?.asked === wanted) return;
    this.#timer = setTimeout(() => this.isRunning() && this.start("on"), STEER_MS);
  }

  /** Nobody looks at a page that is hidden: it goes on when it is seen again. */
  #rest(): void {
    if (document.hidden) {
      if (this.stop()) this.#isPaused = true;
    } else if (this.#isPaused) this.start("on");
  }

  // States that the network is shown ----------------------------------------------------------------------------------

  #pixels(): Pixels | null {
    return this.last()?.pictures[this.picked()] ?? null;
  }

  #due(): void {
    this.#isDue = true;
    this.#pump();
  }

  #pump(): void {
    const pixels = this.#pixels();
    if (!this.#isDue || this.#underWay || !pixels || globalThis.document?.hidden) return;
    if (this.#shown && !this.#host.isOnStage(this.#id.peek())) return; // it rests
    if (!this.#id.peek()) this.#id.value = `grown ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
    this.#isDue = false;
    this.#number += 1;
    const [id, layers] = [this.#id.peek(), this.#lookers.layers(this.#host.layer())];
    const request = `${id} ${this.#number}`;
    const last = this.last();
    this.#underWay = { request, pixels };
    // The bytes are given away with the message, where a browser can.
    const [bytes, name] = [pixels.bytes.slice(), last ? nameOf(last) : ""];
    this.#host.send(request, id, { ...pixels, bytes, layers, name, source: "grown" });
  }

  #present(answer: FrameAnswer, pixels: Pixels): void {
    const isFirst = !this.#shown;
    const [original, seen] = [this.#original, this.#seen];
    paint(original, pixels);
    paint(seen, answer.seen);
    this.#show({ photo: { ...answer.photo, original, seen, isGrown: true, isMoving: true }, tensors: answer.tensors });
    if (isFirst) this.#host.putOnStage(this.#id.peek());
    this.#settle();
  }

  /** Everything that was left out while it grew is shown now. */
  #settle(): void {
    const shown = this.#shown;
    if (!shown?.photo.isMoving || this.isRunning() || this.#isDue || this.#underWay) return;
    this.#show({ ...shown, photo: { ...shown.photo, isMoving: false } });
  }

  #show(shown: { photo: Photo; tensors: Tensor[] }): void {
    this.#shown = shown;
    batch(() => this.#host.show(shown.photo, shown.tensors));
  }

  #lose(): void {
    this.#shown = this.#underWay = null;
    this.#isDue = false;
    this.#id.value = "";
  }
}

const NOTHING = {
  ...{ size: [0, 0] as [number, number], words: "", unit: "", values: [], best: 0, pictures: [] },
  ...{ at_start: null, strongest: null, compared: 0, photos: 0 },
};

/** What a photo of it is called. */
export const nameOf = ({ aim, words }: Pick<Growth, "aim" | "words">): string =>
  `grown, ${aim === "least" ? "least " : ""}${words}`;
