import { el, percent } from "../../dom.js";
import { runLine } from "./run_line.js";
import { thumb } from "./thumb.js";
import { signed } from "./words.js";

/** @import { Tried, View } from "../../types.js" */

const LISTED = 10;

/**
 * Every squeeze channel ablated in turn: those that matter most to the class, the most first.
 * @param {import("../../store.js").Store} store
 * @returns {View & {draw: () => void}}
 */
export function sweepBars(store) {
  const list = el("ol", { class: "sqv-terms sqv-sweep-bars" });
  const said = el("p", { class: "sqv-quiet" });
  const run = runLine(store, "ablation_sweep", { invitation: "", unit: "channels ablated", settings: () => ({}) });
  let drawn = "";

  /** @param {Tried} made */
  const rows = (made) => {
    const ranked = made.channels
      .map(([layer, channel], at) => ({ layer, channel, at, worth: made.logit - (made.logits[at] ?? NaN) }))
      .filter(({ worth }) => !Number.isNaN(worth))
      .sort((a, b) => Math.abs(b.worth) - Math.abs(a.worth) || a.at - b.at);
    const most = Math.abs(ranked[0]?.worth ?? 0) || 1;
    const flips = ranked.filter(({ at }) => made.best[at] !== made.answer).length;
    said.textContent = flips
      ? `${flips} of ${ranked.length} would change the answer, each alone. What each is worth, in logits:`
      : `None of ${ranked.length} would change the answer alone. What each is worth, in logits:`;
    list.replaceChildren(
      ...ranked.slice(0, LISTED).map(({ layer, channel, at, worth }) => {
        const now = made.best[at] ?? made.answer;
        const bar = el("i", { class: worth < 0 ? "sqv-bar-down" : "sqv-bar-up" });
        bar.style.width = `${Math.max(1, (Math.abs(worth) / most) * 100)}%`;
        const after = percent(made.probabilities[at] ?? 0);
        const isChosen = store.layer()?.name === layer && store.channel() === channel;
        return el(
          "li",
          {},
          el(
            "button",
            {
              class: `sqv-term${store.isAblated(layer, channel) ? " sqv-is-ablated" : ""}`,
              type: "button",
              "data-channel": `${layer} ${channel}`,
              "data-worth": worth,
              "aria-pressed": String(isChosen),
              "aria-label": `${layer}, channel ${channel}: worth ${signed(worth)} logits; without it ${now === made.answer ? percent(made.probabilities[at] ?? 0) : store.label(now).label}`,
              title: "Choose this channel; x ablates it",
              onclick: () => store.chooseLayer(layer, channel),
            },
            thumb(store.tensor(layer), channel, store.get("palette")),
            el("span", { class: "sqv-cut-off", text: `${layer.split("/")[0]} · ${channel}` }),
            el("span", { class: "sqv-bars-place", "aria-hidden": "true" }, bar),
            el("span", { class: "sqv-num sqv-adds", text: signed(worth, 2) }),
            el("span", { class: "sqv-cut-off sqv-sweep-bars-after" }, el("span", { class: "sqv-quiet", text: `${percent(made.probability)} → ${after}` }), now === made.answer ? "" : el("b", { class: "sqv-adds-more", text: `  ${store.label(now).label}`, title: `It would say ${store.label(now).label}, ${percent(made.most[at] ?? 0)}` })),
          ),
        );
      }),
    );
  };

  const element = el("div", { class: "sqv-block" }, el("header", { class: "sqv-spread" }, el("h2", { text: "Ablate a channel" }), el("span", { class: "sqv-quiet", text: "of the squeezes" })), run.element, said, list);
  return {
    element,
    draw: () => {
      const trial = store.whatIf().of("ablation_sweep", {});
      const count = (store.network()?.layers ?? []).reduce((sum, { branch, shape }) => sum + (branch === "squeeze" ? (shape[0] ?? 0) : 0), 0);
      element.hidden = !count;
      run.draw(trial, `Ablate each of ${count}`);
      const made = trial?.made;
      list.hidden = !made;
      if (!made) said.textContent = "A Fire module's squeeze is its bottleneck: what the module knows has gone through these few channels. Which of them can't this class do without?";
      const due = made ? [trial.id, trial.done, store.layer()?.name, store.channel(), JSON.stringify(store.ablated()), store.get("palette"), document.body.dataset["jpThemeLight"], made.channels.filter(([layer], at, all) => all[at - 1]?.[0] !== layer && store.tensor(layer)).length].join() : "";
      if (due === drawn) return;
      drawn = due;
      const focused = /** @type {HTMLElement | null} */ (document.activeElement?.closest(".sqv-sweep-bars .sqv-term"))?.dataset["channel"];
      if (made) rows(made);
      if (focused) /** @type {HTMLElement | null} */ (list.querySelector(`[data-channel="${focused}"]`))?.focus({ preventScroll: true });
    },
  };
}
