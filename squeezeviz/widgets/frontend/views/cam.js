import { el, say } from "../dom.js";

/** @import { View } from "../types.js" */

/**
 * Whether the chosen class's own map lies over the photo.
 * @param {import("../store.js").Store} store
 * @returns {View}
 */
export function camSwitch(store) {
  const name = el("span", { class: "sqv-quiet sqv-clip" });
  const button = el("button", { class: "sqv-switch", type: "button", role: "switch", "aria-label": "Class activation map over the photo" });
  button.addEventListener("click", () => store.set({ cam: !store.get("cam") }));
  const draw = () => {
    element.hidden = !store.cams();
    button.setAttribute("aria-checked", String(store.get("cam")));
    say(name, store.photo() ? store.label(store.classIndex()).label : "");
  };
  const element = el(
    "section",
    { class: "sqv-block sqv-spread", title: "The map whose mean is the class's logit (m)" },
    el("h2", { text: "Class activation map" }),
    name,
    button,
  );
  draw();
  return { element, close: store.on(["class", "photo", "network"], draw) };
}
