import { calmly } from "../calm.js";
import { el, percent } from "../dom.js";

/** @import { View } from "../types.js" */

/**
 * What the model would have said of the same photo otherwise preprocessed; a click preprocesses it so. More of it stands side by
 * side, below.
 * @param {import("../store.js").Store} store
 * @returns {View}
 */
export function variants(store) {
  const rows = el("div", { class: "sqv-variants" });
  /** @type {import("../types.js").Variant[]} */
  let before = [];
  const draw = () => {
    const photo = store.photo();
    if (!photo) return;
    const known = store.variants();
    if (known) before = known;
    const inUse = store.get("preset");
    const best = before.find(({ preset }) => preset === inUse);
    // A row for each that is compared, answered or not: what stands below stays where it is, also under a pointer.
    rows.replaceChildren(
      ...[photo.preset, ...store.others()].map((preset) => {
        const variant = before.find((other) => other.preset === preset);
        const label = variant?.label ?? (known ? "not for this photo" : "…");
        return el(
          "button",
          {
            class: variant && best && variant.class_index !== best.class_index ? "sqv-variant sqv-moved" : "sqv-variant",
            type: "button",
            title: variant?.origin,
            "aria-pressed": String(preset === inUse),
            onclick: () => store.set({ preset }),
          },
          el("span", { class: "sqv-variant-name", text: preset }),
          el("span", { class: "sqv-variant-label", text: label, title: label }),
          el("span", { class: "sqv-num", text: variant ? percent(variant.probability) : "" }),
        );
      }),
    );
  };
  const open = el("button", {
    class: "sqv-button",
    type: "button",
    onclick: () => {
      const isOpen = store.get("comparing");
      store.set({ comparing: !isOpen });
      if (isOpen) return;
      const reveal = () => open.closest(".sqv")?.querySelector(".sqv-side-by-side")?.scrollIntoView({ behavior: "smooth", block: "start" });
      requestAnimationFrame(() => requestAnimationFrame(reveal));
    },
  });
  const tell = () => {
    const isOpen = store.get("comparing");
    open.hidden = !store.can("side-by-side");
    open.textContent = isOpen ? "Close side by side" : "Side by side ↓";
    open.setAttribute("aria-expanded", String(isOpen));
  };
  draw();
  tell();
  const calm = calmly(store, draw);
  const offs = [calm.close, store.on(["variants", "photo", "setting", "compared"], calm.draw), store.on(["compared", "setting"], tell)];
  return {
    element: el(
      "section",
      { class: "sqv-block", "aria-label": "Preprocessed differently" },
      el("header", { class: "sqv-spread" }, el("h2", { text: "Preprocessed differently" }), el("span", { class: "sqv-quiet", text: "top 1" })),
      rows,
      open,
    ),
    close: () => offs.forEach((off) => off()),
  };
}
