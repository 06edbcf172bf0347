import { choices, el, widthOf } from "../dom.js";

/** @import { View } from "../types.js" */

const [HEIGHT, LEFT, RIGHT, TOP, BASE] = [156, 34, 8, 10, 122];

/** @param {string} tag @param {Record<string, string | number>} attributes @param {(SVGElement | string)[]} children */
function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * @typedef {object} Drifts
 * @property {{name: string, firstDivergentLayer: string | null, drift: [string, number | null, number | null][]}[]} lines Each with
 *   layer, relative L2 and cosine.
 * @property {string | undefined} chosen The line that stands out.
 * @property {(name: string) => void} choose
 */

/**
 * How far each layer is from where it is under something else: one line a comparison, along the network. A click chooses
 * the layer.
 * @param {import("../store.js").Store} store
 * @param {() => Drifts} drifts What is compared now.
 * @param {string} title
 * @returns {View}
 */
export function driftChart(store, drifts, title) {
  const place = el("div", { class: "sqv-drift" });
  const about = el("p", { class: "sqv-quiet" });
  let measure = "l2";
  const toggle = choices(
    "Distance",
    [
      { value: "l2", text: "relative L2", title: "‖a − r‖ / ‖r‖: 0 for no difference" },
      { value: "cosine", text: "1 − cosine", title: "Of the direction alone: 0 for the same pattern, however strong" },
    ],
    (value) => {
      measure = value;
      draw();
    },
  );

  const draw = () => {
    toggle.show(measure);
    const network = store.network();
    const now = drifts();
    const width = now.lines[0] ? widthOf(place) : 0;
    const lines = now.lines.map(({ name, firstDivergentLayer, drift }) => ({
      name,
      firstDivergentLayer,
      points: drift.map(([layer, l2, cosine]) => ({ layer, value: measure === "l2" ? l2 : cosine === null ? null : 1 - cosine })),
    }));
    if (!network || !width || !lines[0]) return place.replaceChildren();
    const layers = lines[0].points.map(({ layer }) => layer);
    const most = Math.max(0.1, ...lines.flatMap(({ points }) => points.map(({ value }) => value ?? 0)));
    const [x, y] = [
      (/** @type {number} */ at) => LEFT + (at + 0.5) * ((width - LEFT - RIGHT) / layers.length),
      (/** @type {number} */ value) => BASE - (value / most) * (BASE - TOP),
    ];
    const step = (width - LEFT - RIGHT) / layers.length;
    const picture = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img" });
    for (const tick of [0, most / 2, most]) {
      picture.append(svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick), class: "sqv-grid-line" }));
      picture.append(svg("text", { x: LEFT - 6, y: y(tick) + 4, class: "sqv-tick-end" }, tick ? tick.toFixed(2) : "0"));
    }
    const chosen = layers.indexOf(store.layer()?.name ?? "");
    if (chosen >= 0) picture.append(svg("rect", { x: x(chosen) - step / 2, y: TOP - 6, width: step, height: BASE - TOP + 6, class: "sqv-drift-here" }));
    // A name under each part of the network; modules have several layers.
    layers.forEach((name, at) => {
      const layer = network.layers.find((other) => other.name === name);
      if (layer?.module ? layer.branch !== "squeeze" : layer?.kind.endsWith("pooling") && name !== network.logits) return;
      const count = layer?.module ? network.layers.filter(({ module }) => module === layer.module).length : 1;
      if (layer?.module) picture.append(svg("line", { x1: x(at) - step / 2, x2: x(at) - step / 2, y1: TOP, y2: BASE, class: "sqv-grid-line" }));
      const text = layer?.module ?? name;
      const isEnd = at === 0 || name === network.logits;
      if (isEnd) {
        picture.append(svg("text", { x: at ? width - RIGHT : LEFT, y: BASE + 27, class: at ? "sqv-tick-end" : "" }, text));
      } else if (step * count > 6 * text.length || layer?.module) picture.append(svg("text", { x: x(at + (count - 1) / 2), y: BASE + 15, class: "sqv-tick" }, step * count < 34 ? text.replace("fire", "") : text));
    });
    const against = now.chosen;
    for (const { name, points, firstDivergentLayer } of [...lines].sort((a, b) => Number(a.name === against) - Number(b.name === against))) {
      const known = points.flatMap(({ value }, at) => (value === null ? [] : [[x(at), y(value)]]));
      const isHere = name === against;
      const path = svg("path", { d: known.map(([px, py], at) => `${at ? "L" : "M"}${px?.toFixed(1)} ${py?.toFixed(1)}`).join(""), class: isHere ? "sqv-drift-line sqv-on" : "sqv-drift-line" });
      path.append(svg("title", {}, name));
      path.addEventListener("click", () => now.choose(name));
      picture.append(path);
      const at = layers.indexOf(firstDivergentLayer ?? "");
      const value = points[at]?.value;
      if (isHere && value !== null && value !== undefined) picture.append(svg("circle", { cx: x(at), cy: y(value), r: 4.5, class: "sqv-divergent" }, svg("title", {}, `diverges at ${firstDivergentLayer}`)));
    }
    layers.forEach((name, at) => {
      const line = lines.find((other) => other.name === against);
      const value = line?.points[at]?.value;
      const piece = svg("rect", { x: x(at) - step / 2, y: 0, width: step, height: BASE, class: "sqv-hit", "data-drift": name });
      piece.append(svg("title", {}, `${name}: ${value === null || value === undefined ? "maps of another size" : value.toFixed(3)}`));
      piece.addEventListener("click", () => store.chooseLayer(name));
      picture.append(piece);
    });
    const line = lines.find((other) => other.name === against);
    const sizes = line?.points.some(({ value }) => value === null);
    about.replaceChildren(
      ...(line
        ? [
            el("b", { text: line.name }),
            line.firstDivergentLayer ? ` diverges at ${line.firstDivergentLayer}: the first layer whose strongest channel is another one.` : " has the same strongest channel in every layer, and the same answer.",
            sizes ? " Its input is of another size, and so are its maps: only the last layers can be compared." : "",
          ]
        : []),
    );
    picture.setAttribute("aria-label", `Distance of each layer. ${about.textContent}`);
    place.replaceChildren(picture);
  };
  const observer = new ResizeObserver(draw);
  observer.observe(place);
  return {
    element: el(
      "section",
      { class: "sqv-block", "aria-label": title },
      el("header", { class: "sqv-spread" }, el("h2", { text: title }), toggle.element),
      place,
      about,
    ),
    close: ((off) => () => {
      observer.disconnect();
      off();
    })(store.on(["compared", "inside", "photo", "photos", "selection", "network", "look"], draw)),
  };
}
