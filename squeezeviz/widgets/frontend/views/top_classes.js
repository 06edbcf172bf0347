import { el, percent } from "./dom.js";

/** @import { Photo } from "./types.js" */

/** The top 5 as bars, with probability and logit. */
export function topClasses() {
  const rows = el("ol", { class: "sqv-rows" });
  const said = el("p", { class: "sqv-quiet sqv-said" });
  const among = el("span", { class: "sqv-quiet" });
  const caution = el("p", { class: "sqv-caution", role: "note", hidden: true });
  const prepared = el("p", { class: "sqv-quiet" });

  return {
    element: el(
      "section",
      { class: "sqv-prediction", "aria-label": "Prediction" },
      el(
        "div",
        { class: "sqv-heads" },
        el("div", { class: "sqv-among" }, el("h2", { text: "Prediction" }), among),
        el("span", { class: "sqv-quiet", text: "p" }),
        el("span", { class: "sqv-quiet", text: "logit", title: "The number before softmax: the mean of the class's own 14 × 14 map" }),
      ),
      caution,
      rows,
      said,
      prepared,
    ),
    /** What the answer is chosen from, in words. @param {string} world */
    among: (world) => (among.textContent = `among ${world}`),
    /** @param {Photo} photo */
    show: (photo) => {
      caution.hidden = !photo.caution;
      caution.textContent = photo.caution;
      rows.replaceChildren(
        ...photo.top.map((score, rank) => {
          const fill = el("span", { class: "sqv-fill" });
          fill.style.width = `${Math.max(score.probability * 100, 0.4)}%`;
          return el(
            "li",
            { class: rank === 0 ? "sqv-row sqv-first" : "sqv-row", "data-index": score.class_index },
            el("span", { class: "sqv-label", text: score.label, title: `class ${score.class_index}, ${score.wnid}` }),
            el("span", { class: "sqv-p", text: percent(score.probability) }),
            el("span", { class: "sqv-logit", text: score.logit.toFixed(2) }),
            el("span", { class: "sqv-track", "aria-hidden": "true" }, fill),
          );
        }),
      );
      const held = photo.top.reduce((sum, score) => sum + score.probability, 0);
      said.textContent = `These ${photo.top.length} hold ${percent(held)} of the probability; the other classes share the rest.`;
      prepared.textContent = photo.prepared;
    },
  };
}
