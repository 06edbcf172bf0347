/**
 * The camera: its newest frame goes to the kernel, and what stands on the page is always one frame together with its
 * answer; on a slow machine, with the chosen layer's maps of the frame before it now and then. One camera a page; it looks
 * while its photo is on the stage, and rests while another one is.
 */

import { canvasOf, paint, pixelsOf, sized } from "../draw/pixels.ts";
import { Lookers } from "./lookers.ts";

/** @import { FrameAnswer, Photo, Pixels, Tensor } from "./types.ts" */

/**
 * @typedef {"off" | "starting" | "live" | "resting"} Status
 *
 * @typedef {object} Host What the camera needs of the store.
 * @property {(request: string, photo: string, frame: Pixels & {layers: string[]}) => void} send
 * @property {(name: string, frame: Pixels) => void} keep Make an ordinary photo of a frame.
 * @property {(photo: Photo, tensors: Tensor[]) => void} show
 * @property {(photo: string) => boolean} isOnStage
 * @property {(photo: string) => void} putOnStage
 * @property {() => string} layer The chosen one.
 * @property {() => void} changed
 * @property {() => void} read Somebody asks: they are told of changes.
 * @property {(photo: string, message: string) => void} failed
 * @property {(photo: string) => void} recovered
 * @property {(photo: string) => void} gone
 */

// Smaller than a camera's picture, larger than any input: sent as they are, since writing even a small JPEG takes a
// browser longer than these bytes are on their way (measured: 3.8 against 2.6 ms, and the kernel has to read it too).
const SHORTER_SIDE_PX = 256;
const UNDER_WAY = 2; // one is answered while another is drawn; more would only wait
const HELD_MS = 2500; // a press whose end is not heard of, as on a scroll bar, does not hold for ever
const POLL_MS = 8;
const STILL_MS = 60;
const RATE_MS = 1500;
const RATE_EVERY_MS = 400;
const LEAST = 15; // frames a second: below it maps follow every other frame, until there are enough again
const ENOUGH = 26;

/** Why there is no picture, and what to do, by the browser's name for it. @type {Record<string, string>} */
const REASONS = {
  NotAllowedError: "The browser does not let this page use the camera. Allow it by the camera sign in the address bar, or in the browser's settings, then press Camera again",
  NotFoundError: "No camera was found. Connect one, then press Camera again",
  NotReadableError: "The camera gives no picture: another program may be using it. Close that one, then press Camera again",
  OverconstrainedError: "The camera offers no picture of a size that fits. Connect another one, then press Camera again",
};
const INSECURE = "The browser lends a camera to safe addresses only: open this page by an https address, or by the name localhost on the computer that runs Jupyter";
const LOST = "The camera was disconnected. Connect it, then press Camera again";

/** @param {Host} host */
export function createCamera(host) {
  /** @type {Status} */
  let status = "off";
  let id = "";
  /** @type {MediaStream | null} */
  let stream = null;
  const video = document.createElement("video");
  [video.muted, video.playsInline] = [true, true];
  const grabbed = canvasOf(1, 1, { willReadFrequently: true, alpha: false });
  const original = canvasOf(1, 1, { alpha: false });
  const seen = canvasOf(1, 1, { alpha: false });
  /** @type {Map<string, Pixels & {sent: number}>} frames under way, by request */
  const underWay = new Map();
  const lookers = new Lookers();
  /** @type {{answer: FrameAnswer, pixels: Pixels} | null} answered, but not to be shown yet */
  let waiting = null;
  /** @type {Pixels | null} what is on show */
  let shown = null;
  /** @type {number[]} */
  let moments = [];
  let [count, maps, number, rate] = [0, 0, 0, 0];
  let [isSlow, sentMapsOf] = [false, ""];
  let [seenFrames, grabbedAt] = [-1, 0];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let poll;
  let isUndrawn = false; // what was shown last waits for the browser to draw: it is not overtaken
  let heldUntil = 0;
  let problem = "";
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  let attempt = 0;

  /** @param {Status} next */
  const become = (next) => {
    if (status === next) return;
    status = next;
    moments = [];
    rate = 0;
    host.changed();
  };

  // Frames -------------------------------------------------------------------------------------------------------------
  /** Send the newest frame, unless it was sent before or enough are under way. */
  const pump = () => {
    if (!stream) return;
    if (!host.isOnStage(id)) return become("resting");
    become("live");
    if (underWay.size + Number(waiting !== null) >= UNDER_WAY || document.hidden) return;
    if (isHeld() || !video.videoWidth || !isFresh()) return listen();
    const pixels = grab();
    const request = `${id} ${(number += 1)}`;
    underWay.set(request, { ...pixels, sent: performance.now() });
    host.send(request, id, { ...pixels, layers: layers() });
    listen();
  };

  /** What comes along. Maps are most of the work; where it is too much, they follow every other frame. */
  const layers = () => {
    const chosen = host.layer();
    const all = lookers.layers(chosen);
    const isSpared = isSlow && sentMapsOf === chosen;
    sentMapsOf = isSpared ? "" : chosen;
    return isSpared ? all.filter((layer) => layer !== chosen) : all;
  };

  /** @returns {Pixels} */
  const grab = () => {
    const scale = Math.min(1, SHORTER_SIDE_PX / Math.min(video.videoWidth, video.videoHeight));
    const [width, height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
    const context = sized(grabbed, width, height);
    context.imageSmoothingQuality = "low"; // of about half the size: no better with more work
    // As it is, not as in a mirror: it is what the network gets.
    context.drawImage(video, 0, 0, width, height);
    return pixelsOf(grabbed);
  };

  // By a timer: asked for word of each frame, the browser would lay out and paint the page each time.
  const listen = () => {
    poll ??= setTimeout(() => {
      poll = undefined;
      pump();
    }, POLL_MS);
  };

  /** Whether the video shows another frame than the one sent last; where the browser doesn't count, it may. */
  const isFresh = () => {
    const total = video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;
    if (total === seenFrames && performance.now() - grabbedAt < STILL_MS) return false;
    seenFrames = total;
    grabbedAt = performance.now();
    return true;
  };

  const present = () => {
    if (!waiting || isUndrawn || isHeld() || !stream) return;
    const { answer, pixels } = waiting;
    waiting = null;
    shown = pixels;
    paint(original, pixels);
    paint(seen, answer.seen);
    count += 1;
    if (answer.tensors.some(({ layer }) => layer === host.layer())) maps += 1;
    moments.push(performance.now());
    host.show({ ...answer.photo, original, seen, isLive: true, isMoving: true }, answer.tensors);
    isUndrawn = true;
    requestAnimationFrame(() => {
      isUndrawn = false;
      present();
      pump();
    });
  };

  /** Frames a second, over the last moments. */
  const measure = () => {
    const now = performance.now();
    moments = moments.filter((moment) => now - moment < RATE_MS);
    const [first, last] = [moments[0] ?? now, moments.at(-1) ?? now];
    rate = moments.length > 2 && now - last < RATE_MS / 2 ? (1000 * (moments.length - 1)) / (last - first) : 0;
    if (rate) isSlow = rate < (isSlow ? ENOUGH : LEAST);
    host.changed();
  };

  // A press that ends on another element than it began on is no click: under a pointer or key that is down, all stays.
  /** @param {Event} event */
  const hold = ({ target }) => {
    if (target instanceof Element && target.closest(".sqv")) heldUntil = performance.now() + HELD_MS;
  };
  const release = () => {
    if (!heldUntil) return;
    setTimeout(() => {
      heldUntil = 0;
      present();
      pump();
    });
  };
  const isHeld = () => performance.now() < heldUntil;
  /** @type {[string, (event: any) => void][]} */
  const presses = [
    ["pointerdown", hold],
    ["pointerup", release],
    ["pointercancel", release],
    ["keydown", (event) => ["Enter", " "].includes(event.key) && hold(event)],
    ["keyup", release],
    ["visibilitychange", () => pump()],
    ["blur", (event) => event.target === window && release()], // the window's, not that of what had the focus before
  ];

  // On and off -----------------------------------------------------------------------------------------------------------
  const start = async () => {
    if (status !== "off") return;
    const mine = (attempt += 1);
    id = `camera ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
    host.recovered("camera");
    if (!navigator.mediaDevices?.getUserMedia) return host.failed("camera", INSECURE);
    become("starting");
    try {
      const opened = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 640 }, height: { ideal: 480 } }, audio: false });
      if (mine !== attempt) return silence(opened); // stopped while the browser was asking
      stream = opened;
      for (const track of stream.getVideoTracks()) track.addEventListener("ended", () => mine === attempt && lose(LOST));
      video.srcObject = stream;
      await video.play();
    } catch (error) {
      if (mine !== attempt) return;
      const name = error instanceof Error ? error.name : "";
      return lose(REASONS[name] ?? `The camera cannot be used: the browser says ${error instanceof Error ? `${name}, ${error.message}` : error}`);
    }
    if (mine !== attempt) return;
    for (const [type, listener] of presses) window.addEventListener(type, listener, true);
    timer = setInterval(measure, RATE_EVERY_MS);
    host.putOnStage(id);
    pump();
  };

  /** @param {string} reason */
  const lose = (reason) => {
    stop();
    host.failed("camera", reason);
  };

  const stop = () => {
    if (status === "off") return;
    close();
    become("off");
    host.gone(id);
  };

  const close = () => {
    attempt += 1;
    clearInterval(timer);
    for (const [type, listener] of presses) window.removeEventListener(type, listener, true);
    if (stream) silence(stream); // the light goes off
    video.srcObject = null;
    stream = waiting = shown = null;
    clearTimeout(poll);
    poll = undefined;
    heldUntil = 0;
    problem = "";
    underWay.clear();
    lookers.clear();
  };

  return {
    start,
    stop,
    /** Look on, after another photo was on the stage. */
    resume: () => {
      host.putOnStage(id);
      pump();
    },
    /** Make an ordinary photo of the very frame that is on show. */
    freeze: () => {
      if (!shown) return;
      const time = new Date().toLocaleTimeString("en-GB");
      host.keep(`camera ${time}`, shown);
    },
    close,
    status: () => {
      host.read();
      return status;
    },
    /** Frames a second; 0 while there is nothing to measure. */
    rate: () => {
      host.read();
      return rate;
    },
    /** Whether maps follow every other frame only. */
    isSlow: () => {
      host.read();
      return isSlow;
    },
    /** Frames shown since the page was opened. */
    count: () => {
      host.read();
      return count;
    },
    /** Those of them that brought the chosen layer's maps. */
    maps: () => {
      host.read();
      return maps;
    },
    /** @param {string} photo */
    isLive: (photo) => stream !== null && photo === id,
    /** A layer is being looked at: the next frames bring it along. @param {string} layer */
    want: (/** @type {string} */ layer) => lookers.want(layer),
    /** The stage shows another photo, or this one again. */
    staged: () => pump(),
    /** @param {string} request @param {FrameAnswer | null} answer Null: one that is of no use any more. */
    answered: (request, answer) => {
      const pixels = underWay.get(request);
      if (!pixels) return;
      // What was sent before it and has not been answered never will be.
      for (const before of [...underWay.keys()]) {
        underWay.delete(before);
        if (before === request) break;
      }
      if (answer) {
        if (problem) host.recovered("camera");
        problem = "";
        waiting = { answer, pixels };
        present();
      }
      pump();
    },
    /** Whether it was a frame that failed: said once, and the next one has its chance. @param {string} request @param {string} message */
    refused: (request, message) => {
      if (!underWay.delete(request)) return false;
      if (problem !== message) host.failed("camera", (problem = message));
      setTimeout(pump, 500);
      return true;
    },
  };
}

/** @typedef {ReturnType<typeof createCamera>} Camera */

/** @param {MediaStream} stream */
function silence(stream) {
  for (const track of stream.getTracks()) track.stop();
}
