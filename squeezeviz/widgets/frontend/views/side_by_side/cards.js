import { el, icon, percent } from "../../dom.js";
import { pictureBox } from "../../picture.js";

/** @import { Compared, Photo, Picture, View } from "../../types.js" */

const SHOWN = 5;

/** @param {number} value */
const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

/**
 * One card a preprocessing: what the network sees of the photo, and the five classes it then finds most probable, with
 * where they stood before. The one in use comes first; a click takes another one for the maps below.
 * @param {import("../../store.js").Store} store
 * @returns {View & {more: HTMLElement}} And a list of those that could be added.
 */
export function cards(store) {
  const list = el("div", { class: "sqv-cards" });
  const more = /** @type {HTMLSelectElement} */ (el("select", { class: "sqv-select", "aria-label": "Compare with one more" }));
  more.addEventListener("change", () => {
    if (more.value) store.set({ compared: [...store.get("compared"), more.value], against: more.value });
  });

  /** @param {number[]} ranking */
  const ranks = (ranking) => {
    /** @type {Map<number, number>} */
    const at = new Map();
    ranking.forEach((index, rank) => at.set(index, rank));
    return at;
  };

  /** @param {Compared | Photo} answer @param {Photo} photo @param {boolean} isInUse */
  const top = (answer, photo, isInUse) => {
    const before = ranks(photo.ranking);
    return el(
      "ol",
      { class: "sqv-card-top" },
      ...answer.ranking.slice(0, SHOWN).map((index, rank) => {
        const step = (before.get(index) ?? 0) - rank;
        const moved = isInUse || !step ? "" : step > 0 ? `▲${step}` : `▼${-step}`;
        const fill = el("i", { "aria-hidden": "true" });
        fill.style.width = `${Math.max(1, 100 * (answer.probabilities[index] ?? 0))}%`;
        const { label } = store.label(index);
        return el(
          "li",
          { class: rank === 0 && !isInUse && index !== photo.ranking[0] ? "sqv-moved" : "" },
          fill,
          el("span", { class: "sqv-cut-off", text: label, title: label }),
          el("span", { class: "sqv-step-mark", text: moved, title: moved && `was number ${(before.get(index) ?? 0) + 1}` }),
          el("span", { class: "sqv-num", text: percent(answer.probabilities[index] ?? 0) }),
        );
      }),
    );
  };

  /** @param {string} name @param {Photo} photo */
  const card = (name, photo) => {
    const isInUse = name === photo.preset;
    const { known, before, problem } = isInUse ? { known: null, before: null, problem: "" } : store.comparedWith(name);
    const answer = isInUse ? photo : before;
    const preset = store.presets().find((other) => other.name === name);
    const isAgainst = name === store.against();
    const watched = [...new Set([store.classIndex(), .../** @type {number[]} */ (store.get("pinned")).filter((index) => index < photo.logits.length)])];
    const words = (isInUse ? photo.preprocessing_words : before?.words) || preset?.words || "";
    return el(
      "article",
      { class: `sqv-card${isAgainst ? " sqv-against" : ""}${known || isInUse ? "" : " sqv-late"}`, "data-preset": name, "aria-label": name },
      el(
        "header",
        { class: "sqv-spread" },
        isInUse
          ? el("b", { class: "sqv-cut-off", text: name })
          : el("button", { class: "sqv-card-name", type: "button", "aria-pressed": String(isAgainst), title: "Compare its maps below", onclick: () => store.set({ against: name }), text: name }),
        isInUse
          ? el("span", { class: "sqv-badge", text: "in use" })
          : el("button", { class: "sqv-close", type: "button", "aria-label": `Leave ${name} out`, onclick: () => store.set({ compared: store.get("compared").filter((/** @type {string} */ other) => other !== name) }) }, icon("close")),
      ),
      answer
        ? shown(answer.seen, name, isInUse)
        : el("div", { class: "sqv-card-wait", text: problem ? "" : "…" }),
      problem ? el("p", { class: "sqv-card-problem", role: "alert", text: problem }) : false,
      answer && !problem ? top(answer, photo, isInUse) : false,
      ...(answer && !problem && !isInUse ? watched : []).map((index) =>
        el(
          "p",
          { class: "sqv-quiet sqv-spread", title: "The logit of the chosen or pinned class, against the preprocessing in use" },
          el("span", { class: "sqv-cut-off", text: `Δ ${store.label(index).label}` }),
          el("b", { class: "sqv-num", "data-delta": index, text: signed((answer?.logits[index] ?? 0) - (photo.logits[index] ?? 0)) }),
        ),
      ),
      el("p", { class: "sqv-quiet sqv-card-words", title: preset?.origin ?? "", text: words }),
      isInUse ? false : el("button", { class: "sqv-button", type: "button", title: "Preprocess every photo on the page so", onclick: () => store.set({ preset: name }), text: "Use" }),
    );
  };

  /** @param {Picture} seen @param {string} name @param {boolean} isInUse */
  const shown = (seen, name, isInUse) => {
    const box = pictureBox({ class: "sqv-card-picture", onclick: () => !isInUse && store.set({ against: name }) });
    box.show(seen, `The photo as the network sees it, preprocessed as ${name}`);
    return box.element();
  };

  const draw = () => {
    const photo = store.photo();
    if (!photo) return;
    const focused = /** @type {HTMLElement | null} */ (list.contains(document.activeElement) ? document.activeElement : null);
    const [preset, kind] = [focused?.closest("article")?.dataset["preset"], focused?.className];
    const names = [photo.preset, ...store.others()];
    list.replaceChildren(...names.map((name) => card(name, photo)));
    if (preset) {
      const again = list.querySelector(`[data-preset="${CSS.escape(preset)}"] .${(kind ?? "").split(" ")[0]}`);
      if (again instanceof HTMLElement) again.focus({ preventScroll: true });
    }
    const offered = store.presets().filter(({ name }) => !names.includes(name));
    more.hidden = !offered.length || names.length > 12;
    more.replaceChildren(el("option", { value: "", text: "one more…" }), ...offered.map(({ name, origin }) => el("option", { value: name, text: name, title: origin })));
  };
  draw();
  return {
    element: list,
    more,
    close: store.on(["photo", "compared", "class", "setting", "network", "look"], draw),
  };
}
