/**
 * What every view on the page reads and writes: what is chosen, what has been answered, and what is pointed at. Whoever
 * reads it while drawing follows what was read. Only the modules here write. Views don't know what answers: a kernel, or the
 * page itself.
 */
import { batch, signal } from "@preact/signals-core";
import { Comm, type Heard, type Model, type Silence } from "../host/comm.ts";
import { tensorKey } from "../host/decode.ts";
import { Arrival } from "./arrival.ts";
import { CellGradient } from "./cell_gradient.ts";
import { ClassMaps } from "./class_maps.ts";
import { Cost } from "./cost.ts";
import { Diagram } from "./diagram.ts";
import { Feeding, isOfLabels } from "./feeding.ts";
import type { Later } from "./later.ts";
import { Links } from "./links.ts";
import { sorted } from "./model_files.ts";
import { Networks } from "./networks.ts";
import { Photos } from "./photos.ts";
import { Precision } from "./precision.ts";
import { Preprocessings } from "./preprocessings.ts";
import { Resources } from "./resource.ts";
import { SecondPart } from "./second_part.ts";
import { Selection } from "./selection.ts";
import { Tensors } from "./tensors.ts";
import { ChosenTraits } from "./traits.ts";
import { TwoModels } from "./two_models.ts";
import type { Failure, Network, Photo } from "./types.ts";
import { Uploads } from "./uploads.ts";

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
  readonly twoModels: TwoModels;
  readonly feeding: Feeding;
  readonly arrival: Arrival;
  readonly uploads: Uploads;
  readonly links: Links;
  readonly resources: Resources;
  readonly secondPart: SecondPart;
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
    const want = (photo: Photo, layer: string) => this.later()?.moving.want(photo, layer);
    const tensors = new Tensors({ comm, traits, photos, networks, isSilent, want });
    const selection = new Selection(traits, photos, networks, tensors);
    [this.traits, this.photos, this.networks] = [traits, photos, networks];
    [this.tensors, this.selection] = [tensors, selection];
    this.classMaps = new ClassMaps(photos, networks, tensors, resources);
    this.cellGradient = new CellGradient(photos, networks, selection, resources);
    this.diagram = new Diagram(networks, selection);
    this.cost = new Cost(networks, this.diagram, resources);
    this.preprocessings = new Preprocessings(comm, traits, photos, networks, resources);
    this.twoModels = new TwoModels(comm, photos, networks, resources);
    const { diagram, twoModels } = this;
    this.precision = new Precision({ networks, diagram, twoModels, resources, photos, traits });
    this.feeding = new Feeding(comm, photos, networks);
    this.arrival = new Arrival(comm, networks);
    this.uploads = new Uploads(comm, photos);
    this.links = new Links(traits, photos, networks, selection);
    this.secondPart = new SecondPart({ comm, traits, photos, networks, tensors, selection, resources, isSilent });
    comm.open(this.#heard());
  }

  /** What comes with the page's second part; null until it is there. */
  later(): Later | null {
    return this.secondPart.later();
  }

  /** Do something with it: now, or once it is there. @param what It is for; said where it does not come. */
  use(what: string, act: (later: Later) => void): void {
    this.secondPart.use(what, act, (message) => this.photos.say({ id: "second part", name: what, message }));
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
    const { photos, networks, feeding, arrival, secondPart } = this;
    if (photos.isWorking() || networks.isChoosing() || feeding.isWorking()) return true;
    return arrival.now() !== null || secondPart.isAwaited();
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
    return this.later()?.stop() || this.resources.stop();
  }

  /** Whether there is anything to stop. */
  isStoppable(): boolean {
    return this.later()?.isRunning() || this.resources.isRunning();
  }

  /** Hold what is chosen now: the photo, the layer and its channel, and the class. */
  hold(): void {
    const photo = this.photos.photo();
    // What is being painted is compared with what it was.
    const source = photo?.isEdit && this.later()?.moving.edit.source().id;
    const held = source ? (this.photos.called(source) ?? photo) : photo;
    if (held) this.selection.hold(held);
  }

  close(): void {
    this.traits.close();
    this.secondPart.close();
    this.cellGradient.close();
    this.links.close();
    this.tensors.close();
    this.#comm.close();
  }

  #heard(): Heard {
    const { photos, networks, tensors, resources, feeding } = this;
    return {
      setting: (setting) => networks.offered(setting),
      network: (network) => this.#answers(network),
      renewed: (photo, model, preset) => tensors.forget(tensorKey(photo, model, preset, "")),
      photo: (photo) => this.#answered(photo),
      tensor: (tensor) => tensors.receive(tensor),
      frame: (request, answer) => this.later()?.moving.answered(request, answer),
      answered: (message) => void (this.later()?.receive(message) || resources.receive(message)),
      steps: (message) => resources.advance(message),
      progress: (message) => this.later()?.progress(message),
      failed: (failure) => this.#failed(failure),
      working: (id, name) => {
        if (!feeding.isOwn(id)) photos.working(id, name);
      },
      arriving: (message) => this.arrival.receive(message),
      forgotten: (id) => {
        this.later()?.forgotten(id);
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
    this.later()?.answers(Boolean(isAnother));
    this.arrival.settled(network.id);
  }

  #answered(photo: Photo): void {
    const later = this.later();
    if (later?.isOf(photo.id)) {
      this.photos.isAnswered(photo.id);
      return later.renew(photo.id);
    }
    this.resources.forgetProblems();
    this.photos.answered(photo);
    later?.kept(photo.id);
  }

  #failed(failure: Failure): void {
    if (this.resources.fail(failure) || this.feeding.fail(failure) || this.later()?.fail(failure)) return;
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
      this.later()?.silent(is);
      if (is) this.feeding.lost();
    });
  }
}
