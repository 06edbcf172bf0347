/** Colours of what speaks for a class or against it: warm and blue, and a colour of its own for exactly nothing. */
import { el, sharp } from "../../dom.js";
import { differencePixel, pixels } from "../../palette.js";

const BAR_PX = 120;
const CLEAR = 0.06; // however little it is, it isn't nothing

/** @param {number} value @param {number} most That full colour stands for. @param {string} palette Whose colour of zero. */
export function signedPixel(value, most, palette) {
  if (value === 0 || !most) return pixels(palette)[0] ?? 0;
  const share = value / most;
  return differencePixel(Math.sign(share) * Math.max(CLEAR, Math.abs(share)));
}

/** The scale in words and colours. @param {string} [says] What the colours mean. */
export function signedBar(says = "warm speaks for it, blue against it") {
  const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", { "aria-hidden": "true" }));
  const [low, high] = [el("span"), el("span")];
  const words = el("span", { text: says });
  const element = el("p", { class: "sqv-signed-bar sqv-quiet", hidden: true }, low, canvas, high, el("span", { class: "sqv-zero", "aria-hidden": "true" }), "0", words);
  return {
    element,
    /** @param {string} what */
    say: (what) => (words.textContent = what),
    /** @param {number} most @param {(value: number) => string} write @param {string} palette */
    draw: (most, write, palette) => {
      const context = sharp(canvas, BAR_PX, 8);
      for (let x = 0; x < BAR_PX; x += 1) {
        const pixel = signedPixel(x - BAR_PX / 2 + 0.5, BAR_PX / 2, palette);
        context.fillStyle = `rgb(${pixel & 0xff} ${(pixel >> 8) & 0xff} ${(pixel >> 16) & 0xff})`;
        context.fillRect(x, 0, 1.5, 8);
      }
      low.textContent = write(-most);
      high.textContent = write(most);
    },
  };
}
