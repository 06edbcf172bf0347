/** What a camera shows: opened, looked at frame by frame, and closed again. */
import { canvasOf, pixelsOf, sized } from "../draw/pixels.ts";
import type { Pixels } from "./types.ts";

// Smaller than a camera's picture, larger than any input: sent as they are, since writing even a small JPEG takes a
// browser longer than these bytes are on their way (measured: 3.8 against 2.6 ms, and the kernel has to read it too).
const SHORTER_SIDE_PX = 256;
const STILL_MS = 60;

/** Why there is no picture, and what to do, by the browser's name for it. */
const REASONS: Record<string, string> = {
  NotAllowedError:
    "The browser does not let this page use the camera. Allow it by the camera sign in the address bar, or in the " +
    "browser's settings, then press Camera again",
  NotFoundError: "No camera was found. Connect one, then press Camera again",
  NotReadableError:
    "The camera gives no picture: another program may be using it. Close that one, then press Camera again",
  OverconstrainedError:
    "The camera offers no picture of a size that fits. Connect another one, then press Camera again",
};
const INSECURE =
  "The browser lends a camera to safe addresses only: open this page by an https address, or by the name localhost on " +
  "the computer that runs Jupyter";
const LOST = "The camera was disconnected. Connect it, then press Camera again";

export class Lens {
  readonly #video = document.createElement("video");
  readonly #grabbed = canvasOf(1, 1, { willReadFrequently: true, alpha: false });
  #stream: MediaStream | null = null;
  #attempt = 0;
  #seenFrames = -1;
  #grabbedAt = 0;

  constructor() {
    [this.#video.muted, this.#video.playsInline] = [true, true];
  }

  isOpen(): boolean {
    return this.#stream !== null;
  }

  /**
   * @param lost Called when there is no picture, now or later, with the reason in words.
   * @returns Whether it shows something; not if it was closed meanwhile.
   */
  async open(lost: (reason: string) => void): Promise<boolean> {
    this.#attempt += 1;
    const mine = this.#attempt;
    if (!navigator.mediaDevices?.getUserMedia) {
      lost(INSECURE);
      return false;
    }
    const wanted = { video: { width: { ideal: 640 }, height: { ideal: 480 } }, audio: false };
    try {
      const stream = await navigator.mediaDevices.getUserMedia(wanted);
      if (mine !== this.#attempt) {
        silence(stream); // closed while the browser was asking
        return false;
      }
      this.#stream = stream;
      for (const track of stream.getVideoTracks()) {
        track.addEventListener("ended", () => mine === this.#attempt && lost(LOST));
      }
      this.#video.srcObject = stream;
      await this.#video.play();
    } catch (error) {
      if (mine === this.#attempt) lost(reasonOf(error));
      return false;
    }
    return mine === this.#attempt;
  }

  close(): void {
    this.#attempt += 1;
    if (this.#stream) silence(this.#stream); // the light goes off
    this.#video.srcObject = null;
    this.#stream = null;
  }

  /** Whether it shows another frame than the one taken last; where the browser doesn't count, it may. */
  isFresh(): boolean {
    if (!this.#video.videoWidth) return false;
    const total = this.#video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;
    if (total === this.#seenFrames && performance.now() - this.#grabbedAt < STILL_MS) return false;
    this.#seenFrames = total;
    this.#grabbedAt = performance.now();
    return true;
  }

  /** The frame that it shows. */
  take(): Pixels {
    const { videoWidth, videoHeight } = this.#video;
    const scale = Math.min(1, SHORTER_SIDE_PX / Math.min(videoWidth, videoHeight));
    const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
    const context = sized(this.#grabbed, width, height);
    context.imageSmoothingQuality = "low"; // of about half the size: no better with more work
    // As it is, not as in a mirror: it is what the network gets.
    context.drawImage(this.#video, 0, 0, width, height);
    return pixelsOf(this.#grabbed);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `The camera cannot be used: the browser says ${error}`;
  return REASONS[error.name] ?? `The camera cannot be used: the browser says ${error.name}, ${error.message}`;
}

function silence(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
