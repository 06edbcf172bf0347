import { el, icon } from "./dom.js";

/** @import { Ready, Setting } from "./types.js" */

/**
 * Which model answers: a picker for the bar; below it, whatever a person must know of the model before believing it.
 *
 * @param {{choose: (name: string) => void}} on
 */
export function modelView(on) {
  const picker = /** @type {HTMLSelectElement} */ (el("select", { class: "sqv-select sqv-model", "aria-label": "Model" }));
  const headline = el("span");
  const details = el("p", { class: "sqv-details" });
  const fallback = el(
    "section",
    { class: "sqv-fallback", role: "alert", "aria-label": "Another model stands in", hidden: true },
    icon("warn"),
    el("div", {}, headline, el("details", {}, el("summary", { text: "Why, and how to get the other" }), details)),
  );
  const notice = el("div", { class: "sqv-notice", role: "alert", hidden: true });
  /** @type {Setting["models"]} */
  let offered = [];
  let answering = "";

  /** @param {string} [waiting] What stands in the picker while no model is there. */
  const list = (waiting) => {
    const known = offered.some(({ name }) => name === answering) || !answering;
    const all = known ? offered : [{ name: answering, world: "" }, ...offered];
    picker.replaceChildren(
      ...(waiting || !answering ? [el("option", { value: "", text: waiting ?? "no model", disabled: true })] : []),
      ...all.map(({ name, world }) => el("option", { value: name, title: world && `knows ${world}`, text: name })),
    );
    picker.value = waiting ? "" : answering;
  };

  picker.addEventListener("change", () => {
    const name = picker.value;
    notice.hidden = true;
    list(`loading ${name} …`);
    on.choose(name);
  });

  return {
    picker: el("label", { class: "sqv-pick" }, el("span", { class: "sqv-quiet", text: "model" }), picker),
    element: el("div", {}, fallback, notice),
    /** @param {Setting["models"]} models */
    offer: (models) => {
      offered = models;
      list(answering ? undefined : "loading the model …");
    },
    /** @param {Ready} ready */
    show: (ready) => {
      answering = ready.name;
      list();
      picker.title = ready.world && `It knows ${ready.world}`;
      notice.hidden = !ready.error;
      notice.textContent = ready.error ?? "";
      fallback.hidden = !ready.fallback;
      headline.textContent = ready.fallback?.headline ?? "";
      details.textContent = ready.fallback?.details ?? "";
    },
  };
}
