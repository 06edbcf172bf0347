import { el } from "../dom.js";

/** @import { View } from "../types.js" */

/** What can be had as a figure, and what it is called. */
const VIEWS = [
  ["explorer", "the whole page"],
  ["maps", "feature maps"],
  ["photo", "photo"],
  ["prediction", "prediction"],
  ["network", "network"],
  ["channel", "channel"],
  ["kernels", "kernels"],
  ["arithmetic", "arithmetic of the cell"],
  ["drift", "other preprocessings"],
];
const FORMATS = ["svg", "png", "pdf"];

/**
 * What can be taken away: the page as one file, and figures for print.
 * @param {import("../store.js").Store} store
 * @returns {View}
 */
export function takeAway(store) {
  const page = /** @type {HTMLButtonElement} */ (
    el("button", {
      class: "sqv-button",
      type: "button",
      text: "Send as one file",
      title: "This page with its photos, the network and every layer: one HTML file that works from disk, without Python or a network",
      onclick: () => store.files().make("page"),
    })
  );
  /** @param {string} label @param {string[][]} options */
  const select = (label, options) => /** @type {HTMLSelectElement} */ (el("select", { class: "sqv-select", "aria-label": label }, ...options.map(([value, text]) => el("option", { value, text }))));
  const view = select("What the figure shows", VIEWS);
  const format = select("Format of the figure", FORMATS.map((name) => [name, name.toUpperCase()]));
  const figure = /** @type {HTMLButtonElement} */ (
    el("button", {
      class: "sqv-button",
      type: "button",
      text: "Save the figure",
      title: "For papers and slides, at print quality, with a caption that says what made it",
      onclick: () => store.files().make("figure", { name: "the figure", photo: store.photo()?.id, view: view.value, format: format.value, channel: store.channel(), cell: store.cell(), class_index: store.classIndex() }),
    })
  );
  const words = el("span", { class: "sqv-quiet", role: "status" });
  const figures = el("span", { class: "sqv-take" }, el("span", { class: "sqv-quiet", text: "Figure of" }), view, format, figure);
  const element = el("div", { class: "sqv-send" }, page, figures, words);

  /** @param {string} kind @param {string} working */
  const say = (kind, working) => {
    const { isWorking, last } = store.files().of(kind);
    if (isWorking) return working;
    if (last?.problem) return last.problem;
    return last ? `${last.name}, ${last.bytes > 1e6 ? `${(last.bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(last.bytes / 1e3)} kB`}: in your downloads${last.bytes > 50e6 ? ". Too large for most mail: fewer photos make it smaller" : ""}` : "";
  };
  const draw = () => {
    const files = store.files();
    const isLive = Boolean(store.photo()?.isLive); // a frame that is gone is nothing to take away
    element.hidden = !store.can("page") || !store.photo() || isLive;
    figures.hidden = !store.can("figure");
    page.disabled = files.of("page").isWorking;
    figure.disabled = files.of("figure").isWorking;
    words.classList.toggle("sqv-problem", Boolean(files.of("page").last?.problem || files.of("figure").last?.problem));
    words.textContent = [say("page", "putting the network and the photos together …"), say("figure", "drawing …")].filter(Boolean).join("; ");
  };
  draw();
  return { element, close: store.on(["files", "photos", "photo", "setting"], draw) };
}
