import { calmly } from "../calm.js";
import { el } from "../dom.js";

/** @import { View } from "../types.js" */

/**
 * How photos are preprocessed, to choose from; with what that means in a line.
 * @param {import("../store.js").Store} store
 * @returns {View}
 */
export function presetPicker(store) {
  const picker = /** @type {HTMLSelectElement} */ (el("select", { class: "sqv-select", "aria-label": "Preprocessing" }));
  picker.addEventListener("change", () => store.set({ preset: picker.value }));
  const words = el("span", { class: "sqv-quiet sqv-words" });

  const draw = () => {
    const presets = store.presets();
    if (picker.options.length !== presets.length) {
      picker.replaceChildren(...presets.map(({ name, origin }) => el("option", { value: name, title: origin, text: name })));
    }
    picker.value = store.get("preset");
    const chosen = presets.find(({ name }) => name === picker.value);
    words.textContent = chosen?.words ?? "";
    words.title = [chosen?.words, chosen?.origin].filter(Boolean).join(". ");
    picker.title = words.title;
  };
  draw();
  return {
    element: el("label", { class: "sqv-preset" }, el("span", { class: "sqv-quiet", text: "preprocessing" }), picker, words),
    close: store.on(["setting"], draw),
  };
}

/**
 * What the last answer took, stage by stage, as measured.
 * @param {import("../store.js").Store} store
 * @returns {View}
 */
export function stageTimes(store) {
  const element = el("span", { class: "sqv-quiet sqv-times" });
  const draw = () => {
    const photo = store.photo();
    const { transfer, draw: drawing } = store.times();
    // A page without a kernel measures none of the first three.
    const stages = photo
      ? [
          ...["decode", "preprocess", "run"].map((name) => [name, photo.times[/** @type {"run"} */ (name)]]).filter(([, ms]) => ms !== undefined),
          ...(transfer ? [["transfer", transfer]] : []),
          ...(drawing ? [["draw", drawing]] : []),
        ]
      : [];
    const shown = stages.map(([name, ms]) => `${name} ${Number(ms).toFixed(Number(ms) < 10 ? 1 : 0)}`);
    const spared = photo?.isLive && store.camera.isSlow() ? "maps every 2nd frame · " : "";
    element.textContent = shown.length ? `${spared}${shown.join(" · ")} ms` : "";
  };
  draw();
  const calm = calmly(store, draw);
  const offs = [calm.close, store.on(["times", "photo"], calm.draw)];
  return { element, close: () => offs.forEach((off) => off()) };
}
