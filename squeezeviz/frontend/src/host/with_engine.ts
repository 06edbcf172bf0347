/**
 * A kernel, and beside it the page's own engine, which answers what comes many times a second: the camera's frames, and
 * photos that are painted on. To everything above it is one model; whatever takes Python, the kernel is asked, and given the
 * frame that is asked about. Where the page cannot compute, the kernel answers frames, too.
 */
import { signal } from "@preact/signals-core";
import type { EngineMessage, Traits } from "../protocol.ts";
import type { Model } from "./comm.ts";
import { named } from "./decode.ts";
import type { BesideKernel, engineBeside } from "./engine_beside.ts";
import { newId } from "./ids.ts";

type Content = Record<string, unknown> & { kind: string; id: string; photo?: string; of?: string };
// biome-ignore lint/suspicious/noExplicitAny: as in Model, each event has values of its own
type Listener = (...values: any[]) => void;

/** A frame that the kernel has not seen. */
interface Frame {
  content: Content;
  pixels: ArrayBuffer;
}

/** What the engine answers of a photo that moves. */
const ANSWERED = ["tensor", "variants", "open"];
/** What its answers follow from. */
const FOLLOWED = ["preset", "ablated", "ablation_fill", "tuned", "compared"] as const satisfies (keyof Traits)[];
/** What was said by the kernel that the engine's contents are made of. */
const OUTDATED = ["model", "setting"];

type Start = typeof engineBeside;

/** What starts the engine comes with the page's second part, as does whatever makes frames. */
let beside: Start | null = null;

export function startBeside(start: Start): void {
  beside = start;
}

export class WithEngine implements Model {
  readonly #kernel: Model;
  readonly #given: Start | null;
  readonly #listeners = new Set<Listener>();
  readonly #note = signal("");
  #engine: BesideKernel | null = null;
  /** The request for its parts; a kernel is asked once. */
  #asked = "";
  /** A preprocessing that the engine has not, as JSON. */
  #unsuited = "";
  /** The newest frame of each photo that moves, by the photo's id. */
  readonly #moving = new Map<string, Frame>();
  /** Frames on their way, by their request's. */
  readonly #underWay = new Map<string, Frame>();
  /** What the kernel says of photos, for those that are painted on. */
  readonly #said = new Map<string, { notes: string[]; caution: string }>();
  readonly #follow = FOLLOWED.map((name): [string, Listener] => [`change:${name}`, () => this.#tell([name])]);

  /** @param start Another way to start it. */
  constructor(kernel: Model, start: Start | null = null) {
    this.#kernel = kernel;
    this.#given = start;
    kernel.on("msg:custom", this.#hear);
    for (const [event, follow] of this.#follow) kernel.on(event, follow);
  }

  get comm_live(): boolean {
    return this.#kernel.comm_live !== false;
  }

  /** Why frames are slower than they could be; empty as a rule. */
  note(): string {
    return this.#note.value;
  }

  get<Name extends keyof Traits>(name: Name): Traits[Name] {
    return this.#kernel.get(name);
  }

  set(name: string, value: unknown): void {
    this.#kernel.set(name, value);
  }

  save_changes(): void {
    this.#kernel.save_changes();
  }

  on(event: string, listener: Listener): void {
    if (event === "msg:custom") this.#listeners.add(listener);
    this.#kernel.on(event, listener);
  }

  off(event: string, listener: Listener): void {
    this.#listeners.delete(listener);
    this.#kernel.off(event, listener);
  }

  send(sent: unknown, callbacks?: unknown, buffers: ArrayBuffer[] = []): void {
    const content = sent as Content;
    if (content.kind === "frame") return this.#frame(content, buffers[0] as ArrayBuffer);
    if (content.kind === "stop" && this.#underWay.has(content.id)) return this.#engine?.ask(content, buffers);
    const frame = this.#moving.get(content.photo ?? content.id);
    if (frame && content.kind === "forget") this.#moving.delete(content.id);
    if (frame && this.#engine && (content.kind === "forget" || ANSWERED.includes(content.kind))) {
      this.#engine.ask(content, buffers);
      if (content.kind !== "forget") return;
    } else if (frame) this.#handOver(frame);
    this.#kernel.send(content, callbacks, buffers);
  }

  close(): void {
    this.#kernel.off("msg:custom", this.#hear);
    for (const [event, follow] of this.#follow) this.#kernel.off(event, follow);
    this.#underWay.clear();
    this.#end();
  }

  // Frames ------------------------------------------------------------------------------------------------------------

  #frame(content: Content, pixels: ArrayBuffer): void {
    if (!this.#engine || this.#unsuited === this.#basis()) {
      this.#ask();
      this.#moving.delete(content.photo ?? "");
      return this.#kernel.send(content, undefined, [pixels]);
    }
    const frame = { content, pixels };
    this.#moving.set(content.photo ?? "", frame);
    this.#underWay.set(content.id, frame);
    // A copy is handed over: the frame stays on show, and may be kept.
    this.#engine.ask(content, [pixels.slice(0)], content.of ? this.#said.get(content.of) : undefined);
  }

  /** Give the kernel a frame that something is asked about; its answer is heard by nobody. */
  #handOver(frame: Frame): void {
    const { content, pixels } = frame;
    this.#kernel.send({ ...content, id: newId(), layers: [] }, undefined, [pixels]);
    for (const [photo, each] of this.#moving) if (each === frame) this.#moving.delete(photo);
  }

  #basis(): string {
    return JSON.stringify([this.get("preset"), this.get("tuned")]);
  }

  // The engine --------------------------------------------------------------------------------------------------------

  #start(): Start | null {
    return this.#given ?? beside;
  }

  #ask(): void {
    const start = this.#start();
    if (this.#asked || !start) return;
    this.#asked = newId();
    this.#kernel.send({ kind: "engine", id: this.#asked, ...start.kept() }, undefined, []);
  }

  async #begin(message: EngineMessage): Promise<void> {
    const [request, start] = [this.#asked, this.#start()];
    if (!start) return;
    const { engine, problem } = await start(message, {
      told: (content, buffers) => this.#told(content as Content, buffers),
      lost: (words) => this.#lose(words),
    });
    if (request !== this.#asked) return engine?.close(); // another model answers by now
    this.#engine = engine;
    this.#note.value = problem;
    this.#tell(FOLLOWED);
  }

  #end(): void {
    this.#leave();
    this.#asked = this.#unsuited = this.#note.value = "";
  }

  #lose(words: string): void {
    this.#leave();
    this.#note.value = words;
  }

  /** The kernel goes on with what is under way. */
  #leave(): void {
    this.#engine?.close();
    this.#engine = null;
    for (const { content, pixels } of this.#underWay.values()) this.#kernel.send(content, undefined, [pixels]);
    this.#moving.clear();
    this.#underWay.clear();
  }

  #tell(names: readonly (keyof Traits)[]): void {
    this.#engine?.set(Object.fromEntries(names.map((name) => [name, this.get(name)])));
  }

  /** What the engine says, as if the kernel had. */
  #told(content: Content, buffers: DataView[]): void {
    const frame = this.#underWay.get(content.id);
    this.#underWay.delete(content.id);
    if (frame && content.kind === "failed") {
      this.#unsuited = this.#basis(); // the kernel knows it better, or says the same
      return this.#kernel.send(frame.content, undefined, [frame.pixels]);
    }
    for (const listener of [...this.#listeners]) listener(content, buffers);
  }

  /** What the kernel says. */
  readonly #hear = (content: Content, views: DataView[]): void => {
    if (content.kind === "photo") {
      const { notes, caution } = content as unknown as { notes: string[]; caution: string };
      this.#said.set(content.id, { notes, caution });
    }
    if (content.kind === "forgotten") this.#said.delete(content.id);
    if (OUTDATED.includes(content.kind)) this.#end();
    if (content.kind === "engine" && content.id === this.#asked)
      void this.#begin(named(content, views) as EngineMessage);
    if (content.kind === "failed" && content.id === this.#asked) this.#note.value = String(content.message);
  };
}
