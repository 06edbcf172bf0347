/**
 * What the store has for views that come with the page's second part: what moves, what takes long, files, what is asked of a photo
 * and of data sets. Until it is there nobody can have begun any of it, so that nothing is missed.
 */
import type { Comm } from "../host/comm.ts";
import type { DiagnosisMessage, GrownMessage, JudgedMessage, Message, ProgressMessage } from "../protocol.ts";
import { Across } from "./across.ts";
import { Catalog } from "./catalog.ts";
import { Doctor } from "./doctor.ts";
import { Files } from "./files.ts";
import { Judging } from "./judging.ts";
import { Moving } from "./moving.ts";
import type { Networks } from "./networks.ts";
import type { Photos } from "./photos.ts";
import { Questions } from "./questions.ts";
import type { Resources } from "./resource.ts";
import type { Selection } from "./selection.ts";
import type { Tensors } from "./tensors.ts";
import type { ChosenTraits } from "./traits.ts";
import type { Failure } from "./types.ts";
import { WhatIf } from "./what_if.ts";

/** What it is made of. */
export interface LaterParts {
  comm: Comm;
  traits: ChosenTraits;
  photos: Photos;
  networks: Networks;
  tensors: Tensors;
  selection: Selection;
  resources: Resources;
  isSilent(): boolean;
}

export class Later {
  readonly questions: Questions;
  readonly across: Across;
  readonly catalog: Catalog;
  readonly files: Files;
  readonly doctor: Doctor;
  readonly whatIf: WhatIf;
  readonly judging: Judging;
  readonly moving: Moving;

  constructor(parts: LaterParts) {
    const { comm, traits, photos, networks, selection, resources, isSilent } = parts;
    this.questions = new Questions(photos, networks, selection, resources);
    this.across = new Across(traits, photos, networks, resources);
    this.catalog = new Catalog(traits, photos, networks, resources);
    this.files = new Files(comm);
    this.doctor = new Doctor(comm, photos, networks, isSilent);
    this.whatIf = new WhatIf(comm, photos, selection, isSilent);
    this.judging = new Judging(comm, photos, selection, resources, isSilent);
    this.moving = new Moving(parts);
  }

  /** What takes long and was begun by hand ends. @returns Whether anything was under way. */
  stop(): boolean {
    return this.whatIf.stop() || this.doctor.stop() || this.judging.stop() || this.moving.growing.stop();
  }

  /** Whether any of that is under way. */
  isRunning(): boolean {
    return [this.whatIf, this.doctor, this.judging, this.moving.growing].some((each) => each.isRunning());
  }

  close(): void {
    this.moving.close();
  }

  // What the store hears ----------------------------------------------------------------------------------------------

  /** @returns Whether it was asked for here. */
  receive(message: Message): boolean {
    return this.files.receive(message) || this.moving.edit.receive(message);
  }

  progress(message: ProgressMessage | DiagnosisMessage | JudgedMessage | GrownMessage): void {
    if (message.kind === "diagnosis") this.doctor.receive(message);
    else if (message.kind === "judged") this.judging.receive(message);
    else if (message.kind === "grown") this.moving.growing.receive(message);
    else this.whatIf.receive(message);
  }

  /** @returns Whether it was one of its requests. */
  fail(failure: Failure): boolean {
    if (this.files.fail(failure) || this.whatIf.fail(failure)) return true;
    return this.doctor.fail(failure) || this.judging.fail(failure) || this.moving.refused(failure);
  }

  /** @param isAnother Whether it is another model that answers. */
  answers(isAnother: boolean): void {
    if (isAnother) this.moving.growing.leave();
    this.moving.edit.renew(); // what is painted may be known to the page's own engine alone
  }

  /** Whether a photo is what is edited or grown: it is shown with its answer, as it is. */
  isOf(photo: string): boolean {
    return this.moving.edit.isOf(photo) || this.moving.growing.isOf(photo);
  }

  /** It is answered otherwise from now on. */
  renew(photo: string): void {
    for (const each of [this.moving.edit, this.moving.growing]) if (each.isOf(photo)) each.renew();
  }

  /** A photo has come: is it one that was to be kept? */
  kept(photo: string): void {
    this.moving.edit.kept(photo);
    this.moving.growing.kept(photo);
  }

  forgotten(photo: string): void {
    this.moving.edit.forgotten(photo);
    this.moving.growing.forgotten(photo);
  }

  silent(is: boolean): void {
    this.moving.edit.silent(is);
    if (is) for (const each of [this.whatIf, this.doctor, this.judging, this.moving.growing]) each.lost();
  }
}
