/** What the camera, editing and growing need alike of the store: all bring one state of a photo after the other. */
import { batch } from "@preact/signals-core";
import type { Comm } from "../host/comm.ts";
import { Camera } from "./camera.ts";
import { Edit } from "./edit.ts";
import { Growing } from "./growing.ts";
import type { Networks } from "./networks.ts";
import type { Photos } from "./photos.ts";
import type { Selection } from "./selection.ts";
import type { Tensors } from "./tensors.ts";
import { Tools } from "./tools.ts";
import type { ChosenTraits } from "./traits.ts";
import type { Failure, FrameAnswer, Photo, Pixels, Tensor } from "./types.ts";

const OTHERS_EVERY_MS = 2000; // how often the camera's frames are also shown otherwise preprocessed: each takes several runs

interface Page {
  comm: Comm;
  traits: ChosenTraits;
  photos: Photos;
  tensors: Tensors;
  selection: Selection;
  networks: Networks;
  isSilent(): boolean;
}

export class Moving {
  readonly camera: Camera;
  readonly edit: Edit;
  readonly growing: Growing;
  /** What is painted with. */
  readonly tools: Tools;
  readonly #page: Page;
  #othersAt = 0;

  constructor(page: Page) {
    this.#page = page;
    const { photos } = page;
    this.camera = new Camera(this.#alike());
    this.edit = new Edit({
      ...this.#alike(),
      ask: (photo) => page.comm.ask({ kind: "pixels", name: photos.called(photo)?.name ?? "photo", photo }),
      photo: (id) => photos.called(id),
      names: () => photos.all().flatMap(({ id, name }) => (this.edit.isOf(id) ? [] : [name])),
    });
    this.growing = new Growing(this.#alike(), page);
    this.tools = new Tools(() => this.edit.drawing());
    page.traits.whenChanged(["photo"], () => {
      this.camera.staged();
      this.edit.staged();
      this.growing.staged();
    });
  }

  /** Why frames are slower than they could be; empty as a rule. */
  note(): string {
    return this.#page.comm.note();
  }

  /** A layer of a photo that moves is looked at: its next states bring it along. */
  want(photo: Photo, layer: string): void {
    (photo.isEdit ? this.edit : photo.isGrown ? this.growing : this.camera).want(layer);
  }

  /** @param answer Null: one that is of no use any more. */
  answered(request: string, answer: FrameAnswer | null): void {
    this.camera.answered(request, answer);
    this.edit.answered(request, answer);
    this.growing.answered(request, answer);
  }

  /** Whether it was one of their requests that failed. */
  refused(failure: Failure): boolean {
    const { id, message } = failure;
    return this.camera.refused(id, message) || this.edit.refused(id, message) || this.growing.fail(failure);
  }

  close(): void {
    this.camera.close();
    this.edit.close();
    this.growing.close();
  }

  #alike() {
    const { comm, traits, photos, tensors } = this.#page;
    type Frame = Pixels & { layers: string[]; name?: string; of?: string; source?: "grown" };
    type Kept = Pixels & { source?: "grown" };
    return {
      send: (id: string, photo: string, { bytes, name = "camera", ...frame }: Frame) =>
        void comm.ask({ kind: "frame", name, photo, ...frame, buffers: { pixels: bytes.buffer } }, { id }),
      stop: (id: string) => comm.stop(id),
      keep: (name: string, { bytes, ...frame }: Kept, of?: string) => {
        const kept = of === undefined ? {} : { of };
        const id = comm.ask({ kind: "freeze", name, ...frame, ...kept, buffers: { pixels: bytes.buffer } });
        photos.working(id, name);
        return id;
      },
      layer: () => traits.get("layer"),
      isOnStage: (id: string) => traits.get("photo") === id,
      putOnStage: (id: string) => traits.set({ photo: id }),
      failed: (id: string, message: string) => photos.say({ id, name: "camera", message }),
      recovered: (id: string) => {
        if (photos.failures().some((failure) => failure.id === id)) photos.dismiss(id);
      },
      gone: (id: string) => {
        tensors.lose(id);
        photos.unsettle(id);
        photos.forget(id);
      },
      show: (photo: Photo, brought: Tensor[]) => batch(() => this.#show(photo, brought)),
    };
  }

  #show(photo: Photo, brought: Tensor[]): void {
    const { traits, photos, tensors, selection } = this.#page;
    const now = performance.now();
    const isDue = photo.isLive && now - this.#othersAt > OTHERS_EVERY_MS;
    if (!photo.isMoving || isDue || !photos.isSettled(photo.id)) {
      this.#othersAt = now;
      photos.settle(photo);
    }
    tensors.bring(photo, brought);
    photos.show(photo);
    const layer = brought[0]?.layer;
    // The channel that is strongest now may not be in a moment: one stays on show.
    if (traits.get("channel") === null && layer !== undefined && layer === traits.get("layer")) {
      traits.set({ channel: selection.channel() });
    }
  }
}
