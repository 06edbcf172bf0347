import { amount, sharp, token, widthOf } from "../../dom.js";
import { colour } from "../../palette.js";

/** @import { Across } from "../../store/types.ts" */

const [LEFT, BASE, TALL, ZERO_PX] = [18, 44, 36, 10];

/** Where a value lies among bins that begin at the edges: as a number of bins. @param {number[]} edges @param {number} value */
function placeOf(edges, value) {
  if (value <= (edges[0] ?? 0)) return 0;
  const next = edges.findIndex((edge) => edge > value);
  if (next < 0) return edges.length - 1;
  const [low, high] = [edges[next - 1] ?? 1, edges[next] ?? 2];
  return next - 1 + Math.log(value / low) / Math.log(high / low);
}

/**
 * How many photos of a data set reach which maximum, evenly on a logarithmic axis, with this photo's own marked; photos
 * without an answer apart, at the left.
 * @param {HTMLCanvasElement} canvas
 * @param {Across} known
 * @param {number | null} own This photo's maximum.
 * @param {string} palette
 */
export function peaks(canvas, { edges, peaks: counts, photos }, own, palette) {
  const width = canvas.parentElement ? widthOf(canvas.parentElement) : 0;
  const [none, ...above] = counts;
  const found = above.flatMap((count, bin) => (count ? [bin] : []));
  const [least, most] = [found[0], found.at(-1)];
  if (!width || least === undefined || most === undefined) return;
  const marked = own ? Math.floor(placeOf(edges, own)) : least;
  const first = Math.max(0, Math.min(least, marked) - 1);
  const last = Math.min(above.length - 1, Math.max(most, marked) + 1);
  const drawn = sharp(canvas, width, 62);
  const wide = (width - LEFT) / (last - first + 1);
  const tallest = Math.max(...above);
  const without = none ? Math.max(1.5, Math.min(TALL, (TALL * none) / tallest)) : 0;
  drawn.fillStyle = token(canvas, "--zero");
  drawn.fillRect(0, BASE - without, ZERO_PX, without);
  drawn.strokeStyle = token(canvas, "--rule-2");
  drawn.lineWidth = 1;
  drawn.strokeRect(0.5, BASE - without + 0.5, ZERO_PX - 1, Math.max(0, without - 1));
  if ((none ?? 0) > tallest) {
    // Broken off: how many there are is in words above.
    drawn.fillStyle = token(canvas, "--bg");
    drawn.beginPath();
    drawn.moveTo(-2, 26);
    drawn.lineTo(13, 20);
    drawn.lineTo(13, 24);
    drawn.lineTo(-2, 30);
    drawn.fill();
  }
  above.slice(first, last + 1).forEach((count, at) => {
    if (!count) return;
    const tall = Math.max(1.5, (TALL * count) / tallest);
    drawn.fillStyle = colour(palette, Math.round(60 + (170 * at) / Math.max(1, last - first)));
    drawn.fillRect(LEFT + at * wide, BASE - tall, Math.max(1, wide - 1), tall);
  });
  drawn.fillStyle = token(canvas, "--rule-2");
  drawn.fillRect(LEFT, BASE, width - LEFT, 1);
  drawn.fillStyle = token(canvas, "--ink-2");
  drawn.textBaseline = "top";
  drawn.textAlign = "left";
  drawn.fillText("0", 2, BASE + 5);
  drawn.fillText(amount(edges[first] ?? 0), LEFT, BASE + 5);
  drawn.textAlign = "right";
  drawn.fillText(amount(edges[last + 1] ?? 0), width, BASE + 5);
  canvas.dataset["own"] = own === null ? "" : String(own);
  if (own !== null) {
    const x = own > 0 ? LEFT + (placeOf(edges, own) - first) * wide : ZERO_PX / 2;
    drawn.fillStyle = token(canvas, "--accent");
    drawn.fillRect(x - 0.75, 4, 1.5, BASE - 4);
    drawn.beginPath();
    drawn.moveTo(x - 4, 0);
    drawn.lineTo(x + 4, 0);
    drawn.lineTo(x, 6);
    drawn.fill();
    drawn.textAlign = "center";
    const said = `here ${amount(own)}`;
    const half = drawn.measureText(said).width / 2;
    const ends = [LEFT + drawn.measureText(amount(edges[first] ?? 0)).width + 6 + half, width - drawn.measureText(amount(edges[last + 1] ?? 0)).width - 6 - half];
    drawn.fillText(said, Math.min(Math.max(x, ends[0] ?? 0), ends[1] ?? 0), BASE + 5);
  }
  const range = `${amount(edges[least] ?? 0)} to ${amount(edges[most + 1] ?? 0)}`;
  canvas.setAttribute("aria-label", `Histogram of ${photos} photos by their maximum, on a logarithmic axis: ${none ?? 0} at 0, the others from ${range}${own === null ? "" : `; this photo reaches ${amount(own)}`}`);
}
