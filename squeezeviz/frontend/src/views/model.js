import { el, icon } from "../dom.js";

/** @import { View } from "../store/types.ts" */

/**
 * Which model answers, to choose from.
 * @param {import("../store/flat.ts").Store} store
 * @returns {View}
 */
export function modelPicker(store) {
  const picker = /** @type {HTMLSelectElement} */ (el("select", { class: "sqv-select sqv-model", "aria-label": "Model" }));
  picker.addEventListener("change", () => store.use(picker.value));
  const only = el("strong", {}); // where there is nothing to choose from

  const draw = () => {
    const network = store.network();
    const answering = network?.name ?? "";
    const offered = store.setting().models;
    const all = !answering || offered.some(({ name }) => name === answering) ? offered : [{ name: answering, label_space: "" }, ...offered];
    const waiting = store.isChoosing() || !network ? "loading the model …" : "no model";
    const isWaiting = store.isChoosing() || !answering;
    picker.replaceChildren(
      ...(isWaiting ? [el("option", { value: "", text: waiting, disabled: true })] : []),
      ...all.map(({ name, label_space: labelSpace }) => el("option", { value: name, title: labelSpace && `knows ${labelSpace}`, text: name })),
    );
    picker.value = isWaiting ? "" : answering;
    picker.title = answering ? `It knows ${network?.label_space}` : "";
    [picker.hidden, only.hidden] = [!store.can("models"), store.can("models")];
    [only.textContent, only.title] = [answering, picker.title];
  };
  draw();
  return {
    element: el("label", { class: "sqv-pick" }, el("span", { class: "sqv-quiet", text: "model" }), picker, only),
    close: store.on(["setting", "network"], draw),
  };
}

/**
 * Whatever a person must know of the model before believing it: that it stands in for another, or why there is none.
 * @param {import("../store/flat.ts").Store} store
 * @returns {View}
 */
export function modelNotice(store) {
  const headline = el("span");
  const details = el("p", { class: "sqv-details" });
  const fallback = el(
    "section",
    { class: "sqv-fallback", role: "alert", "aria-label": "Another model stands in", hidden: true },
    icon("warn"),
    el("div", {}, headline, el("details", {}, el("summary", { text: "Why, and how to get the other" }), details)),
  );
  const notice = el("div", { class: "sqv-notice", role: "alert", hidden: true });
  const silence = el("div", { class: "sqv-notice", role: "alert", hidden: true });
  silence.textContent = "The kernel does not answer: it is busy, or was restarted. What is here stays; to go on, run the cell again.";

  const draw = () => {
    const network = store.network();
    notice.hidden = !network?.error;
    notice.textContent = network?.error ?? "";
    fallback.hidden = !network?.fallback;
    headline.textContent = network?.fallback?.headline ?? "";
    details.textContent = network?.fallback?.details ?? "";
    silence.hidden = !store.isSilent();
  };
  draw();
  return { element: el("div", {}, fallback, notice, silence), close: store.on(["network", "silent"], draw) };
}
