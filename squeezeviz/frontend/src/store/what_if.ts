/**
 * What is tried out in steps: patches hidden, channels ablated. One of each kind at a time, of the photo, class and
 * settings on show; whatever is of others is stopped, and never shown.
 */
import type { Comm } from "../host/comm.ts";
import { bytesOf, floatsOf } from "../host/decode.ts";
import type { OcclusionRequest, PairwiseAblationRequest, ProgressMessage } from "../protocol.ts";
import { BEGUN, type Work } from "./long_work.ts";
import { answerKey, type Photos } from "./photos.ts";
import type { Selection } from "./selection.ts";
import { Version } from "./signals.ts";
import type { Failure, Tried } from "./types.ts";

export type Kind = ProgressMessage["work"];
export type Settings = Partial<
  Pick<OcclusionRequest, "patch_px" | "stride_px" | "fill"> & Pick<PairwiseAblationRequest, "layer">
>;

/** As it is now: what comes of it is another one. */
export interface Trial extends Work {
  kind: Kind;
  /** The photo's answer that it is about. */
  basis: string;
  /** That, with class and settings. */
  key: string;
  /** What is known so far. */
  made: Tried | null;
}

/** What is on show. */
interface About {
  basis: string;
  photo: string;
  class_index: number;
}

const keyOf = ({ basis, class_index }: About, settings: Settings) => JSON.stringify([basis, class_index, settings]);

export class WhatIf {
  readonly #comm: Comm;
  readonly #photos: Photos;
  readonly #selection: Selection;
  readonly #isSilent: () => boolean;
  readonly #trials = new Map<Kind, Trial>();
  readonly #version = new Version();

  constructor(comm: Comm, photos: Photos, selection: Selection, isSilent: () => boolean) {
    this.#comm = comm;
    this.#photos = photos;
    this.#selection = selection;
    this.#isSilent = isSilent;
  }

  /** @returns Null where nobody would answer. */
  start(kind: Kind, settings: Settings): Trial | null {
    const about = this.#shown();
    if (!about || this.#isSilent()) return null;
    this.#end(kind);
    const { basis, ...asked } = about;
    const name = this.#photos.photo()?.name ?? "";
    const request = { kind: "begin", work: kind, name, ...asked, ...settings } as Parameters<Comm["ask"]>[0];
    const id = this.#comm.ask(request);
    const key = keyOf(about, settings);
    const made: Trial = { id, kind, basis, key, made: null, ...BEGUN };
    this.#trials.set(kind, made);
    this.#changed();
    return made;
  }

  /**
   * What has been tried of what is on show. Another class or other settings are tried anew; another photo waits to be
   * asked.
   */
  of(kind: Kind, settings: Settings): Trial | null {
    this.#version.read();
    const [trial, about] = [this.#trials.get(kind), this.#shown()];
    if (!trial) return null;
    if (about?.basis === trial.basis && keyOf(about, settings) === trial.key) return trial;
    this.#end(kind);
    const goesOn = about?.basis === trial.basis && (trial.state === "running" || trial.state === "whole");
    return goesOn ? this.start(kind, settings) : null;
  }

  isRunning(): boolean {
    return [...this.#trials.values()].some(({ state }) => state === "running");
  }

  /**
   * What is under way ends; what is known of it stays.
   *
   * @param kind All, unless one is named.
   * @returns Whether anything was.
   */
  stop(kind?: Kind): boolean {
    const due = [...this.#trials].filter(([name, { state }]) => state === "running" && (!kind || kind === name));
    for (const [, trial] of due) {
      this.#comm.stop(trial.id);
      this.#become(trial, { state: "stopped" });
    }
    return due.length > 0;
  }

  receive({ buffers, ...message }: ProgressMessage): void {
    const trial = this.#running(message.id);
    if (!trial) return; // of a trial that was stopped while this was on its way
    const made = {
      ...message,
      logits: floatsOf(buffers.logits),
      probabilities: floatsOf(buffers.probabilities),
      best: new Uint16Array(bytesOf(buffers.best_classes)),
      most: floatsOf(buffers.best_probabilities),
      answer: message.best,
    };
    const { done, total } = message;
    this.#become(trial, { done, total, made, state: message.is_whole ? "whole" : "running" });
  }

  /** @returns Whether it was one of these requests. */
  fail({ id, message }: Failure): boolean {
    const trial = this.#running(id);
    if (!trial) return false;
    this.#become(trial, { state: "failed", problem: message });
    return true;
  }

  /** Nobody answers any more. */
  lost(): void {
    for (const trial of [...this.#trials.values()]) {
      if (trial.state === "running") this.#become(trial, { state: "stopped" });
    }
    this.#changed();
  }

  /** What can be tried. It is asked of the whole network: what is ablated on the page changes nothing of it. */
  #shown(): About | null {
    const photo = this.#photos.photo();
    if (!photo || photo.isLive) return null;
    const basis = answerKey(photo.untouched ?? photo);
    return { basis, photo: photo.id, class_index: this.#selection.classIndex() };
  }

  /** Let a trial go. */
  #end(kind: Kind): void {
    const trial = this.#trials.get(kind);
    this.#trials.delete(kind);
    if (trial?.state === "running") this.#comm.stop(trial.id);
  }

  #become(trial: Trial, next: Partial<Trial>): void {
    this.#trials.set(trial.kind, { ...trial, ...next });
    this.#changed();
  }

  #running(id: string): Trial | undefined {
    return [...this.#trials.values()].find((trial) => trial.id === id && trial.state === "running");
  }

  /** Somebody may be drawing: `of` begins anew what others stopped. */
  #changed(): void {
    queueMicrotask(() => this.#version.changed());
  }
}
