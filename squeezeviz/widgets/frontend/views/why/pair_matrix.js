import { oneMap } from "../../atlas.js";
import { choices, el, percent, sharp, token, widthOf } from "../../dom.js";
import { runLine } from "./run_line.js";
import { signedBar, signedPixel } from "./signed.js";
import { signed } from "./words.js";

/** @import { Tried, View } from "../../types.js" */

const MOST_PX = 256;
const LISTED = 5;
const WORDS = 0.02; // of the largest: less than that is no finding

/**
 * Two channels of a squeeze at a time: what they are worth together, and how far that is from the sum of the two.
 * @param {import("../../store.js").Store} store
 * @returns {View & {draw: () => void}}
 */
export function pairMatrix(store) {
  let layer = "";
  let mode = "apart";
  /** @type {Tried | null} */
  let made = null;
  /** @type {[number, number] | null} */
  let chosen = null;
  let side = MOST_PX;

  const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", { class: "sqv-pairs", tabindex: "0", role: "application", "aria-roledescription": "matrix of pairs" }));
  const said = el("div", { class: "sqv-cell-said", role: "status", "aria-live": "polite" });
  const list = el("ol", { class: "sqv-pair-list" });
  const legend = signedBar();
  const select = /** @type {HTMLSelectElement} */ (el("select", { class: "sqv-select", "aria-label": "Whose channels" }));
  select.addEventListener("change", () => {
    layer = select.value;
    chosen = null;
    draw();
  });
  const modes = choices(
    "What the matrix shows",
    [
      { value: "apart", text: "more than the sum", title: "What two are worth together, less what each is worth alone" },
      { value: "together", text: "together", title: "What two are worth together; on the diagonal, one alone" },
    ],
    (value) => {
      mode = value;
      modes.show(value);
      paint();
    },
  );
  const run = runLine(store, "pairwise_ablation", { invitation: "", unit: "pairs ablated", settings: () => ({ layer }) });

  /** Where a pair stands among the runs; one channel alone: twice the same. @param {number} a @param {number} b */
  const at = (a, b) => {
    const count = made?.count ?? 0;
    const [first, second] = a < b ? [a, b] : [b, a];
    return first === second ? first : count + first * count - (first * (first + 1)) / 2 + (second - first - 1);
  };
  /** @param {number} a @param {number} b */
  const together = (a, b) => (made ? made.logit - (made.logits[at(a, b)] ?? NaN) : NaN);
  /** @param {number} a @param {number} b */
  const apart = (a, b) => (a === b ? 0 : together(a, b) - together(a, a) - together(b, b));
  /** @param {number} a @param {number} b */
  const value = (a, b) => (mode === "apart" ? apart(a, b) : together(a, b));

  const strongest = () => {
    const found = [];
    for (let a = 0; a < (made?.count ?? 0); a += 1) for (let b = a + 1; b < (made?.count ?? 0); b += 1) if (!Number.isNaN(apart(a, b))) found.push({ a, b, more: apart(a, b) });
    return found.sort((one, other) => Math.abs(other.more) - Math.abs(one.more)).slice(0, LISTED);
  };

  const paint = () => {
    const width = widthOf(element);
    canvas.hidden = legend.element.hidden = list.hidden = !made;
    said.hidden = !made;
    if (!made || !width) return;
    const count = made.count;
    side = Math.min(MOST_PX, width - 8);
    side -= side % count > side / 2 ? 0 : side % count;
    const drawn = sharp(canvas, side, side);
    let most = 0;
    for (let a = 0; a < count; a += 1) for (let b = a; b < count; b += 1) if (Math.abs(value(a, b)) > most) most = Math.abs(value(a, b));
    const palette = store.get("palette");
    drawn.imageSmoothingEnabled = false;
    const picture = oneMap(count, count, (cell) => {
      const v = value(Math.floor(cell / count), cell % count);
      return Number.isNaN(v) ? 0 : signedPixel(v, most, palette);
    });
    drawn.drawImage(picture, 0, 0, side, side);
    const top = strongest();
    const [a, b] = looked(top);
    const unit = side / count;
    drawn.lineWidth = 1.5;
    drawn.strokeStyle = token(canvas, "--accent");
    const box = Math.max(unit, 6);
    drawn.strokeRect((b + 0.5) * unit - box / 2, (a + 0.5) * unit - box / 2, box, box);
    legend.say(mode === "apart" ? "warm: together worth more than alone" : "warm speaks for it, blue against it");
    legend.draw(most, (v) => signed(v, 2), palette);
    tell(a, b, most);
    const key = top.map(({ a: one, b: other, more }) => `${one} ${other} ${more}`).join();
    if (list.dataset["key"] === key) return;
    list.dataset["key"] = key;
    list.replaceChildren(
      ...top.map(({ a: one, b: other, more }) =>
        el("li", {}, el("button", { class: "sqv-number", type: "button", "data-pair": `${one} ${other}`, "data-more": more, text: `${one} and ${other}: ${signed(more, 2)}`, onclick: () => choose([one, other]) })),
      ),
    );
  };

  /** @param {{a: number, b: number}[]} top @returns {[number, number]} */
  const looked = (top = strongest()) => {
    const best = top[0];
    const last = (made?.count ?? 1) - 1;
    return chosen ? [Math.min(last, chosen[0]), Math.min(last, chosen[1])] : best ? [best.a, best.b] : [0, 0];
  };
  /** @param {[number, number]} pair */
  const choose = (pair) => {
    chosen = pair;
    paint();
  };

  /** @param {number} a @param {number} b @param {number} most */
  const tell = (a, b, most) => {
    if (!made) return;
    const label = store.label(made.class_index).label;
    const isPair = a !== b;
    const more = apart(a, b);
    const [run_, now] = [at(a, b), made.best[at(a, b)] ?? made.answer];
    said.dataset["pair"] = `${a} ${b}`;
    said.dataset["together"] = String(together(a, b));
    const areFor = together(a, a) > 0 && together(b, b) > 0;
    const words = !isPair ? "" : Math.abs(more) < WORDS * most ? " They work apart." : !areFor ? "" : more > 0 ? " One stands in for the other." : " Each is of use through the other.";
    said.replaceChildren(
      ...(Number.isNaN(together(a, b))
        ? [el("p", { class: "sqv-quiet", text: `channels ${a} and ${b}: not ablated yet` })]
        : [
            el("p", {}, isPair ? `Without ${a} and ${b}: ` : `Without ${a}: `, `${label} ${percent(made.probability)} → `, el("b", { class: "sqv-num", text: percent(made.probabilities[run_] ?? 0) })),
            now === made.answer ? "" : el("p", { class: "sqv-adds-more" }, el("b", { text: `It would say ${store.label(now).label}.` })),
            el("p", { class: "sqv-quiet", text: isPair ? `worth ${signed(together(a, b), 2)} together; alone ${signed(together(a, a), 2)} and ${signed(together(b, b), 2)}: ${signed(more, 2)} beyond the sum.${words}` : `worth ${signed(together(a, a), 2)}` }),
            el("button", { class: "sqv-number", type: "button", text: store.isAblated(layer, a) && store.isAblated(layer, b) ? "restore" : isPair ? "ablate both" : "ablate", onclick: () => store.toggleAblated(layer, isPair ? [a, b] : [a]) }),
          ]),
    );
    canvas.setAttribute("aria-label", `Channels ${a} and ${b} of ${layer}: ${Number.isNaN(value(a, b)) ? "not ablated yet" : signed(value(a, b), 2)}. Arrow keys move.`);
  };

  /** @param {PointerEvent | MouseEvent} event */
  const point = (event) => {
    if (!made) return;
    const box = canvas.getBoundingClientRect();
    const count = made.count;
    const place = (/** @type {number} */ v) => Math.min(count - 1, Math.max(0, Math.floor((v / side) * count)));
    const next = /** @type {[number, number]} */ ([place(event.clientY - box.top), place(event.clientX - box.left)]);
    if (chosen?.[0] !== next[0] || chosen[1] !== next[1]) choose(next);
  };
  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("click", (event) => {
    point(event);
    if (chosen) store.chooseLayer(layer, chosen[0]);
  });
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!made || !step) return;
    const [a, b] = looked();
    const last = made.count - 1;
    choose([Math.min(last, Math.max(0, a + (step[0] ?? 0))), Math.min(last, Math.max(0, b + (step[1] ?? 0)))]);
    event.preventDefault();
    event.stopPropagation();
  });

  const about = el("p", { class: "sqv-quiet" });
  const draw = () => {
    const squeezes = (store.network()?.layers ?? []).filter(({ branch }) => branch === "squeeze");
    element.hidden = !squeezes.length;
    if (!squeezes.some(({ name }) => name === layer)) layer = squeezes.at(-1)?.name ?? "";
    const due = squeezes.map(({ name }) => name).join();
    if (select.dataset["due"] !== due) {
      select.dataset["due"] = due;
      select.replaceChildren(...squeezes.map(({ name, shape }) => el("option", { value: name, text: `${name.split("/")[0]}, ${shape[0]} channels` })));
    }
    select.value = layer;
    const trial = store.whatIf().of("pairwise_ablation", { layer });
    made = trial?.made ?? null;
    const count = squeezes.find(({ name }) => name === layer)?.shape[0] ?? 0;
    run.draw(trial, `Ablate ${((count * (count - 1)) / 2).toLocaleString("en")} pairs`);
    about.textContent = made ? "" : "Two channels that do the same work hide each other: without one, the other is still there. Only without both does it show.";
    modes.element.hidden = !made;
    paint();
  };
  const element = el(
    "div",
    { class: "sqv-block" },
    el("header", { class: "sqv-spread" }, el("h2", { text: "Two at a time" }), select),
    run.element,
    about,
    modes.element,
    canvas,
    legend.element,
    said,
    list,
  );
  modes.show(mode);
  const observer = new ResizeObserver(paint);
  observer.observe(element);
  return { element, draw, close: () => observer.disconnect() };
}
