/** What is painted with: one choice for a page, kept while photos come and go. */

/** @import { Tool } from "../../store/drawing.js" */

export const TOOLS = /** @type {{value: Tool, text: string, title: string}[]} */ ([
  { value: "paint", text: "Paint", title: "Paint in one colour" },
  { value: "blur", text: "Blur", title: "Blur what is there: what is finer than a 24th of the photo is gone" },
  { value: "cut", text: "Cut", title: "Cut out: fill with the photo's mean colour" },
  { value: "restore", text: "Restore", title: "Bring the photo back where you brush" },
]);
export const SHAPES = [
  { value: "brush", text: "Brush" },
  { value: "rectangle", text: "Rectangle", title: "Draw it, then drag it on, or move it with the arrow keys, and size it with Shift and arrows" },
];
export const GREY = "#808080"; // 128, what occlusion fills with

const [LEAST, MOST, STEP] = [0.01, 0.5, 1.25];

/** @param {import("../../store/flat.ts").Store} store */
export function createTools(store) {
  const tools = {
    /** @type {Tool} */
    tool: "paint",
    /** @type {"brush" | "rectangle"} */
    shape: "brush",
    colour: GREY,
    /** Whether the colour is the photo's mean, whichever photo that is. */
    isMean: false,
    /** Of the photo's longer side. */
    share: 0.1,
  };
  /** @param {Partial<typeof tools>} chosen */
  const choose = (chosen) => {
    Object.assign(tools, chosen);
    store.edit.tell();
  };
  /** @returns {import("../../store/drawing.js").Ink} */
  const ink = () => ({ tool: tools.tool, colour: tools.isMean ? (store.edit.drawing()?.mean ?? GREY) : tools.colour });
  return {
    get: () => tools,
    /** A rectangle that may still be moved is tried in every ink. @param {Partial<typeof tools>} chosen */
    choose: (chosen) => {
      choose(chosen);
      if ("tool" in chosen || "colour" in chosen || "isMean" in chosen) store.edit.drawing()?.dye(ink());
    },
    ink,
    /** The brush's diameter in the photo's pixels. */
    size: () => {
      const drawing = store.edit.drawing();
      return drawing ? Math.max(1, tools.share * Math.max(drawing.width, drawing.height)) : 1;
    },
    /** @param {number} by 1 for larger, -1 for smaller. */
    resize: (by) => choose({ share: Math.min(MOST, Math.max(LEAST, tools.share * STEP ** by)) }),
    /** A slider's place, 0 to 100, for a share and back: small brushes have as much of it as large ones. */
    slider: () => Math.round((100 * Math.log(tools.share / LEAST)) / Math.log(MOST / LEAST)),
    /** @param {number} place */
    slide: (place) => choose({ share: LEAST * (MOST / LEAST) ** (place / 100) }),
  };
}

/** @typedef {ReturnType<typeof createTools>} Tools */
