import { el, say } from "../dom.js";
import { times } from "../network.js";

/** @import { Layer, Network, View } from "../types.js" */

const [HEIGHT, MIDDLE, PER_ROOT] = [120, 58, 1.5];
const [BAR, GAP] = [5, 5];
const MOST_CHANNELS = 1100;
const MARGIN = 4;

/** @param {string} tag @param {Record<string, string | number>} [attributes] @param {(SVGElement | string | null)[]} children */
function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * What stands in the diagram from left to right: a layer of its own, a Fire module, or a pooling that cuts it.
 * @typedef {{kind: "layer" | "cut" | "end", name: string, layer: Layer}} Single
 * @typedef {{kind: "module", name: string, squeeze: Layer, expands: Layer[], concat: Layer}} Module
 * @typedef {Single | Module} Part
 */

/** @param {Network} network @returns {Part[]} */
function partsOf(network) {
  /** @type {Part[]} */
  const parts = [];
  for (const layer of network.layers) {
    if (layer.module) {
      if (layer.branch !== "concat") continue;
      const expands = layer.inputs.map((name) => network.layers.find((other) => other.name === name)).filter((other) => other !== undefined);
      const squeeze = network.layers.find((other) => other.name === expands[0]?.inputs[0]);
      if (squeeze) parts.push({ kind: "module", name: layer.module, squeeze, expands, concat: layer });
    } else if (layer.kind.endsWith("pooling")) parts.push({ kind: "cut", name: layer.name, layer });
    else if (layer.kind === "softmax") parts.push({ kind: "end", name: layer.name, layer });
    else parts.push({ kind: "layer", name: layer.name, layer });
  }
  return parts;
}

/** How wide each kind of part is, so that all of them fill the diagram. @param {Part[]} parts @param {number} width */
function widths(parts, width) {
  const fixed = width < 560 ? { layer: 42, cut: 10, end: 38 } : { layer: 50, cut: 15, end: 46 };
  const taken = parts.reduce((sum, { kind }) => sum + (kind === "module" ? 0 : fixed[kind]), 2 * MARGIN);
  return { ...fixed, module: (width - taken) / Math.max(1, parts.filter(({ kind }) => kind === "module").length) };
}

/**
 * The architecture diagram: a bar's height is ∝ √channels, so that squeeze pinches and expand widens, and both expands
 * read the whole squeeze. Under each part, how strongly it activates on the photo, on one scale for all.
 * @param {import("../store.js").Store} store
 * @returns {View & {step: (by: number) => void}}
 */
export function networkMap(store) {
  const diagram = el("div", { class: "sqv-diagram" });
  const about = el("span", { class: "sqv-quiet", role: "status", "aria-live": "off" });
  /** @type {Network | null} */
  let drawn = null;
  /** @type {((strongest: number) => void)[]} what follows the photo, each in its place */
  let updates = [];
  /** @type {Layer | null} */
  let pointed = null;

  /** @param {Layer} layer */
  const rmsOf = (layer) => store.photo()?.rms_activation[layer.name] ?? 0;

  /** @param {number | undefined} channels */
  const tall = (channels = 1) => PER_ROOT * Math.sqrt(Math.min(channels, MOST_CHANNELS));
  /** @param {number} x @param {number} y @param {number} width @param {number} height @param {string} name */
  const rect = (x, y, width, height, name) => svg("rect", { x: x.toFixed(1), y: y.toFixed(1), width, height: height.toFixed(1), class: name });

  /** @param {Layer} layer */
  const tell = (layer) => {
    const parts = [times(layer.shape), layer.parameters ? `${layer.parameters.toLocaleString("en")} parameters` : "", layer.macs ? `${(layer.macs / 1e6).toFixed(1)} M multiply-adds` : ""];
    const found = store.photo()?.rms_activation[layer.name];
    const rms = found === undefined || layer.shape.length < 3 ? "" : `rms ${found.toPrecision(3)}`;
    return `${layer.name}: ${[...parts, rms].filter(Boolean).join(", ")}`;
  };

  const draw = () => {
    const network = store.network();
    const width = diagram.clientWidth;
    if (!network?.layers?.length || !width) return;
    const parts = partsOf(network);
    const chosen = store.layer();
    drawn = network;
    updates = [];
    pointed = null;
    const had = diagram.contains(document.activeElement);
    /** @param {Part} part */
    const isHere = (part) => (part.kind === "module" ? chosen?.module === part.name : chosen?.name === part.name);

    diagram.classList.toggle("sqv-tight", width < 560);
    const wides = widths(parts, width);
    const [flows, bars, hits] = [svg("g", { class: "sqv-flows" }), svg("g", { class: "sqv-bars", "pointer-events": "none" }), svg("g")];
    /** @type {{x: number, half: number} | null} */
    let before = null;
    let x = MARGIN;

    /** @param {number} x0 @param {number} top0 @param {number} bottom0 @param {number} x1 @param {number} top1 @param {number} bottom1 */
    const flow = (x0, top0, bottom0, x1, top1, bottom1) => {
      const m = ((x0 + x1) / 2).toFixed(1);
      const [a, b] = [x0.toFixed(1), x1.toFixed(1)];
      const d = `M${a} ${top0.toFixed(1)}C${m} ${top0.toFixed(1)} ${m} ${top1.toFixed(1)} ${b} ${top1.toFixed(1)}V${bottom1.toFixed(1)}C${m} ${bottom1.toFixed(1)} ${m} ${bottom0.toFixed(1)} ${a} ${bottom0.toFixed(1)}z`;
      flows.append(svg("path", { d }));
    };

    /** A clickable piece. @param {Layer} layer @param {number} left @param {number} wide @param {{top?: number, high?: number, isPart?: boolean}} [where] */
    const hit = (layer, left, wide, { top = 14, high = HEIGHT - 15, isPart = false } = {}) => {
      const piece = svg("rect", { x: left, y: top, width: wide, height: high, rx: 4, class: isPart ? "sqv-hit-part" : "sqv-hit" });
      const title = svg("title", {}, tell(layer));
      piece.append(title);
      piece.addEventListener("click", () => store.chooseLayer(layer.name));
      piece.addEventListener("pointerenter", () => {
        pointed = layer;
        title.textContent = tell(layer);
        describe();
      });
      piece.addEventListener("pointerleave", () => {
        pointed = null;
        describe();
      });
      return piece;
    };

    /** @param {Part} part @param {Layer} layer @param {number} left @param {number} wide @param {(SVGElement | null)[]} pieces */
    const stop = (part, layer, left, wide, pieces) => {
      const is = isHere(part);
      const group = svg("g", {
        class: is ? "sqv-part sqv-here" : "sqv-part",
        "data-part": part.name,
        role: "radio",
        "aria-checked": String(is),
        "aria-label": `${part.name}: ${times(layer.shape)}`,
        tabindex: is ? 0 : -1,
      });
      group.append(hit(layer, left + 0.5, wide - 1), ...pieces.filter((piece) => piece !== null));
      hits.append(group);
    };

    /** @param {number} left @param {number} wide @param {string[]} names @param {(strongest: number) => number[]} shares */
    const rmsLine = (left, wide, names, shares) => {
      const pieces = names.map((name) => rect(left, HEIGHT - 10, 0, 3, name));
      bars.append(rect(left, HEIGHT - 10, wide, 3, "sqv-rms"), ...pieces);
      updates.push((strongest) => {
        let from = left;
        shares(strongest).forEach((share, index) => {
          pieces[index]?.setAttribute("x", from.toFixed(1));
          pieces[index]?.setAttribute("width", (share * wide).toFixed(1));
          from += share * wide;
        });
      });
    };

    /** @param {Part} part @param {number} at @param {string} [below] */
    const label = (part, at, below) => {
      const is = isHere(part);
      bars.append(svg("text", { x: at, y: 27, class: is ? "sqv-part-name sqv-here" : "sqv-part-name" }, part.name));
      if (below) bars.append(svg("text", { x: at, y: HEIGHT - 16 }, below));
    };

    for (const part of parts) {
      if (part.kind === "module") {
        const wide = wides.module;
        const [squeezed, expanded] = [tall(part.squeeze.shape[0]), part.expands.map((layer) => tall(layer.shape[0]))];
        const [xs, xe, xc] = [x + wide * 0.12, x + wide * 0.5 - BAR / 2, x + wide * 0.88 - BAR];
        const on = (/** @type {Layer} */ layer) => (chosen?.name === layer.name || (chosen?.name === part.concat.name && layer.branch !== "squeeze") ? "sqv-node sqv-on" : "sqv-node");
        if (before) flow(before.x, MIDDLE - before.half, MIDDLE + before.half, xs, MIDDLE - squeezed / 2, MIDDLE + squeezed / 2);
        const total = expanded.reduce((a, b) => a + b, 0);
        let [top, joined] = [MIDDLE - (total + GAP * (expanded.length - 1)) / 2, MIDDLE - total / 2];
        /** @type {SVGElement[]} */
        const pieces = [hit(part.squeeze, xs - 5, BAR + 10, { top: 32, high: HEIGHT - 60, isPart: true })];
        bars.append(rect(xs, MIDDLE - squeezed / 2, BAR, squeezed, on(part.squeeze)));
        part.expands.forEach((layer, index) => {
          const high = expanded[index] ?? 0;
          flow(xs + BAR, MIDDLE - squeezed / 2, MIDDLE + squeezed / 2, xe, top, top + high);
          flow(xe + BAR, top, top + high, xc, joined, joined + high);
          bars.append(rect(xe, top, BAR, high, on(layer)), rect(xc, joined + (index ? 0.4 : 0), BAR, high - 0.4, on(layer)));
          pieces.push(hit(layer, xe - 6, BAR + 12, { top: index ? MIDDLE : 32, high: index ? HEIGHT - 28 - MIDDLE : MIDDLE - 32, isPart: true }));
          top += high + GAP;
          joined += high;
        });
        before = { x: xc + BAR, half: total / 2 };
        label(part, x + wide / 2, `${part.concat.shape[0]}`);
        rmsLine(x + 6, wide - 12, part.expands.map((_, index) => (index ? "sqv-rms-3" : "sqv-rms-1")), (strongest) => {
          const squares = part.expands.map((layer) => rmsOf(layer) ** 2);
          const sum = squares.reduce((a, b) => a + b, 0) || 1;
          return squares.map((square) => ((rmsOf(part.concat) / strongest) * square) / sum);
        });
        // The first click chooses the module, a second one its squeeze or one of its expands.
        stop(part, part.concat, x, wide, isHere(part) ? pieces : []);
        x += wide;
      } else if (part.kind === "cut") {
        const at = x + wides.cut / 2;
        bars.append(svg("line", { x1: at, x2: at, y1: 15, y2: HEIGHT - 4, class: isHere(part) ? "sqv-cut sqv-on" : "sqv-cut" }));
        stop(part, part.layer, x, wides.cut, []);
        x += wides.cut;
      } else {
        const wide = wides[part.kind];
        const high = tall(part.layer.shape[0]);
        const at = part.kind === "end" ? x + 8 : x + wide / 2 - 3;
        if (before) flow(before.x, MIDDLE - before.half, MIDDLE + before.half, at, MIDDLE - high / 2, MIDDLE + high / 2);
        if (part.kind === "end") bars.append(...answer(at, high));
        else bars.append(rect(at, MIDDLE - high / 2, 6, high, isHere(part) ? "sqv-node sqv-on" : "sqv-node"));
        label({ ...part, name: part.kind === "end" ? "softmax" : part.name }, x + wide / 2, `${part.layer.shape[0]}`);
        if (part.kind === "layer") rmsLine(x + 4, wide - 8, ["sqv-rms-0"], (strongest) => [rmsOf(part.layer) / strongest]);
        stop(part, part.layer, x, wide, []);
        before = { x: at + 6, half: high / 2 };
        x += wide;
      }
    }
    const picture = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "radiogroup", "aria-label": "Layers of the network" });
    picture.append(flows, ...resolutions(parts, wides), bars, hits);
    diagram.replaceChildren(picture);
    if (had) focus();
    follow();
  };

  /** What the photo changes; the diagram stays, also under a pointer while the camera is on. */
  const follow = () => {
    const network = store.network();
    if (network !== drawn) return draw();
    const shown = network?.layers.filter(({ kind, shape, module, branch }) => shape.length === 3 && shape[1] !== 1 && (!module || branch === "concat") && kind !== "softmax") ?? [];
    const strongest = Math.max(1e-9, ...shown.map(rmsOf));
    for (const update of updates) update(strongest);
    describe();
  };

  /** The five most probable classes, as bars behind the softmax. @param {number} at @param {number} high */
  const answer = (at, high) => {
    const classes = [0, 1, 2, 3, 4].map((row) => rect(at + 3, MIDDLE - 20 + 8.5 * row, 0, 5, row ? "sqv-node" : "sqv-node sqv-best"));
    updates.push(() => {
      const photo = store.photo();
      classes.forEach((bar, row) => {
        const index = photo?.ranking[row];
        bar.setAttribute("width", index === undefined ? "0" : String(Math.max(1, 26 * (photo?.probabilities[index] ?? 0))));
      });
    });
    return [rect(at, MIDDLE - high / 2, 1, high, "sqv-node"), ...classes];
  };

  /** Height and width of the maps, as a band over the parts that share it. @param {Part[]} parts @param {ReturnType<typeof widths>} wides */
  const resolutions = (parts, wides) => {
    /** @type {{from: number, to: number, text: string}[]} */
    const bands = [];
    let x = MARGIN;
    for (const part of parts) {
      const wide = wides[part.kind];
      const layer = part.kind === "module" ? part.concat : part.layer;
      const text = layer.shape.length === 3 && part.kind !== "cut" ? times(layer.shape.slice(1)) : "";
      const last = bands.at(-1);
      if (text && last?.text === text && x - last.to < 1) last.to = x + wide;
      else if (text) bands.push({ from: x, to: x + wide, text });
      x += wide;
    }
    return bands.flatMap(({ from, to, text }) => {
      const [m, half] = [(from + to) / 2, text.length * 3 + 4];
      const word = svg("text", { x: m, y: 9 }, text);
      if (to - from < 2 * half + 16) return [word];
      return [svg("line", { x1: from + 2, x2: m - half, y1: 5.5, y2: 5.5, class: "sqv-band" }), svg("line", { x1: m + half, x2: to - 2, y1: 5.5, y2: 5.5, class: "sqv-band" }), word];
    });
  };

  const describe = () => {
    const layer = pointed ?? store.layer();
    say(about, layer ? tell(layer) : "");
  };

  const focus = () => {
    const here = diagram.querySelector('[aria-checked="true"]');
    if (here instanceof SVGElement) here.focus();
  };

  /** Choose the layer so many steps on; a Fire module is one step. @param {number} by */
  const step = (by) => {
    const network = store.network();
    if (!network?.layers?.length) return;
    const parts = partsOf(network);
    const layer = store.layer();
    const at = parts.findIndex((part) => (part.kind === "module" ? part.name === layer?.module : part.name === layer?.name));
    const next = parts[Math.min(parts.length - 1, Math.max(0, at + by))];
    if (next) store.chooseLayer(next.kind === "module" ? next.concat.name : next.layer.name);
  };

  diagram.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -99, End: 99 }[event.key];
    if (by) {
      step(by);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      // Within a module: squeeze, the expands, concat.
      const network = store.network();
      const layer = store.layer();
      const module = network?.layers.filter((other) => layer?.module && other.module === layer.module) ?? [];
      const at = module.findIndex(({ name }) => name === layer?.name);
      const next = module[Math.min(module.length - 1, Math.max(0, at + (event.key === "ArrowUp" ? -1 : 1)))];
      if (next) store.chooseLayer(next.name);
    } else return;
    event.preventDefault();
    event.stopPropagation();
    requestAnimationFrame(() => requestAnimationFrame(focus));
  });

  const element = el(
    "section",
    { class: "sqv-network", "aria-label": "Network" },
    el(
      "header",
      { class: "sqv-spread" },
      el("span", { class: "sqv-network-title" }, el("h2", { text: "Network" }), about),
      el(
        "span",
        { class: "sqv-quiet sqv-key", title: "Root mean square of the activations, on one scale for all layers" },
        "rms activation",
        el("i", { class: "sqv-key-1" }),
        "1×1",
        el("i", { class: "sqv-key-3" }),
        "3×3",
        el("i", { class: "sqv-key-0" }),
        "others",
      ),
    ),
    diagram,
  );
  const observer = new ResizeObserver(draw);
  observer.observe(diagram);
  const offs = [store.on(["network", "selection"], draw), store.on(["photo"], follow)];
  return {
    element,
    step,
    close: () => {
      observer.disconnect();
      offs.forEach((off) => off());
    },
  };
}
