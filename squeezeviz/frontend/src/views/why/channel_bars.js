import { el } from "../../dom.js";
import { branchOf, shortName } from "../../store/layers.ts";
import { thumb } from "./thumb.js";
import { signed } from "./words.js";

/** @import { Evidence } from "../../store/types.ts" */

/**
 * What each channel of the last concatenation adds to the logit over all active cells; the strongest, and the rest.
 * @param {import("../../store/flat.ts").Store} store
 */
export function channelBars(store) {
  const element = el("ol", { class: "sqv-terms" });
  const about = el("span", { class: "sqv-quiet" });
  return {
    element,
    about,
    /** @param {Evidence} made */
    draw: (made) => {
      const { channels, source, rest, bias } = made.contrast ?? made;
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
          const canvas = channel >= 0 ? thumb(tensor, channel, store.get("palette")) : el("span");
          const bar = el("i", { class: adds < 0 ? "sqv-bar-down" : "sqv-bar-up" });
          bar.style.width = `${Math.max(1, (Math.abs(adds) / most) * 100)}%`;
          const branch = layer && channel >= 0 ? branchOf(/** @type {import("../../store/types.ts").Network} */ (store.network()), layer, channel) : null;
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
