import { oneMap } from "../../atlas.js";
import { el, sharp } from "../../dom.js";
import { branchOf, shortName } from "../../network.js";
import { indexOf, pixels } from "../../palette.js";
import { signed } from "./why.js";

/** @import { Evidence } from "../../types.js" */

const THUMB_PX = 26;

/**
 * What each channel of the last concatenation adds to the logit over all active cells; the strongest, and the rest.
 * @param {import("../../store.js").Store} store
 */
export function channelBars(store) {
  const element = el("ol", { class: "sqv-terms" });
  const about = el("span", { class: "sqv-quiet" });
  return {
    element,
    about,
    /** @param {Evidence} made */
    draw: (made) => {
      const { channels, source, rest, bias } = made.duel ?? made;
      const layer = store.network()?.layers.find(({ name }) => name === source);
      const tensor = store.tensor(source);
      about.textContent = `of ${source}, in logits`;
      const lines = [
        ...channels.map(({ channel, adds }) => ({ channel, adds, text: String(channel) })),
        { channel: -1, adds: rest, text: `${made.count - channels.length} others` },
        { channel: -1, adds: bias, text: "bias" },
      ];
      const most = lines.reduce((a, { adds }) => Math.max(a, Math.abs(adds)), 0) || 1;
      element.replaceChildren(
        ...lines.map(({ channel, adds, text }) => {
          const canvas = channel >= 0 ? /** @type {HTMLCanvasElement} */ (el("canvas", { "aria-hidden": "true" })) : el("span");
          if (channel >= 0 && tensor && canvas instanceof HTMLCanvasElement) {
            const [, height, width] = tensor.shape;
            const table = pixels(store.get("palette"));
            const drawn = sharp(canvas, THUMB_PX, THUMB_PX);
            drawn.imageSmoothingEnabled = false;
            const top = tensor.max[channel] ?? 0;
            drawn.drawImage(oneMap(width, height, (at) => table[indexOf(tensor.values[channel * width * height + at] ?? 0, top)] ?? 0), 0, 0, THUMB_PX, THUMB_PX);
          }
          const bar = el("i", { class: adds < 0 ? "sqv-bar-down" : "sqv-bar-up" });
          bar.style.width = `${Math.max(1, (Math.abs(adds) / most) * 100)}%`;
          const branch = layer && channel >= 0 ? branchOf(/** @type {import("../../types.js").Network} */ (store.network()), layer, channel) : null;
          const cells = [
            canvas,
            el("span", { class: channel < 0 ? "sqv-cut-off sqv-across" : "sqv-cut-off", text, title: text }),
            channel < 0 ? null : el("span", { class: "sqv-quiet", text: branch ? shortName(branch) : "" }),
            el("span", { class: "sqv-num sqv-adds", "data-adds": adds, text: signed(adds) }),
            el("span", { class: "sqv-bars-place", "aria-hidden": "true" }, bar),
          ];
          const row = channel < 0 ? el("div", { class: "sqv-term" }, ...cells) : el("button", { class: "sqv-term", type: "button", "aria-label": `${source}, channel ${channel}: ${signed(adds)} logits`, onclick: () => store.chooseLayer(source, channel) }, ...cells);
          return el("li", {}, row);
        }),
      );
    },
  };
}
