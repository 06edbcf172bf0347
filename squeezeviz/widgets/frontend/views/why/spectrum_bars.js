import { el } from "../../dom.js";
import { signed } from "./words.js";

/** @import { Evidence, Spectrum } from "../../types.js" */

/** How much of a logit came along paths that see so many pixels. */
export function spectrumBars() {
  const element = el("div", { class: "sqv-spectrum", role: "img" });
  const about = el("span", { class: "sqv-quiet" });
  return {
    element,
    about,
    /** @param {{branches: Evidence["branches"]}} made @param {{known: Spectrum | null, problem: string}} found */
    draw: ({ branches }, { known: spectrum, problem }) => {
      about.textContent = "px a path sees";
      element.dataset["bias"] = spectrum ? String(spectrum.bias) : "";
      if (!spectrum) {
        element.setAttribute("aria-label", problem || "on its way");
        element.replaceChildren(el("p", { class: "sqv-quiet", text: problem || "Following every path …" }));
        return;
      }
      const most = spectrum.sizes.reduce((a, { adds }) => Math.max(a, Math.abs(adds)), 0) || 1;
      const [low, high] = [spectrum.sizes.reduce((a, { adds }) => Math.min(a, adds), 0), spectrum.sizes.reduce((a, { adds }) => Math.max(a, adds), 0)];
      const span = high - low || 1;
      element.replaceChildren(
        ...spectrum.sizes.map(({ size, adds }) => {
          const bar = el("i", { "data-size": size, "data-adds": adds, class: adds < 0 ? "sqv-bar-down" : "sqv-bar-up", title: `${size} px: ${signed(adds)} logits` });
          bar.style.height = `${(Math.abs(adds) / span) * 100}%`;
          bar.style.bottom = `${((Math.min(0, adds) - low) / span) * 100}%`;
          const text = el("span", { class: "sqv-quiet", text: String(size) });
          return el("span", { class: "sqv-spectrum-bar" }, el("span", { class: "sqv-spectrum-room" }, bar), text);
        }),
      );
      const strongest = spectrum.sizes.find(({ adds }) => Math.abs(adds) === most);
      element.setAttribute("aria-label", `Most came along paths that see ${strongest?.size} pixels. ${spectrum.sizes.map(({ size, adds }) => `${size} px ${signed(adds)}`).join(", ")}; biases ${signed(spectrum.bias)}`);
      element.append(
        el("p", { class: "sqv-quiet", text: `Biases on the way add ${signed(spectrum.bias)}. ${branches.map(({ name, adds }) => `${name} ${signed(adds)}`).join(", ")}.` }),
      );
    },
  };
}
