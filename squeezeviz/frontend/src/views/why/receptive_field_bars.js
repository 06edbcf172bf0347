import { el } from "../../dom.js";
import { sizeText } from "../../store/layers.ts";
import { signed } from "./words.js";

/** @import { Evidence, ReceptiveFieldContributions } from "../../store/types.ts" */

/** How much of a logit came along paths that see so many pixels. */
export function receptiveFieldBars() {
  const element = el("div", { class: "sqv-receptive-fields", role: "img" });
  const about = el("span", { class: "sqv-quiet" });
  return {
    element,
    about,
    /** @param {{branches: Evidence["branches"]}} made @param {{known: ReceptiveFieldContributions | null, problem: string}} found */
    draw: ({ branches }, { known: contributions, problem }) => {
      about.textContent = "px a path sees";
      element.dataset["bias"] = contributions ? String(contributions.bias) : "";
      if (!contributions) {
        element.setAttribute("aria-label", problem || "on its way");
        element.replaceChildren(el("p", { class: "sqv-quiet", text: problem || "Following every path …" }));
        return;
      }
      const most = contributions.sizes.reduce((a, { adds }) => Math.max(a, Math.abs(adds)), 0) || 1;
      const [low, high] = [contributions.sizes.reduce((a, { adds }) => Math.min(a, adds), 0), contributions.sizes.reduce((a, { adds }) => Math.max(a, adds), 0)];
      const span = high - low || 1;
      element.replaceChildren(
        ...contributions.sizes.map(({ size, adds }) => {
          const bar = el("i", { "data-size": sizeText(size), "data-adds": adds, class: adds < 0 ? "sqv-bar-down" : "sqv-bar-up", title: `${sizeText(size)} px: ${signed(adds)} logits` });
          bar.style.height = `${(Math.abs(adds) / span) * 100}%`;
          bar.style.bottom = `${((Math.min(0, adds) - low) / span) * 100}%`;
          const text = el("span", { class: "sqv-quiet", text: sizeText(size) });
          return el("span", { class: "sqv-receptive-fields-bar" }, el("span", { class: "sqv-receptive-fields-room" }, bar), text);
        }),
      );
      const strongest = contributions.sizes.find(({ adds }) => Math.abs(adds) === most);
      element.setAttribute("aria-label", `Most came along paths that see ${strongest ? sizeText(strongest.size) : 0} pixels. ${contributions.sizes.map(({ size, adds }) => `${sizeText(size)} px ${signed(adds)}`).join(", ")}; biases ${signed(contributions.bias)}`);
      element.append(
        el("p", { class: "sqv-quiet", text: `Biases on the way add ${signed(contributions.bias)}. ${branches.map(({ name, adds }) => `${name} ${signed(adds)}`).join(", ")}.` }),
      );
    },
  };
}
