/** The photos on the page, each with its answer; those at work, and those that failed. */
import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { Comm } from "../host/comm.ts";
import { type ChosenTraits, YOURS } from "./traits.ts";
import type { Entry, Failure, Photo } from "./types.ts";

export class Photos {
  readonly #comm: Comm;
  readonly #traits: ChosenTraits;
  readonly #entries = signal<ReadonlyMap<string, Entry>>(new Map());
  /** Photos that are being answered anew. */
  readonly #again = signal<ReadonlySet<string>>(new Set());
  readonly #failures = signal<readonly Failure[]>([]);
  readonly #shown: ReadonlySignal<Photo | null>;
  /** Answers with nothing ablated. */
  readonly #untouched = new Map<string, Photo>();
  /** What was last shown of a photo while nothing moved. */
  readonly #settled = new Map<string, Photo>();
  /** An answer to a photo, once it is another one, is another answer. */
  readonly #serials = new WeakMap<Photo, number>();
  #serial = 0;

  constructor(comm: Comm, traits: ChosenTraits) {
    this.#comm = comm;
    this.#traits = traits;
    let last: Photo | null = null;
    this.#shown = computed(() => {
      const photo = this.#entries.value.get(traits.get("photo"))?.photo;
      if (photo) last = photo;
      else if (!this.#entries.value.size) last = null;
      return last;
    });
    traits.whenChanged(["preset", "ablated", "ablation_fill", "tuned"], (name) => {
      if (name === "ablation_fill" && !this.isAnyAblated()) return;
      if (name === "tuned" && traits.get("preset") !== YOURS) return;
      this.answerAnew();
    });
  }

  /** The photo on the stage; while it is on its way, the one before. */
  photo(): Photo | null {
    return this.#shown.value;
  }

  all(): Entry[] {
    return [...this.#entries.value.values()];
  }

  has(id: string): boolean {
    return this.#entries.value.has(id);
  }

  /** Its answer; null where it is at work, or not on the page. */
  called(id: string): Photo | null {
    return this.#entries.value.get(id)?.photo ?? null;
  }

  failures(): readonly Failure[] {
    return this.#failures.value;
  }

  /** How many have no answer yet. */
  waiting(): number {
    return this.all().filter(({ photo }) => !photo).length;
  }

  isWorking(): boolean {
    return this.#again.value.size > 0 || this.all().some(({ photo }) => !photo);
  }

  isAnyAblated(): boolean {
    return Object.keys(this.#traits.get("ablated")).length > 0;
  }

  // What can be asked for ---------------------------------------------------------------------------------------------

  sample(name: string): void {
    this.working(this.#comm.ask({ kind: "sample", name }), name);
  }

  /** A photo of the atlas, to be put on the stage. */
  example(id: string, name: string): void {
    this.working(id, name);
    this.#comm.ask({ kind: "example", name }, { id });
  }

  /** A picture of the catalogue, to be put on the stage. */
  grown(id: string, asked: { layer: string; channel: number; number: number }): void {
    this.working(id, `${asked.layer} ${asked.channel}`);
    this.#comm.ask({ kind: "catalog-photo", ...asked }, { id });
  }

  forget(id: string): void {
    this.#comm.ask({ kind: "forget" }, { id });
  }

  answerAnew(): void {
    const ids = this.all().flatMap(({ id, photo }) => (photo ? [id] : []));
    this.#again.value = new Set([...this.#again.peek(), ...ids]);
    this.#comm.expect(this.#again.peek());
  }

  /** Nothing is answered anew after all. */
  stay(): void {
    if (this.#again.peek().size) this.#again.value = new Set();
  }

  dismiss(id: string): void {
    this.#failures.value = this.#failures.peek().filter((failure) => failure.id !== id);
  }

  // What comes of it --------------------------------------------------------------------------------------------------

  working(id: string, name: string): void {
    if (!this.#entries.peek().has(id)) this.#put({ id, name, photo: null });
  }

  answered(photo: Photo): void {
    const answer = `${photo.id} ${photo.model} ${photo.preset}`;
    if (this.isAnyAblated()) photo.untouched = this.#untouched.get(answer);
    else if (photo.preset !== YOURS) this.#untouched.set(answer, photo);
    this.show(photo);
  }

  /** An answer, or the next one of a photo that moves. */
  show(photo: Photo): void {
    this.#isDone(photo.id);
    this.#put({ id: photo.id, name: photo.name, photo });
  }

  /** It answers no more, be it for good or for now. */
  isAnswered(id: string): void {
    this.#isDone(id);
  }

  /** A photo could not be had. */
  failed(failure: Failure): void {
    if (this.#entries.peek().get(failure.id)?.photo === null) this.#drop(failure.id);
    this.#isDone(failure.id);
    this.#failures.value = [...this.#failures.peek(), failure];
  }

  /** What is wrong with something that is no photo, said once. */
  say(failure: Failure): void {
    this.#failures.value = [...this.#failures.peek().filter(({ id }) => id !== failure.id), failure];
  }

  forgotten(id: string): void {
    const ids = [...this.#entries.peek().keys()];
    const at = ids.indexOf(id);
    this.#drop(id);
    for (const key of this.#untouched.keys()) if (key.startsWith(id)) this.#untouched.delete(key);
    if (this.#traits.get("photo") === id) this.#traits.set({ photo: ids[at + 1] ?? ids[at - 1] ?? "" });
  }

  // While it moves ----------------------------------------------------------------------------------------------------

  /** What is worked out of a photo that moves is worked out of this state of it. */
  settle(photo: Photo): void {
    this.#settled.set(photo.id, photo);
  }

  isSettled(id: string): boolean {
    return this.#settled.has(id);
  }

  unsettle(id: string): void {
    this.#settled.delete(id);
  }

  /** Tells one answer from every other: while a photo moves, what was worked out of its last rest stays on show. */
  serialOf(shown: Photo): number {
    const photo = shown.isMoving ? (this.#settled.get(shown.id) ?? shown) : shown;
    const known = this.#serials.get(photo);
    if (known !== undefined) return known;
    this.#serial += 1;
    this.#serials.set(photo, this.#serial);
    return this.#serial;
  }

  #put(entry: Entry): void {
    this.#entries.value = new Map(this.#entries.peek()).set(entry.id, entry);
  }

  #drop(id: string): void {
    const entries = new Map(this.#entries.peek());
    entries.delete(id);
    this.#entries.value = entries;
  }

  #isDone(id: string): void {
    if (!this.#again.peek().has(id)) return;
    const again = new Set(this.#again.peek());
    again.delete(id);
    this.#again.value = again;
  }
}

/** What is tried out follows from this: the same photo, answered again, is the same. */
export function answerKey({ id, model, preset, logits }: Photo): string {
  return [id, model, preset, logits.reduce((sum, logit, index) => sum + logit * ((index % 7) + 1), 0)].join(" ");
}
