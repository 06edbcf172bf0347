/** A figure as a sheet of paper: marks at places in millimetres from its top left corner, and a caption under them. */

/** Pixels as they are: no cell is smoothed into its neighbour. RGBA, row by row. */
export interface Pixels {
  width: number;
  height: number;
  rgba: Uint8ClampedArray<ArrayBuffer>;
}

interface Place {
  x: number;
  y: number;
}

interface Area extends Place {
  width: number;
  height: number;
}

export type Mark =
  | (Area & { kind: "block"; fill: string; edge: string; line: number; dash: number })
  | (Area & { kind: "picture"; pixels: Pixels; opacity: number })
  /** Its baseline begins, ends or has its middle there. */
  | (Place & { kind: "text"; text: string; size: number; colour: string; isBold: boolean; align: Align });

export type Align = "left" | "center" | "right";

/** How wide a line of text is: letters of a size in points, in millimetres. */
export type Measure = (text: string, size: number, isBold: boolean) => number;

/** As ../../../figures/look.py has them: white paper, and type that journals print. */
export const INK = {
  ground: "#ffffff",
  ink: "#171a1e",
  quiet: "#5a626c",
  rule: "#c9cfd6",
  track: "#edf0f3",
  accent: "#1666d0",
  bar: "#7f8893",
};
export const [TITLE, BODY, QUIET, SMALL] = [8.5, 7.5, 6.5, 6];
export const FONT = '"DejaVu Sans", sans-serif';
export const MM_PER_POINT = 25.4 / 72;
const MARGIN = 1.2;
const LINE = 1.35; // in sizes of type

/** Room on a sheet, in millimetres. How tall it gets, drawing in it tells. */
export interface Box {
  left: number;
  top: number;
  width: number;
}

interface Written {
  colour?: string;
  isBold?: boolean;
  align?: Align;
}

export class Sheet {
  readonly marks: Mark[] = [];
  readonly width: number;
  height = 0;
  caption = "";
  readonly #measure: Measure;

  /** @param width In millimetres: 178 is two columns of a journal. */
  constructor(measure: Measure, width = 178) {
    this.#measure = measure;
    this.width = width;
  }

  /** What is within the margins. */
  get room(): Box {
    return { left: MARGIN, top: MARGIN, width: this.width - 2 * MARGIN };
  }

  write(x: number, y: number, text: string, size = BODY, options: Written = {}): void {
    const { colour = INK.ink, isBold = false, align = "left" } = options;
    this.marks.push({ kind: "text", x, y, text: visible(text), size, colour, isBold, align });
  }

  block(area: Area, fill: string, { edge = "none", line = 0.2, dash = 0 } = {}): void {
    this.marks.push({ kind: "block", ...area, fill, edge, line, dash });
  }

  picture(pixels: Pixels, area: Area, opacity = 1): void {
    this.marks.push({ kind: "picture", ...area, pixels, opacity });
  }

  /** A title, what qualifies it, and at the right what is to be said of it. @returns Where they end. */
  heading({ left, top, width }: Box, title: string, quiet = "", right = "", size = TITLE): number {
    const base = top + size * MM_PER_POINT;
    const written = this.fitting(title, width, size, true);
    this.write(left, base, written, size, { isBold: true });
    const taken = this.#measure(written, size, true) + 2;
    const beside = this.#measure(right, QUIET, false);
    const isSaid = taken + beside <= width;
    if (isSaid && right) this.write(left + width, base, right, QUIET, { colour: INK.quiet, align: "right" });
    const room = width - taken - (isSaid && right ? beside + 2 : 0);
    const words = this.fitting(quiet, room, QUIET, false);
    if (words) this.write(left + taken, base, words, QUIET, { colour: INK.quiet });
    return base + 1.6;
  }

  /** A text, cut off with an ellipsis where it is wider than so many millimetres. */
  fitting(text: string, width: number, size = BODY, isBold = false): string {
    const letters = [...visible(text)];
    if (this.#measure(letters.join(""), size, isBold) <= width) return letters.join("");
    let kept = letters.length;
    while (kept > 0 && this.#measure(`${letters.slice(0, kept).join("")}…`, size, isBold) > width) kept -= 1;
    return kept > 2 ? `${letters.slice(0, kept).join("").trimEnd()}…` : "";
  }

  /** Write the caption under what has been drawn, and cut the sheet off there. */
  finish(bottom: number, sentences: readonly string[]): this {
    this.caption = sentences.map((each) => (/[.!?]$/.test(each) ? each : `${each}.`)).join(" ");
    let base = bottom + 1.2;
    for (const line of this.#lines(this.caption)) {
      base += SMALL * LINE * MM_PER_POINT;
      this.write(this.room.left, base, line, SMALL, { colour: INK.quiet });
    }
    this.height = base + 0.6 + MARGIN;
    return this;
  }

  #lines(text: string): string[] {
    const lines: string[] = [];
    let line = "";
    for (const word of visible(text).split(" ")) {
      const longer = line ? `${line} ${word}` : word;
      if (line && this.#measure(longer, SMALL, false) > this.room.width) {
        lines.push(line);
        line = this.fitting(word, this.room.width, SMALL);
      } else line = longer;
    }
    return [...lines, line];
  }
}

/** Text that is shown and does nothing: control characters make an SVG ill-formed, others turn what follows around. */
const visible = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\ufffe\uffff]/gu, "�");
