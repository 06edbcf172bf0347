import { choices, el, icon } from "../../dom.js";
import { softmaxLine } from "./softmax.js";
import { channelBars } from "./channel_bars.js";
import { evidenceMap } from "./evidence_map.js";
import { receptiveFieldBars } from "./receptive_field_bars.js";
import { whatIf } from "./what_if.js";
import { signed } from "./words.js";

/** @import { Evidence, View } from "../../types.js" */

/**
 * Why this class: where the network saw it, which channels said so, how far they had to look, and what it would have taken;
 * in logit units that add up.
 * @param {import("../../store.js").Store} store
 * @returns {View}
 */
export function why(store) {
  const title = el("h2", { class: "sqv-section-name" });
  const adds = el("p", { class: "sqv-equation", role: "status", "aria-live": "polite" });
  const problem = el("p", { class: "sqv-card-problem", role: "alert", hidden: true });
  const softmax = softmaxLine();
  const against = /** @type {HTMLSelectElement} */ (el("select", { class: "sqv-select", "aria-label": "Compare with another class" }));
  against.addEventListener("change", () => store.set({ contrast_class: against.value === "" ? null : Number(against.value) }));
  const show = choices(
    "What the map shows",
    [
      { value: "evidence", text: "evidence", title: "What each cell adds to the logit" },
      { value: "per_location", text: "per location", title: "What each cell alone would have answered" },
    ],
    (value) => {
      map.show(value);
      show.show(value);
    },
  );
  const map = evidenceMap(store);
  const channels = channelBars(store);
  const contributions = receptiveFieldBars();
  /** @type {Evidence | null} */
  let before = null;

  const offer = () => {
    const photo = store.photo();
    if (!photo) return;
    const [own, contrast] = [store.classIndex(), store.contrastClass()];
    const listed = [...new Set([...photo.ranking.slice(0, 6), ...store.get("pinned"), ...(contrast === null ? [] : [contrast])])].filter((index) => index !== own);
    const due = `${own} ${contrast} ${listed.join()}`;
    if (against.dataset["due"] === due) return;
    against.dataset["due"] = due;
    against.replaceChildren(el("option", { value: "", text: "on its own" }), ...listed.map((index) => el("option", { value: index, text: `against ${store.label(index).label}` })));
    against.value = contrast === null ? "" : String(contrast);
  };

  const draw = () => {
    const photo = store.photo();
    element.hidden = !store.get("explaining") || !photo || !store.cams() || !store.can("why");
    if (element.hidden || !photo) return;
    offer();
    const { known, problem: failed } = photo.isLive ? { known: null, problem: "While the camera is on, every number changes. Freeze a frame to see why." } : store.evidence();
    problem.hidden = !failed;
    problem.textContent = failed;
    element.classList.toggle("sqv-late", !known && !failed);
    if (known) before = known;
    const made = failed ? null : (known ?? before);
    body.hidden = !made;
    if (!made) adds.replaceChildren(failed ? "" : el("span", { class: "sqv-quiet", text: "Adding up the evidence …" }));
    if (!made) return;
    const { contrast } = made;
    const own = store.label(made.class_index).label;
    title.textContent = contrast ? `Why ${own} and not ${store.label(contrast.contrast_class).label}?` : `Why ${own}?`;
    const total = contrast ? contrast.difference : made.logit;
    adds.replaceChildren(
      el("b", { class: "sqv-value", "data-logit": total, text: contrast ? signed(total, 4) : total.toFixed(4) }),
      contrast ? " is how much further its logit goes; " : " is its logit; ",
      `${made.shape[0] * made.shape[1]} cells add up to it, and leave `,
      el("span", { "data-residual": contrast ? contrast.residual : made.residual, text: (contrast ? contrast.residual : made.residual).toExponential(1).replaceAll("-", "−") }),
      " to rounding.",
    );
    map.draw(made);
    channels.draw(made);
    contributions.draw(made, known ? store.contributions() : { known: null, problem: "" });
    softmax.draw(made, own);
  };

  const body = el(
    "div",
    { class: "sqv-why-body" },
    el("div", { class: "sqv-block" }, el("header", { class: "sqv-spread" }, el("h2", { text: "Where" }), show.element), map.element),
    el("div", { class: "sqv-block" }, el("header", { class: "sqv-spread" }, el("h2", { text: "Which channels" }), channels.about), channels.element),
    el("div", { class: "sqv-block" }, el("header", { class: "sqv-spread" }, el("h2", { text: "How far it looked" }), contributions.about), contributions.element, softmax.element),
  );
  const tried = whatIf(store);
  const element = el(
    "section",
    { class: "sqv-beside sqv-why", "aria-label": "Why this class", hidden: true },
    el(
      "header",
      { class: "sqv-maps-title" },
      title,
      against,
      el("button", { class: "sqv-icon-button", type: "button", "aria-label": "Close the evidence", onclick: () => store.set({ explaining: false }) }, icon("close")),
    ),
    adds,
    problem,
    body,
    tried.element,
  );
  show.show("evidence");
  draw();
  const off = store.on(["why", "inside", "photo", "photos", "class", "network", "tensor", "look"], draw);
  return {
    element,
    close: () => {
      off();
      map.close();
      tried.close?.();
    },
  };
}

/**
 * Opens the evidence.
 * @param {import("../../store.js").Store} store
 * @returns {View}
 */
export function whyButton(store) {
  const button = el("button", {
    class: "sqv-button sqv-why-button",
    type: "button",
    title: "Where the network saw it, and which channels said so (e)",
    onclick: () => store.set({ explaining: !store.get("explaining") }),
  });
  const draw = () => {
    const is = store.get("explaining");
    button.hidden = !store.photo() || !store.cams() || !store.can("why");
    button.textContent = is ? "Close the evidence" : `Why ${store.photo() ? store.label(store.classIndex()).label : ""}? ↓`;
    button.setAttribute("aria-expanded", String(is));
  };
  draw();
  return { element: button, close: store.on(["why", "photo", "class", "network", "setting"], draw) };
}
