import { calmly } from "../calm.js";
import { el, sharp, token, widthOf } from "../dom.js";
import { write } from "../lettering.js";
import { branchOf, fieldsOf, lies, sizeText, span } from "../network.js";

/** @import { View } from "../types.js" */

const HEIGHT = 46;

/**
 * How much of the input the cell that is looked at can see, along every path: always on the axis of the whole input, so
 * that going deeper visibly moves it to the right.
 * @param {import("../store.js").Store} store
 * @returns {View}
 */
export function receptiveField(store) {
  const chart = /** @type {HTMLCanvasElement} */ (el("canvas", { role: "img" }));
  const words = el("span", { class: "sqv-quiet" });
  const where = el("div", { class: "sqv-quiet sqv-spread" });

  const draw = () => {
    const [network, layer] = [store.network(), store.layer()];
    const width = chart.parentElement ? widthOf(chart.parentElement) : 0;
    if (!network || !layer || !width) return;
    const { channel, cell } = store.looked();
    const source = branchOf(network, layer, channel);
    const [, tall, wide] = network.input;
    const limit = Math.max(tall, wide);
    const sizes = source.receptive_fields.map((size) => Math.max(...size));
    const fields = fieldsOf(source);
    const [least, most] = [Math.max(...fields.least), Math.max(...fields.most)];
    const canvas = sharp(chart, width, HEIGHT);
    const x = (/** @type {number} */ size) => 2 + (size / limit) * (width - 4);
    const base = 32;
    canvas.fillStyle = token(chart, "--rule-2");
    canvas.fillRect(x(0), base, x(limit) - x(0), 1);
    for (const size of sizes) {
      const isEnd = size === least || size === most;
      canvas.fillStyle = token(chart, isEnd ? "--accent" : "--bar");
      canvas.fillRect(Math.round(x(size)) - 1.5, base - (isEnd ? 15 : 10), 3, isEnd ? 15 : 10);
    }
    canvas.fillStyle = token(chart, "--ink-2");
    canvas.textBaseline = "top";
    canvas.textAlign = "left";
    write(canvas, "0", x(0), base + 4);
    canvas.textAlign = "right";
    write(canvas, `${limit} px`, x(limit), base + 4);
    canvas.fillStyle = token(chart, "--ink");
    canvas.textBaseline = "bottom";
    if (most - least > 12) {
      canvas.textAlign = x(least) < 12 ? "left" : "center";
      write(canvas, `${least}`, x(least), base - 17);
    }
    canvas.textAlign = x(most) > width - 14 ? "right" : "center";
    write(canvas, `${most}`, x(most), base - 17);
    const ends = [sizeText(fields.least), sizeText(fields.most)];
    words.textContent = !sizes.length ? "not known" : ends[0] === ends[1] ? `one size, ${ends[1]} px` : `${sizes.length} sizes, ${ends.join(" to ")} px`;
    chart.setAttribute("aria-label", `Receptive field: ${words.textContent}`);
    const [top, bottom] = span(source, 0, cell[0], fields.most[0], tall);
    const [left, right] = span(source, 1, cell[1], fields.most[1], wide);
    const { stride } = lies(source) ?? {};
    where.replaceChildren(
      el("span", { text: `rows ${top}–${bottom - 1}` }),
      el("span", { text: `columns ${left}–${right - 1}` }),
      el("span", { text: stride ? `stride ${sizeText(stride)}` : "" }),
    );
  };

  const element = el(
    "section",
    { class: "sqv-block", "aria-label": "Receptive field" },
    el("header", { class: "sqv-spread" }, el("h2", { text: "Receptive field" }), words),
    el("div", {}, chart),
    where,
  );
  const observer = new ResizeObserver(draw);
  observer.observe(element);
  const calm = calmly(store, draw);
  const offs = [calm.close, store.on(["network", "selection", "hover", "look"], draw), store.on(["tensor", "photo"], calm.draw)];
  return {
    element,
    close: () => {
      observer.disconnect();
      offs.forEach((off) => off());
    },
  };
}
