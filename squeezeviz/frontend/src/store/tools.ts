/** What is painted with: one choice for a page, kept while photos come and go. */
import { signal } from "@preact/signals-core";
import type { Drawing, Ink, Tool } from "./drawing.ts";

export type Shape = "brush" | "rectangle";

interface Chosen {
  tool: Tool;
  shape: Shape;
  colour: string;
  /** Whether the colour is the photo's mean, whichever photo that is. */
  isMean: boolean;
  /** Of the photo's longer side. */
  share: number;
}

export const GREY = "#808080"; // 128, what occlusion fills with

const [LEAST, MOST, STEP] = [0.01, 0.5, 1.25];

export class Tools {
  readonly #drawing: () => Drawing | null;
  readonly #chosen = signal<Chosen>({ tool: "paint", shape: "brush", colour: GREY, isMean: false, share: 0.1 });

  /** @param drawing What is painted on. */
  constructor(drawing: () => Drawing | null) {
    this.#drawing = drawing;
  }

  chosen(): Chosen {
    return this.#chosen.value;
  }

  /** A rectangle that may still be moved is tried in every ink. */
  choose(chosen: Partial<Chosen>): void {
    this.#chosen.value = { ...this.#chosen.peek(), ...chosen };
    if ("tool" in chosen || "colour" in chosen || "isMean" in chosen) this.#drawing()?.dye(this.ink());
  }

  ink(): Ink {
    const { tool, colour, isMean } = this.chosen();
    return { tool, colour: isMean ? (this.#drawing()?.mean ?? GREY) : colour };
  }

  /** The brush's diameter in the photo's pixels. */
  size(): number {
    const drawing = this.#drawing();
    return drawing ? Math.max(1, this.chosen().share * Math.max(drawing.width, drawing.height)) : 1;
  }

  /** @param by 1 for larger, −1 for smaller. */
  resize(by: number): void {
    this.choose({ share: Math.min(MOST, Math.max(LEAST, this.chosen().share * STEP ** by)) });
  }

  /** A slider's place, 0 to 100, for a share and back: small brushes have as much of it as large ones. */
  slider(): number {
    return Math.round((100 * Math.log(this.chosen().share / LEAST)) / Math.log(MOST / LEAST));
  }

  slide(place: number): void {
    this.choose({ share: LEAST * (MOST / LEAST) ** (place / 100) });
  }
}
