import { el } from "../dom.js";

/** @import { View } from "../types.js" */

/**
 * The page as one file, to be sent to somebody: asked for, under way, kept or impossible.
 * @param {import("../store.js").Store} store
 * @returns {View}
 */
export function sendAsFile(store) {
  const button = /** @type {HTMLButtonElement} */ (
    el("button", {
      class: "sqv-button",
      type: "button",
      text: "Send as one file",
      title: "This page with its photos, the network and every layer: one HTML file that works from disk, without Python or a network",
      onclick: () => store.files().make("page"),
    })
  );
  const words = el("span", { class: "sqv-quiet", role: "status" });
  const element = el("div", { class: "sqv-send" }, button, words);
  const draw = () => {
    const { isWorking, last } = store.files().of("page");
    element.hidden = !store.can("page") || !store.photo();
    button.disabled = isWorking;
    words.classList.toggle("sqv-problem", Boolean(last?.problem));
    if (isWorking) words.textContent = "putting the network and the photos together …";
    else if (last?.problem) words.textContent = last.problem;
    else if (last) words.textContent = `${last.name}, ${(last.bytes / 1e6).toFixed(1)} MB: in your downloads${last.bytes > 50e6 ? ". Too large for most mail: fewer photos make it smaller" : ""}`;
    else words.textContent = "";
  };
  draw();
  return { element, close: store.on(["files", "photos", "photo", "setting"], draw) };
}
