/** Files from the person's machine, in pieces far below every websocket limit, however Jupyter was started. */
import { effect, signal } from "@preact/signals-core";
import type { Comm } from "../host/comm.ts";
import { newId } from "../host/ids.ts";
import type { Photos } from "./photos.ts";

const PIECE_BYTES = 1 << 20;

/** Photos that are not answered yet: more would lie in memory, before whatever is asked meanwhile. */
const MOST_AHEAD = 4;

export class Uploads {
  readonly #comm: Comm;
  readonly #photos: Photos;
  readonly #left = signal(0);

  constructor(comm: Comm, photos: Photos) {
    this.#comm = comm;
    this.#photos = photos;
  }

  /** How many files wait for their turn. */
  left(): number {
    return this.#left.value;
  }

  /** One after the other, as they are answered. */
  async bring(files: readonly File[], limit: number): Promise<void> {
    this.#left.value += files.length;
    for (const file of files) {
      await this.#hasRoom();
      this.#left.value -= 1;
      await uploadOne(file, limit, this.#comm, this.#photos);
    }
  }

  #hasRoom(): Promise<void> {
    return new Promise((resolve) => {
      let isThere = false;
      const forget = effect(() => {
        isThere ||= this.#photos.waiting() < MOST_AHEAD;
        if (isThere) queueMicrotask(end);
      });
      function end() {
        forget();
        resolve();
      }
    });
  }
}

async function uploadOne(file: File, limit: number, comm: Comm, photos: Photos): Promise<void> {
  const id = newId();
  const name = file.name || "pasted picture";
  if (file.size > limit) {
    const sizes = `${Math.round(file.size / 1e6)} MB; up to ${Math.round(limit / 1e6)} MB are sent`;
    photos.failed({ id, name, message: `${name}: the file has ${sizes}. Scale it down first` });
    return;
  }
  photos.working(id, name);
  const isRead = await inPieces(file, comm, id, (index, count, piece) =>
    comm.ask({ kind: "piece", name, index, count, buffers: { piece } }, { id }),
  );
  if (isRead) return;
  photos.failed({ id, name, message: `${name}: the browser cannot read it. A folder? Drop the files in it instead` });
}

/**
 * Send each piece when the one before has been heard: a kernel with several threads for messages may hear a later one first.
 * What has failed or is not wanted any more is not sent to its end.
 *
 * @param id Of the request, the same for all pieces.
 * @returns Whether the browser could read all of it.
 */
export async function inPieces(
  file: File,
  comm: Comm,
  id: string,
  send: (index: number, count: number, piece: ArrayBuffer) => void,
): Promise<boolean> {
  const count = Math.max(1, Math.ceil(file.size / PIECE_BYTES));
  let heard = Promise.resolve(true);
  for (let index = 0; index < count; index += 1) {
    let piece: ArrayBuffer;
    try {
      piece = await file.slice(index * PIECE_BYTES, (index + 1) * PIECE_BYTES).arrayBuffer();
    } catch {
      return false;
    }
    if (!(await heard)) return true;
    send(index, count, piece);
    heard = comm.isGoingOn(id); // it may be heard while the next is read
  }
  return true;
}
