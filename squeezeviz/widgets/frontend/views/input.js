import { el, icon } from "./dom.js";

/** @import { Cleanup, Sample } from "./types.js" */

/**
 * The ways in: a button, the samples; and, on the whole widget, drag and drop and paste.
 *
 * @param {HTMLElement} root Where photos may be dropped and pasted.
 * @param {{files: (files: File[]) => void, sample: (name: string) => void}} on
 */
export function photoInput(root, on) {
  const file = /** @type {HTMLInputElement} */ (
    el("input", { type: "file", multiple: true, accept: "image/*", class: "sqv-file", tabindex: "-1", "aria-hidden": "true" })
  );
  const button = el("button", { class: "sqv-button sqv-primary", type: "button" }, icon("upload"), "Choose photos");
  const samples = el("div", { class: "sqv-samples", role: "group", "aria-label": "Samples" });
  const veil = el("div", { class: "sqv-veil", hidden: true }, el("span", { text: "Drop to see what the network says" }));

  const element = el(
    "div",
    { class: "sqv-input" },
    el("div", { class: "sqv-ways" }, button, el("span", { class: "sqv-quiet", text: "or drop them anywhere here, or paste one" })),
    samples,
    file,
  );
  root.append(veil);

  /** @param {DataTransfer | null} transfer */
  const photosOf = (transfer) => [...(transfer?.files ?? [])];
  const carriesFiles = (/** @type {DragEvent} */ event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

  button.addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    on.files([...(file.files ?? [])]);
    file.value = ""; // so that the same file can be chosen again
  });

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
        on.files(photosOf(event.dataTransfer));
      },
    ],
    [
      "paste",
      (event) => {
        const photos = photosOf(event.clipboardData);
        if (!photos.length) return;
        event.preventDefault();
        event.stopPropagation();
        on.files(photos);
      },
    ],
  ]);
  for (const [type, listener] of listeners) root.addEventListener(type, listener);

  return {
    element,
    /** @param {Sample[]} offered */
    offer: (offered) => {
      samples.replaceChildren(
        ...offered.map((sample) =>
          el(
            "button",
            { class: "sqv-sample", type: "button", title: `${sample.title}. ${sample.credit}`, onclick: () => on.sample(sample.name) },
            el("img", { src: sample.picture, alt: "", width: 56, height: 56 }),
            el("span", { text: sample.name.replace(/^shape-/, "").replaceAll("-", " ") }),
          ),
        ),
      );
    },
    /** @type {Cleanup} */
    close: () => {
      for (const [type, listener] of listeners) root.removeEventListener(type, listener);
    },
  };
}
