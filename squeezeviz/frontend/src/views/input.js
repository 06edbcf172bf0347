import { el, icon } from "../dom.js";
import { cameraButton } from "./camera.js";

/** @import { View } from "../store/types.ts" */

/**
 * The ways in: a button and the samples.
 * @param {import("../store/flat.ts").Store} store
 * @returns {View}
 */
export function photoInput(store) {
  // The endings as well: some systems don't know what kinds of file these are.
  const file = /** @type {HTMLInputElement} */ (
    el("input", { type: "file", multiple: true, accept: "image/*,.heic,.heif,.hif,.avif", class: "sqv-file", tabindex: "-1", "aria-hidden": "true" })
  );
  const button = el("button", { class: "sqv-button sqv-primary", type: "button", onclick: () => file.click() }, icon("upload"), "Choose photos");
  const camera = cameraButton(store);
  const samples = el("div", { class: "sqv-samples", role: "group", "aria-label": "Samples" });
  const element = el(
    "div",
    { class: "sqv-input" },
    el("div", { class: "sqv-ways" }, el("span", { class: "sqv-buttons" }, button, camera.element), el("span", { class: "sqv-quiet", text: "or drop them anywhere here, or paste one" })),
    samples,
    file,
  );
  file.addEventListener("change", () => {
    store.upload([...(file.files ?? [])]);
    file.value = ""; // so that the same file can be chosen again
  });

  let drawn = "";
  const draw = () => {
    element.hidden = !store.can("upload");
    const all = store.setting().samples;
    const photographs = all.filter((sample) => !sample.is_drawn);
    // A model of drawings is offered two photos all the same: being confidently wrong is a lesson too.
    const drawings = store.network()?.is_drawn ? all.filter((sample) => sample.is_drawn) : [];
    const offered = drawings.length ? [...drawings, ...photographs.slice(0, 2)] : photographs;
    const due = offered.map(({ picture }) => picture).join();
    if (due === drawn) return; // who is on a sample with the keyboard stays there
    drawn = due;
    // While the page is empty they stand in its middle: as rows of one length.
    samples.style.setProperty("--columns", String(offered.length <= 7 ? offered.length : Math.ceil(offered.length / 2)));
    samples.replaceChildren(
      ...offered.map((sample) =>
        el(
          "button",
          { class: "sqv-sample", type: "button", title: `${sample.title}. ${sample.credit}`, onclick: () => store.sample(sample.name) },
          el("img", { src: sample.picture, alt: "", width: 56, height: 56 }),
          el("span", { text: sample.name.replace(/^shape-/, "").replaceAll("-", " ") }),
        ),
      ),
    );
  };
  draw();
  const off = store.on(["setting", "network"], draw);
  return {
    element,
    close: () => {
      off();
      camera.close?.();
    },
  };
}

/**
 * Drag and drop and paste, on a whole page.
 * @param {HTMLElement} root
 * @param {import("../store/flat.ts").Store} store
 * @returns {View} The veil that invites while a file hangs over the page.
 */
export function dropTarget(root, store) {
  const veil = el("div", { class: "sqv-veil", hidden: true }, el("span", { text: "Drop to see what the network says" }));
  /** @param {DataTransfer | null} transfer */
  const photosOf = (transfer) => [...(transfer?.files ?? [])];
  const carriesFiles = (/** @type {DragEvent} */ event) => store.can("upload") && [...(event.dataTransfer?.types ?? [])].includes("Files");
  const listeners = /** @type {[string, (event: any) => void][]} */ ([
    [
      "dragover",
      (event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        event.stopPropagation();
        veil.hidden = false;
      },
    ],
    [
      "dragleave",
      (event) => {
        if (!root.contains(event.relatedTarget)) veil.hidden = true;
      },
    ],
    [
      "drop",
      (event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        event.stopPropagation(); // JupyterLab would open the file in a tab of its own
        veil.hidden = true;
        store.upload(photosOf(event.dataTransfer));
      },
    ],
    [
      "paste",
      (event) => {
        const photos = photosOf(event.clipboardData);
        if (!photos.length || !store.can("upload")) return;
        event.preventDefault();
        event.stopPropagation();
        store.upload(photos);
      },
    ],
  ]);
  for (const [type, listener] of listeners) root.addEventListener(type, listener);
  return {
    element: veil,
    close: () => {
      for (const [type, listener] of listeners) root.removeEventListener(type, listener);
    },
  };
}
