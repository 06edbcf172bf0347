/**
 * What every view on the page reads and writes: what is chosen, what has been answered, and what is pointed at. Whoever
 * reads it while drawing follows what was read. Only the modules here write. Views don't know what answers: a kernel, or the
 * page itself.
 */
import { batch, signal } from "@preact/signals-core";
import { Comm, type Heard, type Model, type Silence } from "../host/comm.ts";
import { tensorKey } from "../host/decode.ts";
import { Across } from "./across.ts";
import { Arrival } from "./arrival.ts";
import { Catalog } from "./catalog.ts";
import { CellGradient } from "./cell_gradient.ts";
import { ClassMaps } from "./class_maps.ts";
import { Cost } from "./cost.ts";
import { Diagram } from "./diagram.ts";
import { Doctor } from "./doctor.ts";
import { Feeding, isOfLabels } from "./feeding.ts";
import { Files } from "./files.ts";
import { Judging } from "./judging.ts";
import { Links } from "./links.ts";
import { sorted } from "./model_files.ts";
import { Moving } from "./moving.ts";
import { Networks } from "./networks.ts";
import { Photos } from "./photos.ts";
import { Precision } from "./precision.ts";
import { Preprocessings } from "./preprocessings.ts";
import { Questions } from "./questions.ts";
import { Resources } from "./resource.ts";
import { Selection } from "./selection.ts";
import { Tensors } from "./tensors.ts";
import { ChosenTraits } from "./traits.ts";
import { TwoModels } from "./two_models.ts";
import type { Failure, Network, Photo } from "./types.ts";
import { Uploads } from "./uploads.ts";
import { WhatIf } from "./what_if.ts";

export class Store {
  readonly traits: ChosenTraits;
  readonly photos: Photos;
  readonly networks: Networks;
  readonly tensors: Tensors;
  readonly classMaps: ClassMaps;
  readonly selection: Selection;
  readonly cellGradient: CellGradient;
  readonly diagram: Diagram;
  readonly cost: Cost;
  readonly precision: Precision;
  readonly preprocessings: Preprocessings;
  readonly questions: Questions;
  readonly twoModels: TwoModels;
  readonly across: Across;
  readonly catalog: Catalog;
  readonly files: Files;
  readonly feeding: Feeding;
  readonly doctor: Doctor;
  readonly whatIf: WhatIf;
  readonly judging: Judging;
  readonly moving: Moving;
  readonly arrival: Arrival;
  readonly uploads: Uploads;
  readonly links: Links;
  readonly resources: Resources;
  readonly #comm: Comm;
  readonly #isSilent = signal(false);

  /** @param model The state's. */
  constructor(model: Model, comm: Comm = new Comm(model)) {
    const isSilent = () => this.isSilent();
    this.#comm = comm;
    this.resources = new Resources(comm, isSilent);
    const resources = this.resources;
    const traits = new ChosenTraits(model, comm);
    const photos = new Photos(comm, traits);
    const networks = new Networks(comm, traits, photos);
    const want = (photo: Photo, layer: string) => this.moving.want(photo, layer);
    const tensors = new Tensors({ comm, traits, photos, networks, isSilent, want });
    const selection = new Selection(traits, photos, networks, tensors);
    [this.traits, this.photos, this.networks] = [traits, photos, networks];
    [this.tensors, this.selection] = [tensors, selection];
    this.classMaps = new ClassMaps(photos, networks, tensors, resources);
    this.cellGradient = new CellGradient(photos, networks, selection, resources);
    this.diagram = new Diagram(networks, selection);
    this.cost = new Cost(networks, this.diagram, resources);
    this.preprocessings = new Preprocessings(comm, traits, photos, networks, resources);
    this.questions = new Questions(photos, networks, selection, resources);
    this.twoModels = new TwoModels(comm, photos, networks, resources);
    const { diagram, twoModels } = this;
    this.precision = new Precision({ networks, diagram, twoModels, resources, photos, traits });
    this.across = new Across(traits, photos, networks, resources);
    this.catalog = new Catalog(traits, photos, networks, resources);
    this.files = new Files(comm);
    this.feeding = new Feeding(comm, photos, networks);
    this.doctor = new Doctor(comm, photos, networks, isSilent);
    this.whatIf = new WhatIf(comm, photos, selection, isSilent);
    this.judging = new Judging(comm, photos, selection, resources, isSilent);
    this.moving = new Moving({ comm, traits, photos, tensors, selection, networks, isSilent });
    this.arrival = new Arrival(comm, networks);
    this.uploads = new Uploads(comm, photos);
    this.links = new Links(traits, photos, networks, selection);
    comm.open(this.#heard());
  }

  /** Whether the kernel has stopped to answer. */
  isSilent(): boolean {
    return this.#isSilent.value;
  }

  /** What to say then. */
  silence(): Silence {
    return this.#comm.silence();
  }

  /** Whether somebody waits for an answer. */
  isWorking(): boolean {
    return (
      this.photos.isWorking() || this.networks.isChoosing() || this.feeding.isWorking() || this.arrival.now() !== null
    );
  }

  /** Photos, a model, or both, and a file that names the model's classes, as a person has dropped or chosen them. */
  async upload(given: File[]): Promise<void> {
    const names = this.networks.can("tell") ? given.filter(isOfLabels).slice(-1) : [];
    const files = names.length ? given.filter((file) => !isOfLabels(file)) : given;
    for (const file of names) void this.feeding.nameBy(file);
    const { photos, model } = this.networks.can("open-model") ? await sorted(files) : { photos: files, model: [] };
    await this.uploads.bring(photos, this.networks.setting().limit_bytes);
    await this.arrival.bring(model);
  }

  /** What takes long and was begun by hand, or waited for, ends. @returns Whether anything was under way. */
  stop(): boolean {
    return (
      this.whatIf.stop() ||
      this.doctor.stop() ||
      this.judging.stop() ||
      this.moving.growing.stop() ||
      this.resources.stop()
    );
  }

  /** Whether there is anything to stop. */
  isStoppable(): boolean {
    return [this.whatIf, this.doctor, this.judging, this.moving.growing, this.resources].some((each) =>
      each.isRunning(),
    );
  }

  /** Hold what is chosen now: the photo, the layer and its channel, and the class. */
  hold(): void {
    const photo = this.photos.photo();
    // What is being painted is compared with what it was.
    const held = photo?.isEdit ? (this.photos.called(this.moving.edit.source().id) ?? photo) : photo;
    if (held) this.selection.hold(held);
  }

  close(): void {
    this.traits.close();
    this.moving.close();
    this.cellGradient.close();
    this.links.close();
    this.tensors.close();
    this.#comm.close();
  }

  #heard(): Heard {
    const { photos, networks, tensors, files, resources, whatIf, moving, feeding, doctor, judging } = this;
    return {
      setting: (setting) => networks.offered(setting),
      network: (network) => this.#answers(network),
      renewed: (photo, model, preset) => tensors.forget(tensorKey(photo, model, preset, "")),
      photo: (photo) => this.#answered(photo),
      tensor: (tensor) => tensors.receive(tensor),
      frame: (request, answer) => moving.answered(request, answer),
      answered: (message) =>
        void (files.receive(message) || moving.edit.receive(message) || resources.receive(message)),
      steps: (message) => resources.advance(message),
      progress: (message) => {
        if (message.kind === "diagnosis") doctor.receive(message);
        else if (message.kind === "judged") judging.receive(message);
        else if (message.kind === "grown") moving.growing.receive(message);
        else whatIf.receive(message);
      },
      failed: (failure) => this.#failed(failure),
      working: (id, name) => {
        if (!feeding.isOwn(id)) photos.working(id, name);
      },
      arriving: (message) => this.arrival.receive(message),
      forgotten: (id) => {
        moving.edit.forgotten(id);
        moving.growing.forgotten(id);
        photos.forgotten(id);
      },
      gone: (request) => {
        feeding.done(request);
        if (!this.arrival.settled(request)) resources.gone(request);
      },
      silent: (is) => this.#silent(is),
      transfer: (layer, ms) => tensors.transferred(layer, ms),
    };
  }

  #answers(network: Network): void {
    const before = this.networks.plain();
    // Of the channels of another model. The kernel says so too, but what was ablated a moment ago may reach it later.
    const isAnother = before?.name && network.name && before.name !== network.name;
    if (isAnother && this.photos.isAnyAblated()) this.selection.restoreAll();
    this.feeding.done(network.id);
    if (isAnother) this.tensors.forgetOpen(); // what was asked of the one before is not answered any more
    this.networks.answers(network);
    if (isAnother) this.moving.growing.leave();
    this.moving.edit.renew(); // what is painted may be known to the page's own engine alone
    this.arrival.settled(network.id);
  }

  #answered(photo: Photo): void {
    for (const each of [this.moving.edit, this.moving.growing]) {
      if (!each.isOf(photo.id)) continue;
      this.photos.isAnswered(photo.id);
      return each.renew(); // it is shown with its answer, as it is
    }
    this.resources.forgetProblems();
    this.photos.answered(photo);
    this.moving.edit.kept(photo.id);
    this.moving.growing.kept(photo.id);
  }

  #failed(failure: Failure): void {
    if (this.resources.fail(failure) || this.files.fail(failure) || this.whatIf.fail(failure)) return;
    if (this.feeding.fail(failure) || this.doctor.fail(failure) || this.judging.fail(failure)) return;
    if (this.moving.refused(failure)) return;
    if (this.arrival.settled(failure.id)) return this.networks.refuse(failure.message);
    if (!this.photos.has(failure.id) && this.networks.isOfAnother(failure.name)) return;
    this.photos.failed(failure);
  }

  #silent(is: boolean): void {
    if (is === this.#isSilent.peek()) return;
    batch(() => {
      this.#isSilent.value = is;
      this.tensors.forgetOpen();
      this.resources.forgetOpen();
      this.moving.edit.silent(is);
      if (is)
        for (const each of [this.whatIf, this.feeding, this.doctor, this.judging, this.moving.growing]) each.lost();
    });
  }
}
