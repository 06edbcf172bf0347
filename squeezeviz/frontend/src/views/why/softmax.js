import { el, percent } from "../../dom.js";

/** @import { Evidence } from "../../store/types.ts" */

/** What a probability of one half takes, in logits: what the class has, what the others make it need, and the least of all. */
export function softmaxLine() {
  const fill = el("i");
  const [needed, least] = [el("u", {}), el("u", { class: "sqv-softmax-least" })];
  const track = el("div", { class: "sqv-softmax-track", "aria-hidden": "true" }, fill, least, needed);
  const words = el("p", { class: "sqv-quiet" });
  const silent = el("p", { class: "sqv-quiet" });
  return {
    element: el("div", { class: "sqv-softmax" }, el("h2", { text: "What 50 % takes" }), track, words, silent),
    /** @param {Evidence} made @param {string} own */
    draw: ({ logit, softmax }, own) => {
      const { zero, count, floor, needed: takes } = softmax;
      const most = 1.06 * Math.max(logit, takes.here, takes.half ?? 0, 1e-9);
      const place = (/** @type {number} */ value) => `${(100 * Math.max(0, value)) / most}%`;
      fill.style.width = place(logit);
      needed.style.left = place(takes.here);
      needed.title = `${takes.here.toFixed(2)}: one half, the others being as they are`;
      least.hidden = takes.half === null;
      least.style.left = place(takes.half ?? 0);
      least.title = `${(takes.half ?? 0).toFixed(2)}: one half, all others at 0`;
      track.classList.toggle("sqv-softmax-short", logit < takes.here);
      words.replaceChildren(
        `For one half ${own} needs a logit of `,
        el("b", { text: takes.here.toFixed(2) }),
        ", the others being as they are; it has ",
        el("b", { text: logit.toFixed(2) }),
        takes.half === null ? "." : `. Were all others silent, ${takes.half.toFixed(2)} would do: ln ${count - 1}.`,
      );
      silent.textContent = zero
        ? `${zero} of the ${count - 1} others are exactly 0. Softmax gives each of them e⁰ = 1 all the same: together they hold ${percent(floor)}.`
        : `None of the ${count - 1} others is exactly 0: each has a little to say for it somewhere on the photo.`;
    },
  };
}
