/**
 * Editing a photo: its strokes (drawing.js) go to the kernel as the camera's frames do, and what the page shows is always one
 * state of the painted photo together with its answer. At most one is under way; the latest wins.
 *
 * What is painted on are the photo's own pixels, as the kernel has them, so that an edit of nothing gives exactly the photo's
 * answer. A photo that is larger than a message may be is edited as a copy, scaled down. Either way the answer before is that
 * of the canvas with nothing painted on it, asked for in the same way as every other.
 */
import { createDrawing } from "./drawing.js";
import { createLookers } from "./lookers.js";
import { canvasOf, paint } from "./pixels.js";
import { bytesOf } from "./wire.js";

/** @import { Drawing } from "./drawing.js" */
/** @import { Pixels } from "./pixels.js" */
/** @import { FrameAnswer, Photo, Tensor } from "./types.js" */

/**
 * @typedef {"off" | "starting" | "on" | "resting"} Status Resting: another photo is on the stage.
 *
 * @typedef {object} Host What editing needs of the store.
 * @property {(request: string, photo: string, frame: Pixels & {layers: string[], name: string, of: string}) => void} send
 * @property {(name: string, frame: Pixels, of: string) => string} keep Make an ordinary photo of it; returns its id.
 * @property {(photo: string) => string} ask For a photo's pixels; returns the request's id.
 * @property {(photo: Photo, tensors: Tensor[]) => void} show
 * @property {(photo: string) => boolean} isOnStage
 * @property {(photo: string) => void} putOnStage
 * @property {(photo: string) => Photo | null} photo
 * @property {() => string[]} names Of all photos.
 * @property {() => string} layer The chosen one.
 * @property {() => void} changed
 * @property {() => void} painted Nothing but the stroke under way has.
 * @property {(id: string, message: string) => void} failed
 * @property {(id: string) => void} recovered
 * @property {(photo: string) => void} gone
 */

const SETTLED_MS = 180; // nothing has changed for so long: what takes longer to work out is worth it

/** @param {Host} host */
export function createEdit(host) {
  /** @type {Status} */
  let status = "off";
  let [id, asking, keeping] = ["", "", ""];
  let source = { id: "", name: "", size: [0, 0] };
  /** @type {Drawing | null} */
  let drawing = null;
  /** @type {FrameAnswer["photo"] | null} what is said of the canvas with nothing painted on it */
  let before = null;
  /** @type {{request: string, pixels: Pixels, isBase: boolean} | null} */
  let underWay = null;
  let [isDue, isBaseDue] = [false, false];
  /** @type {{photo: Photo, tensors: Tensor[]} | null} on show */
  let shown = null;
  let [number, count] = [0, 0];
  /** What to edit once the edit before has been kept. */
  let next = "";
  const lookers = createLookers();
  const [original, seen] = [canvasOf(1, 1, { alpha: false }), canvasOf(1, 1, { alpha: false })];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const pump = () => {
    if (!drawing || underWay || status === "resting" || keeping || !(isDue || isBaseDue)) return;
    const isBase = isBaseDue;
    if (isBase) isBaseDue = false;
    else isDue = false;
    const pixels = isBase ? drawing.base : drawing.pixels();
    const request = `${id} ${(number += 1)}`;
    underWay = { request, pixels, isBase };
    // The bytes are given away with the message, where a browser can.
    host.send(request, id, { ...pixels, bytes: pixels.bytes.slice(), layers: lookers.layers(host.layer()), name: nameOf(), of: source.id });
  };

  /** @param {boolean} isStep */
  const painted = (isStep) => {
    isDue = true;
    pump();
    if (isStep) host.changed();
    else host.painted();
  };

  /** "chelsea, edited"; the second that is kept, "chelsea, edited 2". */
  const nameOf = () => {
    const plain = `${source.name.replace(/, edited( \d+)?$/, "")}, edited`;
    const taken = new Set(host.names());
    let name = plain;
    for (let at = 2; taken.has(name); at += 1) name = `${plain} ${at}`;
    return name;
  };

  /** @param {FrameAnswer} answer @param {Pixels} pixels */
  const present = (answer, pixels) => {
    const isFirst = !shown;
    paint(original, pixels);
    paint(seen, answer.seen);
    count += 1;
    shown = { photo: { ...answer.photo, original, seen, isEdit: true, isMoving: true }, tensors: answer.tensors };
    host.show(shown.photo, shown.tensors);
    if (isFirst) host.putOnStage(id);
    clearTimeout(timer);
    timer = setTimeout(settle, SETTLED_MS);
  };

  /** Everything that was left out while it changed is shown now. */
  const settle = () => {
    if (!shown || underWay || isDue || isBaseDue) return;
    shown = { ...shown, photo: { ...shown.photo, isMoving: false } };
    host.show(shown.photo, shown.tensors);
  };

  const close = () => {
    clearTimeout(timer);
    status = "off";
    drawing = before = underWay = shown = null;
    isDue = isBaseDue = false;
    asking = keeping = id = next = "";
    lookers.clear();
    host.changed();
  };

  /** End it, whatever was painted. */
  const discard = () => {
    const was = id;
    const back = source.id;
    close();
    if (!was) return;
    if (host.isOnStage(was) && host.photo(back)) host.putOnStage(back);
    host.gone(was);
  };

  /** Edit a photo, or go on with it. What was painted on another one is kept first. @param {Photo} photo */
  const begin = (photo) => {
    if (status === "starting" || keeping || photo.id === id) return;
    if (drawing && source.id === photo.id) return host.putOnStage(id);
    if (drawing?.isEdited()) {
      next = photo.id;
      return keep();
    }
    if (drawing) discard();
    host.recovered("edit");
    status = "starting";
    source = { id: photo.id, name: photo.name, size: photo.size };
    asking = host.ask(photo.id);
    host.changed();
  };

  /** Make a photo of its own of what is there now. */
  const keep = () => {
    if (!drawing || keeping) return;
    drawing.end();
    keeping = host.keep(nameOf(), drawing.pixels(), source.id);
    host.changed();
  };

  return {
    begin,
    keep,
    discard,
    /** Leave it for now: the photo itself is on the stage again, and nothing is lost. */
    rest: () => {
      drawing?.end();
      if (host.photo(source.id)) host.putOnStage(source.id);
    },
    resume: () => drawing && host.putOnStage(id),
    close,
    status: () => status,
    drawing: () => drawing,
    /** The photo that is being edited. */
    source: () => source,
    /** The answer with nothing painted; null while it is on its way. @returns {FrameAnswer["photo"] | null} */
    before: () => (before && shown && before.preset === shown.photo.preset && before.model === shown.photo.model ? before : null),
    /** The answer on show, with the id of what it is of. */
    shown: () => shown?.photo ?? null,
    isKeeping: () => keeping !== "",
    /** States shown since the page was opened. */
    count: () => count,
    /** Whether what is painted is also what is answered. */
    isAnswered: () => !underWay && !isDue && !isBaseDue,
    /** @param {string} photo */
    isOf: (photo) => id !== "" && photo === id,
    want: lookers.want,

    // What the store hears ------------------------------------------------------------------------------------------------
    /** The stage shows another photo, or this one again. */
    staged: () => {
      if (!drawing || keeping || !shown) return;
      const isHere = host.isOnStage(id);
      if (isHere === (status === "on")) return;
      if (!isHere && !drawing.isEdited()) return discard();
      drawing.end();
      status = isHere ? "on" : "resting";
      pump();
      host.changed();
    },
    /** @param {import("./protocol.js").Message} message @returns {boolean} Whether it is what is painted on. */
    receive: (message) => {
      if (message.kind !== "pixels" || !asking || message.id !== asking) return false;
      asking = "";
      if (!host.isOnStage(source.id)) {
        close(); // another photo was chosen meanwhile
        return true;
      }
      const [width, height] = message.size;
      drawing = createDrawing({ width, height, bytes: new Uint8Array(bytesOf(message.buffers.pixels)) }, painted);
      source.size = message.original;
      id = `edit ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
      status = "on";
      isBaseDue = true;
      pump();
      return true;
    },
    /** @param {string} request @param {FrameAnswer | null} answer Null: one that is of no use any more. */
    answered: (request, answer) => {
      if (underWay?.request !== request || !drawing) return;
      const { pixels, isBase } = underWay;
      underWay = null;
      if (!answer) {
        isBaseDue ||= isBase;
        isDue = true;
      } else if (!shown && !host.isOnStage(source.id)) return discard(); // another photo was chosen meanwhile
      else {
        host.recovered("edit");
        if (isBase) before = answer.photo;
        // With nothing painted it is the answer to what is there, too.
        if (isBase && drawing.isEdited() && shown) isDue = true;
        else present(answer, pixels);
      }
      pump();
    },
    /** The kernel has answered it anew by itself, preprocessed otherwise or by another model: so is everything else. */
    renew: () => {
      isBaseDue = isDue = true;
      pump();
    },
    /** Whether it was one of its requests that failed: the next one has its chance. @param {string} request @param {string} message */
    refused: (request, message) => {
      if (request !== "" && request === keeping) {
        keeping = next = "";
        host.changed();
        return false; // said where photos that cannot be had are
      }
      if (asking && request === asking) close();
      else if (underWay?.request === request) underWay = null;
      else return false;
      host.failed("edit", message);
      return true;
    },
    /** A photo has come: is it the one that was to be kept? @param {string} photo */
    kept: (photo) => {
      if (!keeping || photo !== keeping) return;
      const [was, then] = [id, next ? host.photo(next) : null];
      close();
      host.gone(was);
      if (!then) return;
      host.putOnStage(then.id);
      begin(then);
    },
    /** It was removed. @param {string} photo */
    forgotten: (photo) => {
      if (id && photo === id) close();
    },
    /** The kernel has stopped or begun to answer. @param {boolean} is */
    silent: (is) => {
      if (is) {
        if (underWay) isBaseDue ||= underWay.isBase;
        isDue ||= underWay !== null;
        underWay = null;
        if (asking) close();
        keeping = "";
      } else pump();
    },
  };
}

/** @typedef {ReturnType<typeof createEdit>} Edit */
