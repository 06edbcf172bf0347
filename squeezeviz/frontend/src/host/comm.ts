/**
 * Everything that crosses between the page and whatever answers it, a kernel or the page's own engine. No view knows any of
 * it. Each message is heard in one batch: what follows from an answer changes all at once.
 */
import { batch } from "@preact/signals-core";
import type {
  ArrivingMessage,
  DiagnosisMessage,
  FrameMessage,
  GrownMessage,
  JudgedMessage,
  Message,
  PhotoMessage,
  ProgressMessage,
  Request,
  SettingMessage,
  StepsMessage,
  Traits,
} from "../protocol.ts";
import type { Failure, FrameAnswer, Network, Photo, Preset, Setting, Tensor } from "../store/types.ts";
import { logitsOf, named, pixelsOf, tensorOf } from "./decode.ts";
import { newId } from "./ids.ts";
import { Pictures } from "./pictures.ts";

const SILENCE_MS = 12_000;

type Progress = ProgressMessage | DiagnosisMessage | JudgedMessage | GrownMessage;
const PROGRESS: readonly string[] = ["progress", "diagnosis", "judged", "grown"] satisfies Progress["kind"][];

/** Why nothing is answered, in words. */
export interface Silence {
  words: string;
  /** What begins again, in a word or two; empty where the page cannot. */
  remedy: string;
  begin(): void;
}

const KERNEL_SILENT: Silence = {
  words: "The kernel does not answer: it is busy, or was restarted. What is here stays; to go on, run the cell again.",
  remedy: "",
  begin: () => undefined,
};

/** The part of a widget model that is used. */
export interface Model {
  /** False where nobody is at the other end: the page was saved, and its kernel is gone. */
  readonly comm_live?: boolean;
  /** Whether what is to answer is still on its way: nobody minds its silence until it says "arrived". */
  readonly isArriving?: boolean;
  /** Why frames are slower than they could be; empty as a rule, and where nothing else than it answers them. */
  note?(): string;
  /** Where no kernel answers but the page itself: what to say when it does not, and how to begin again. */
  silence?(): Silence;
  get<K extends keyof Traits>(name: K): Traits[K];
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  // biome-ignore lint/suspicious/noExplicitAny: each event has values of its own
  on(event: string, callback: (...values: any[]) => void): void;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  off(event: string, callback: (...values: any[]) => void): void;
}

/** A request, all but its id. */
export type Asked = Request extends infer Each ? (Each extends Request ? Omit<Each, "id"> : never) : never;

/** What the store makes of messages. */
export interface Heard {
  setting(setting: Setting): void;
  network(network: Network): void;
  /** A photo's answer is on its way: what was known of it is of no use any more. */
  renewed(photo: string, model: string, preset: string): void;
  photo(photo: Photo): void;
  tensor(tensor: Tensor): void;
  /** Null: of another preprocessing than the one chosen. */
  frame(request: string, answer: FrameAnswer | null): void;
  /** What was asked for by whoever keeps it. */
  answered(message: Message): void;
  /** What is known so far of what takes its time. */
  progress(message: Progress): void;
  /** How far a single answer is. */
  steps(message: StepsMessage): void;
  failed(failure: Failure): void;
  working(id: string, name: string): void;
  /** How far a model has come. */
  arriving(message: ArrivingMessage): void;
  forgotten(id: string): void;
  /** Nobody knows the photo that was asked about. */
  gone(request: string): void;
  /** The kernel has stopped or begun to answer. */
  silent(is: boolean): void;
  /** Milliseconds that a tensor took on its way. */
  transfer(layer: string, ms: number): void;
}

export class Comm {
  readonly pictures: Pictures;
  readonly #model: Model;
  #heard!: Heard;
  /** Requests that have had no reply, and when they were sent. */
  readonly #open = new Map<string, number>();
  /** Who waits for the next message of a request, by its id. */
  readonly #next = new Map<string, () => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #answering = "";
  /** The comm was closed: the kernel was restarted or shut down. */
  #isClosed = false;
  /** Pictures are decoded one message at a time, so that what comes later is shown later. */
  #queue: Promise<void> = Promise.resolve();

  constructor(model: Model, pictures: Pictures = new Pictures()) {
    this.#model = model;
    this.pictures = pictures;
  }

  /** Why frames are slower than they could be. */
  note(): string {
    return this.#model.note?.() ?? "";
  }

  /** What to say while nothing is answered. */
  silence(): Silence {
    return this.#model.silence?.() ?? KERNEL_SILENT;
  }

  /** Begin: ask for everything. The page was reloaded, or its first view opened. */
  open(heard: Heard): void {
    this.#heard = heard;
    this.#model.on("msg:custom", this.#receive);
    this.#model.on("lost", this.#lost);
    this.#model.on("quiet", this.#quiet);
    this.#model.on("arrived", this.#watch);
    this.ask({ kind: "ready" });
  }

  /**
   * @param how `id`: one of your own. `isAwaited`: false where nobody minds when it isn't answered.
   * @returns Its id; what answers it has the same.
   */
  ask(asked: Asked, { id = newId(), isAwaited = true }: { id?: string; isAwaited?: boolean } = {}): string {
    const { buffers = {}, ...content } = asked as Asked & { buffers?: Record<string, ArrayBuffer> };
    const names = Object.keys(buffers);
    if (isAwaited) this.#open.set(id, performance.now());
    const said = { ...content, id, ...(names.length ? { buffers: names } : {}) };
    if (!this.#sent(said, Object.values(buffers))) {
      this.#isClosed = true;
      queueMicrotask(() => this.#silence(true)); // somebody may be asking while a view is drawn
    }
    this.#watch();
    return id;
  }

  /** Send, if there is anybody to send to. */
  #sent(said: object, buffers: ArrayBuffer[]): boolean {
    if (this.#model.comm_live === false) return false;
    try {
      this.#model.send(said, undefined, buffers);
      return true;
    } catch {
      return false;
    }
  }

  set(traits: Partial<Traits>): void {
    batch(() => {
      for (const [name, value] of Object.entries(traits)) this.#model.set(name, value);
    });
    if (this.#isClosed) return; // the page goes on with what it has
    try {
      this.#model.save_changes();
    } catch {
      this.#silence(true);
    }
  }

  /** Answers that are now waited for: to requests, or for photos that are answered anew. */
  expect(ids: Iterable<string>): void {
    for (const id of ids) this.#open.set(id, performance.now());
    this.#watch();
  }

  /** Waits for the next message of a request. @returns Whether more of it is to come. */
  async isGoingOn(request: string): Promise<boolean> {
    if (this.#open.has(request)) {
      await new Promise<void>((resolve) => {
        this.#next.set(request, resolve);
      });
    }
    return this.#open.has(request);
  }

  /** End what takes its time: no answer is waited for. */
  stop(request: string, kind: "stop" | "leave-model" = "stop"): void {
    this.ask({ kind }, { id: request });
    this.#open.delete(request);
    this.#goOn(request);
    this.#watch();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#model.off("msg:custom", this.#receive);
    this.#model.off("lost", this.#lost);
    this.#model.off("quiet", this.#quiet);
    this.#model.off("arrived", this.#watch);
    this.pictures.close();
  }

  #goOn(request: string): void {
    this.#next.get(request)?.();
    this.#next.delete(request);
  }

  #silence(is: boolean): void {
    batch(() => this.#heard.silent(is));
  }

  readonly #watch = (): void => {
    clearTimeout(this.#timer);
    if (this.#open.size && !this.#model.isArriving) this.#timer = setTimeout(() => this.#silence(true), SILENCE_MS);
  };

  /** Nobody will answer any more: the page's own engine has broken down. */
  readonly #lost = (): void => {
    this.#isClosed = true;
    this.#silence(true);
  };

  /** It says nothing, whatever it was asked; or is heard again. */
  readonly #quiet = (is: boolean): void => {
    if (!this.#isClosed) this.#silence(is);
  };

  readonly #receive = (content: Record<string, unknown>, views: DataView[]): void => {
    // In one: what a silent kernel was asked in vain is asked again, but not what it answers now.
    batch(() => this.#take(named(content, views)));
  };

  #take(message: Message): void {
    this.#silence(false);
    const sent = this.#open.get(message.id);
    // A failed upload fails once, however many of its pieces were under way; another view's failures stay in that view.
    if (message.kind === "failed" && sent === undefined) return;
    if (!isOnItsWay(message)) this.#open.delete(message.id);
    this.#goOn(message.id);
    this.#watch();
    this.#hear(message, sent);
  }

  #hear(message: Message, sent: number | undefined): void {
    switch (message.kind) {
      case "setting":
        return this.#setting(message);
      case "model":
        this.#answering = message.name;
        return this.#heard.network(message);
      case "photo":
        return this.#photo(message);
      case "tensor":
        this.#timed(message.layer, message.kernel_ms, sent);
        return this.#heard.tensor(tensorOf(message, message, message.buffers.values, message.buffers.statistics));
      case "frame":
        return this.#frame(message, sent);
      case "failed":
        return this.#later(() => this.#heard.failed(message));
      case "progress":
      case "diagnosis":
      case "judged":
      case "grown":
        return this.#heard.progress(message);
      case "steps":
        return this.#heard.steps(message);
      case "still":
        return;
      case "working":
        return this.#heard.working(message.id, message.name);
      case "arriving":
        return this.#heard.arriving(message);
      case "forgotten":
        return this.#later(() => this.#heard.forgotten(message.id));
      case "gone":
        return this.#heard.gone(message.id);
      default:
        return this.#heard.answered(message);
    }
  }

  /** After the pictures that came before. */
  #later(then: () => void): void {
    this.#queue = this.#queue.then(() => batch(then));
  }

  #setting({ buffers, ...message }: SettingMessage): void {
    const encoded = message.samples.map(({ name }) => ({ buffer: buffers.pictures?.[name], type: "image/jpeg" }));
    const urls = this.pictures.urls("", encoded);
    const samples = message.samples.map((sample, at) => ({ ...sample, picture: urls[at] ?? "" }));
    this.#heard.setting({ ...message, presets: message.presets as Preset[], samples });
  }

  #photo({ buffers, ...message }: PhotoMessage): void {
    if (this.#isStale(message)) return;
    this.#heard.renewed(message.id, message.model, message.preset); // now: what follows belongs to the new answer
    const show = async () => {
      const [original, seen] = await this.pictures.decode(message.id, [
        { buffer: buffers.original, type: "image/jpeg" },
        { buffer: buffers.seen, type: "image/png" },
      ]);
      if (!original || !seen) return;
      batch(() => this.#heard.photo({ ...message, ...logitsOf(buffers.logits, message.is_sigmoid), original, seen }));
    };
    this.#queue = this.#queue.then(show).catch(() => undefined);
  }

  /** A frame of the camera, or a state of a photo that is painted on, answered. */
  #frame({ buffers, ...message }: FrameMessage, sent: number | undefined): void {
    if (this.#isStale(message)) return this.#heard.frame(message.id, null);
    const [width, height] = message.seen_size;
    const { logits, seen, values = {}, statistics = {} } = buffers;
    this.#timed(this.#model.get("layer"), message.kernel_ms, sent);
    this.#heard.frame(message.id, {
      photo: { ...message, ...logitsOf(logits, message.is_sigmoid), id: message.photo },
      seen: { width, height, bytes: pixelsOf(seen) },
      tensors: message.tensors.flatMap((about) => {
        const [maps, rest] = [values[about.layer], statistics[about.layer]];
        return maps && rest ? [tensorOf(about, message, maps, rest)] : [];
      }),
    });
  }

  #timed(layer: string, kernelMs: number, sent: number | undefined): void {
    if (sent !== undefined) this.#heard.transfer(layer, Math.max(0, performance.now() - sent - kernelMs));
  }

  /** An answer to a question no longer asked. */
  #isStale({ preset, model }: { preset: string; model: string }): boolean {
    return preset !== this.#model.get("preset") || (this.#answering !== "" && model !== this.#answering);
  }
}

/** Whether more is to come, soon. */
function isOnItsWay(message: Message): boolean {
  if (PROGRESS.includes(message.kind)) return !(message as Progress).is_whole;
  if (message.kind === "arriving") return !message.is_loading;
  return message.kind === "steps" || message.kind === "still" || message.kind === "working";
}
