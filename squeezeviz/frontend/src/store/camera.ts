/**
 * The camera: its newest frame goes to the kernel, and what stands on the page is always one frame together with its
 * answer; on a slow machine, with the chosen layer's maps of the frame before it now and then. One camera a page; it looks
 * while its photo is on the stage, and rests while another one is.
 */
import { batch, signal } from "@preact/signals-core";
import { canvasOf, paint } from "../draw/pixels.ts";
import { whenDrawn } from "../draw/scheduler.ts";
import { Lens } from "./lens.ts";
import { Lookers } from "./lookers.ts";
import { Presses } from "./presses.ts";
import type { FrameAnswer, Photo, Pixels, Tensor } from "./types.ts";

export type CameraStatus = "off" | "starting" | "live" | "resting";

/** What the camera needs of the store. */
export interface CameraHost {
  send(request: string, photo: string, frame: Pixels & { layers: string[] }): void;
  /** Make an ordinary photo of a frame. */
  keep(name: string, frame: Pixels): void;
  show(photo: Photo, tensors: Tensor[]): void;
  isOnStage(photo: string): boolean;
  putOnStage(photo: string): void;
  /** The chosen one. */
  layer(): string;
  failed(id: string, message: string): void;
  recovered(id: string): void;
  gone(photo: string): void;
}

/** Frames shown since the page was opened, those of them that brought the chosen layer's maps, and frames a second. */
export interface Measured {
  count: number;
  maps: number;
  /** 0 while there is nothing to measure. */
  rate: number;
}

const UNDER_WAY = 2; // one is answered while another is drawn; more would only wait, or be overtaken
const POLL_MS = 8;
const AGAIN_MS = 500; // after a frame that failed
const RATE_MS = 1500;
const RATE_EVERY_MS = 400;
const LEAST = 12; // frames a second: below it maps follow every other frame, until there are enough again
const ENOUGH = 18;

export class Camera {
  readonly #host: CameraHost;
  readonly #status = signal<CameraStatus>("off");
  readonly #measured = signal<Measured>({ count: 0, maps: 0, rate: 0 });
  readonly #isSlow = signal(false);
  readonly #lens = new Lens();
  readonly #presses = new Presses(() => this.#goOn());
  readonly #lookers = new Lookers();
  readonly #original = canvasOf(1, 1, { alpha: false });
  readonly #seen = canvasOf(1, 1, { alpha: false });
  /** Frames under way, by request. */
  readonly #underWay = new Map<string, Pixels>();
  /** Answered, but not to be shown yet. */
  #waiting: { answer: FrameAnswer; pixels: Pixels } | null = null;
  #shown: Pixels | null = null;
  /** What was shown last waits for the browser to draw: it is not overtaken. */
  #isUndrawn = false;
  #id = "";
  #number = 0;
  #sentMapsOf = "";
  #problem = "";
  #count = 0;
  #maps = 0;
  /** When the last frames were shown. */
  #moments: number[] = [];
  #poll: ReturnType<typeof setTimeout> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #watching = new AbortController();

  constructor(host: CameraHost) {
    this.#host = host;
  }

  status(): CameraStatus {
    return this.#status.value;
  }

  /** As it was a moment ago: frames come too fast to be followed. */
  measured(): Measured {
    return this.#measured.value;
  }

  /** Whether maps follow every other frame only. */
  isSlow(): boolean {
    return this.#isSlow.value;
  }

  isLive(photo: string): boolean {
    return this.#lens.isOpen() && photo === this.#id;
  }

  // On and off --------------------------------------------------------------------------------------------------------

  async start(): Promise<void> {
    if (this.#status.peek() !== "off") return;
    this.#id = `camera ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
    this.#host.recovered("camera");
    this.#become("starting");
    if (!(await this.#lens.open((reason) => this.#lose(reason)))) return;
    this.#presses.listen();
    this.#watching = new AbortController();
    document.addEventListener("visibilitychange", this.#pump, { signal: this.#watching.signal });
    this.#timer = setInterval(() => this.#measure(), RATE_EVERY_MS);
    this.#host.putOnStage(this.#id);
    this.#pump();
  }

  stop(): void {
    if (this.#status.peek() === "off") return;
    this.close();
    this.#become("off");
    this.#host.gone(this.#id);
  }

  /** Look on, after another photo was on the stage. */
  resume(): void {
    this.#host.putOnStage(this.#id);
    this.#pump();
  }

  /** Make an ordinary photo of the very frame that is on show. */
  freeze(): void {
    if (this.#shown) this.#host.keep(`camera ${new Date().toLocaleTimeString("en-GB")}`, this.#shown);
  }

  close(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#poll);
    this.#watching.abort();
    this.#presses.close();
    this.#lens.close();
    this.#poll = undefined;
    this.#waiting = this.#shown = null;
    this.#problem = "";
    this.#underWay.clear();
    this.#lookers.clear();
  }

  // What the store hears ----------------------------------------------------------------------------------------------

  /** A layer is being looked at: the next frames bring it along. */
  want(layer: string): void {
    this.#lookers.want(layer);
  }

  /** The stage shows another photo, or this one again. */
  staged(): void {
    this.#pump();
  }

  /** @param answer Null: one that is of no use any more. */
  answered(request: string, answer: FrameAnswer | null): void {
    const pixels = this.#underWay.get(request);
    if (!pixels) return;
    // What was sent before it and has not been answered never will be.
    for (const before of [...this.#underWay.keys()]) {
      this.#underWay.delete(before);
      if (before === request) break;
    }
    if (answer) {
      if (this.#problem) this.#host.recovered("camera");
      this.#problem = "";
      this.#pump(); // the next one is at work while this one is drawn
      this.#waiting = { answer, pixels };
      this.#present();
    }
    this.#pump();
  }

  /** Whether it was a frame that failed: said once, and the next one has its chance. */
  refused(request: string, message: string): boolean {
    if (!this.#underWay.delete(request)) return false;
    if (this.#problem !== message) this.#host.failed("camera", message);
    this.#problem = message;
    setTimeout(this.#pump, AGAIN_MS);
    return true;
  }

  // Frames ------------------------------------------------------------------------------------------------------------

  /** Send the newest frame, unless it was sent before or enough are under way. */
  readonly #pump = (): void => {
    if (!this.#lens.isOpen()) return;
    if (!this.#host.isOnStage(this.#id)) return this.#become("resting");
    this.#become("live");
    const notDrawn = Number(this.#waiting !== null) + Number(this.#isUndrawn);
    if (this.#underWay.size + notDrawn >= UNDER_WAY || document.hidden) return;
    if (!this.#presses.isHeld() && this.#lens.isFresh()) this.#send(this.#lens.take());
    this.#listen();
  };

  #send(pixels: Pixels): void {
    this.#number += 1;
    const request = `${this.#id} ${this.#number}`;
    this.#underWay.set(request, pixels);
    this.#host.send(request, this.#id, { ...pixels, layers: this.#layers() });
  }

  /** What comes along. Maps are most of the work; where it is too much, they follow every other frame. */
  #layers(): string[] {
    const chosen = this.#host.layer();
    const all = this.#lookers.layers(chosen);
    const isSpared = this.#isSlow.peek() && this.#sentMapsOf === chosen;
    this.#sentMapsOf = isSpared ? "" : chosen;
    return isSpared ? all.filter((layer) => layer !== chosen) : all;
  }

  // By a timer: asked for word of each frame, the browser would lay out and paint the page each time.
  #listen(): void {
    this.#poll ??= setTimeout(() => {
      this.#poll = undefined;
      this.#pump();
    }, POLL_MS);
  }

  #goOn(): void {
    this.#present();
    this.#pump();
  }

  #present(): void {
    if (!this.#waiting || this.#isUndrawn || this.#presses.isHeld() || !this.#lens.isOpen()) return;
    const { answer, pixels } = this.#waiting;
    const [original, seen] = [this.#original, this.#seen];
    this.#waiting = null;
    this.#shown = pixels;
    paint(original, pixels);
    paint(seen, answer.seen);
    this.#count += 1;
    if (answer.tensors.some(({ layer }) => layer === this.#host.layer())) this.#maps += 1;
    this.#moments.push(performance.now());
    this.#host.show({ ...answer.photo, original, seen, isLive: true, isMoving: true }, answer.tensors);
    this.#isUndrawn = true;
    whenDrawn(() => {
      this.#isUndrawn = false;
      this.#goOn();
    });
  }

  // What is said of it ------------------------------------------------------------------------------------------------

  #lose(reason: string): void {
    this.stop();
    this.#host.failed("camera", reason);
  }

  #become(next: CameraStatus): void {
    if (this.#status.peek() === next) return;
    this.#moments = [];
    batch(() => {
      this.#status.value = next;
      this.#say(0);
    });
  }

  /** Frames a second, over the last moments. */
  #measure(): void {
    const now = performance.now();
    this.#moments = this.#moments.filter((moment) => now - moment < RATE_MS);
    const [first, last] = [this.#moments[0] ?? now, this.#moments.at(-1) ?? now];
    const isKnown = this.#moments.length > 2 && now - last < RATE_MS / 2;
    const rate = isKnown ? (1000 * (this.#moments.length - 1)) / (last - first) : 0;
    batch(() => {
      if (rate) this.#isSlow.value = rate < (this.#isSlow.peek() ? ENOUGH : LEAST);
      this.#say(rate);
    });
  }

  #say(rate: number): void {
    this.#measured.value = { count: this.#count, maps: this.#maps, rate };
  }
}
