import { el } from "../../dom.js";

/** @import { Kind, Trial } from "../../store/what_if.ts" */

/**
 * Begins what takes its time, shows how far it is, and ends it.
 * @param {import("../../store/flat.ts").Store} store
 * @param {Kind} kind
 * @param {object} how
 * @param {string} how.invitation What the button says.
 * @param {string} how.unit What is counted, such as "patches hidden".
 * @param {() => Record<string, unknown>} how.settings
 */
export function runLine(store, kind, { invitation, unit, settings }) {
  const begin = el("button", { class: "sqv-button", type: "button", onclick: () => store.whatIf().start(kind, settings()) });
  const stop = el("button", { class: "sqv-button", type: "button", text: "Stop", title: "Esc", onclick: () => store.whatIf().stop(kind) });
  const bar = /** @type {HTMLProgressElement} */ (el("progress", { class: "sqv-run-bar", "aria-label": unit }));
  const said = el("span", { class: "sqv-quiet", role: "status" });
  const problem = el("p", { class: "sqv-card-problem", role: "alert", hidden: true });
  const element = el("div", { class: "sqv-run" }, begin, stop, bar, said, problem);
  return {
    element,
    /** @param {Trial | null} trial @param {string} [offer] What the button says now. */
    draw: (trial, offer = invitation) => {
      const state = trial?.state ?? "idle";
      const hadFocus = element.contains(document.activeElement);
      begin.textContent = state === "stopped" ? "Go on from the start" : state === "failed" ? "Try again" : offer;
      begin.hidden = state === "running" || state === "whole";
      stop.hidden = bar.hidden = state !== "running";
      if (hadFocus && document.activeElement === document.body) (begin.hidden ? stop : begin).focus({ preventScroll: true });
      if (trial?.total) [bar.max, bar.value] = [trial.total, trial.done];
      else bar.removeAttribute("value");
      element.dataset["state"] = state;
      problem.hidden = state !== "failed";
      problem.textContent = trial?.problem ?? "";
      said.textContent =
        !trial || state === "failed" ? ""
        : state === "whole" ? `${trial.total.toLocaleString("en")} ${unit}`
        : state === "stopped" ? (trial.total ? `stopped after ${trial.done} of ${trial.total.toLocaleString("en")}` : "stopped")
        : trial.total ? `${trial.done.toLocaleString("en")} of ${trial.total.toLocaleString("en")}` : "on its way";
    },
  };
}
