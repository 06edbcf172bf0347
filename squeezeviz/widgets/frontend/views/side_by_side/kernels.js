import { amount, el, sharp } from "../../dom.js";

/** @import { Kernels, View } from "../../types.js" */

const [PATCH_PX, GAP_PX] = [12, 3];

/**
 * Preprocessing is weights: the first convolution with means, scale and channel order folded in, one sheet a preprocessing,
 * and the proof that it makes the same activations of the plain pixels.
 * @param {import("../../store.js").Store} store
 * @returns {View}
 */
export function kernelSheets(store) {
  const sheets = el("div", { class: "sqv-sheets" });

  /** @param {HTMLCanvasElement} canvas @param {Kernels} kernels */
  const paint = (canvas, { shape, values }) => {
    const [count, colours, height, width] = shape;
    const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const columns = Math.ceil(Math.sqrt(count));
    const pitch = PATCH_PX + GAP_PX;
    const context = sharp(canvas, columns * pitch - GAP_PX, Math.ceil(count / columns) * pitch - GAP_PX);
    const [down, across] = [PATCH_PX / height, PATCH_PX / width];
    for (let kernel = 0; kernel < count; kernel += 1) {
      const [left, top] = [(kernel % columns) * pitch, Math.floor(kernel / columns) * pitch];
      for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
          const [r, g, b] = [0, 1, 2].map((colour) => Math.round(128 + 127 * ((values[((kernel * colours + (colours === 1 ? 0 : colour)) * height + y) * width + x] ?? 0) / most)));
          context.fillStyle = `rgb(${r} ${g} ${b})`;
          context.fillRect(left + x * across, top + y * down, across, down);
        }
      }
    }
    return most;
  };

  const draw = () => {
    const photo = store.photo();
    if (!photo || !element.open) return;
    const names = [photo.preset, ...store.others()];
    sheets.replaceChildren(
      ...names.map((name) => {
        const known = store.kernelsOf(name);
        const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", { role: "img", "aria-label": `Kernels of conv1 under ${name}` }));
        const most = known ? paint(canvas, known) : 0;
        return el(
          "figure",
          { "data-preset": name },
          el("figcaption", {}, el("b", { text: name })),
          canvas,
          known ? el("p", { class: "sqv-quiet", text: `grey is 0, full colour ±${amount(most)} a pixel value` }) : el("p", { class: "sqv-quiet", text: "…" }),
          known
            ? el("p", { class: "sqv-proof", title: "Largest difference between the layer's activation and what these kernels make of the plain pixels, over the whole photo" }, "same within ", el("b", { "data-difference": known.difference, text: known.difference.toPrecision(2) }), ` of ${amount(known.largest)}`)
            : false,
        );
      }),
    );
  };

  const element = /** @type {HTMLDetailsElement} */ (
    el(
      "details",
      { class: "sqv-block sqv-folded" },
      el("summary", {}, el("h2", { text: "Preprocessing is weights" }), el("span", { class: "sqv-quiet", text: "means, scale and channel order folded into conv1" })),
      el("p", {
        class: "sqv-quiet",
        text: "A convolution without padding takes (s·v + o) and multiplies by w; it might as well take v and multiply by w·s, with Σ w·o added to its bias. So each preprocessing is a set of 64 kernels on the photo's own red, green and blue. What cannot be folded is geometry: resizing and cropping.",
      }),
      sheets,
    )
  );
  element.addEventListener("toggle", draw);
  return { element, close: store.on(["compared", "photo", "network"], draw) };
}
