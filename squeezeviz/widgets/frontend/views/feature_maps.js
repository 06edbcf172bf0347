import { atlas, fit, newSheet, topOf } from "../atlas.js";
import { amount, choices, el, sharp, widthOf } from "../dom.js";
import { branches, layerNamed, shortName, times } from "../network.js";
import { PALETTES, colour } from "../palette.js";
import { kernelSheet } from "./kernels.js";

/** @import { Layer, Tensor, View } from "../types.js" */

const ZOOMS = [0, 20, 28, 42, 56, 84, 113];
const AREA_PX = 560;
const GUTTER_PX = 26;
const BRANCH_GAP_PX = 20;
const ROOMY_PX = 230;

/**
 * @typedef {object} Group The maps of one branch, drawn.
 * @property {number[]} channels In the order shown.
 * @property {{layer: Layer, from: number, to: number}} part
 * @property {HTMLElement} said How much of it is zero.
 * @property {Map<number, HTMLElement>} dead Marks of those that are zero everywhere, by their place.
 * @property {import("../atlas.js").Sheet} sheet
 * @property {HTMLElement} grid
 * @property {HTMLCanvasElement} canvas
 * @property {number} columns
 * @property {number} tile Pixels.
 * @property {number} pitch
 * @property {[number, number]} size Of a map: height, width.
 * @property {{chosen: HTMLElement, hover: HTMLElement, cell: HTMLElement}} marks
 */

/**
 * Every channel of the chosen layer, by branch; in several orders, scales and palettes. Pointing shows a cell everywhere.
 * @param {import("../store.js").Store} store
 * @returns {View & {move: (dx: number, dy: number) => void}}
 */
export function featureMaps(store) {
  const name = el("h2", { class: "sqv-layer-name" });
  const about = el("span", { class: "sqv-quiet" });
  const siblings = el("span", { class: "sqv-siblings" });
  const area = el("div", { class: "sqv-groups" });
  const top = el("span");
  const bar = /** @type {HTMLCanvasElement} */ (el("canvas", { "aria-hidden": "true" }));
  const sort = choices(
    "Order of the maps",
    ["index", "mean", "max", "sparsity"].map((value) => ({ value, text: value })),
    (value) => store.set({ sort: value }),
  );
  const scale = choices(
    "Full colour stands for",
    [
      { value: "channel", text: "channel", title: "Each map reaches full colour at its own maximum" },
      { value: "layer", text: "layer", title: "All maps reach full colour at the layer's maximum" },
    ],
    (value) => store.set({ scale: value }),
  );
  const palette = /** @type {HTMLSelectElement} */ (
    el("select", { class: "sqv-select", "aria-label": "Palette" }, ...PALETTES.map((value) => el("option", { value, text: value })))
  );
  palette.addEventListener("change", () => store.set({ palette: palette.value }));
  const kernels = kernelSheet(store);
  const kind = choices(
    "What is shown of the layer",
    [
      { value: "maps", text: "maps", title: "What it makes of this photo" },
      { value: "kernels", text: "kernels", title: "What it has learned (k)" },
    ],
    (value) => store.set({ kernels: value === "kernels" }),
  );
  const zoomed = el("output", { text: "fit" });
  let zoom = 0;
  /** @param {number} step */
  const setZoom = (step) => {
    zoom = Math.min(ZOOMS.length - 1, Math.max(0, zoom + step));
    draw();
  };
  const zooms = el(
    "span",
    { class: "sqv-step", role: "group", "aria-label": "Size of the maps" },
    el("button", { type: "button", "aria-label": "Smaller", text: "−", onclick: () => setZoom(-1) }),
    zoomed,
    el("button", { type: "button", "aria-label": "Larger", text: "+", onclick: () => setZoom(1) }),
  );

  /** @type {Group[]} */
  let groups = [];
  let drawn = "";
  /** @type {Tensor | null} */
  let painted = null;

  /** @param {Tensor} tensor @param {number} from @param {number} to */
  const ordered = (tensor, from, to) => {
    const channels = Array.from({ length: to - from }, (_, index) => from + index);
    const by = { mean: tensor.mean, max: tensor.max, sparsity: tensor.zero }[/** @type {string} */ (store.get("sort"))];
    return by ? channels.sort((a, b) => (by[b] ?? 0) - (by[a] ?? 0) || a - b) : channels;
  };

  const drawControls = () => {
    const [network, layer] = [store.network(), store.layer()];
    const hasKernels = Boolean(network && layer && branches(network, layer).some((part) => part.layer.kind === "convolution"));
    const isKernels = hasKernels && store.get("kernels");
    kind.show(isKernels ? "kernels" : "maps");
    kind.element.hidden = !hasKernels;
    element.classList.toggle("sqv-shows-kernels", isKernels);
    sort.show(store.get("sort"));
    scale.show(store.scale());
    palette.value = store.get("palette");
    if (!network || !layer) return;
    name.textContent = layer.name;
    const [channels, height] = layer.shape;
    about.textContent = height === undefined ? `${channels} values` : layer.pre_relu || layer.branch === "concat" ? "after ReLU" : "";
    const module = network.layers.filter((other) => layer.module && other.module === layer.module);
    siblings.replaceChildren(
      ...(module.length
        ? [siblingChoice(module)]
        : []),
    );
  };

  /** @param {Layer[]} module */
  const siblingChoice = (module) => {
    const made = choices(
      "Layer of the module",
      module.map((layer) => ({ value: layer.name, text: shortName(layer), title: `${layer.name}: ${times(layer.shape)}` })),
      (value) => store.chooseLayer(value),
    );
    made.show(store.layer()?.name ?? "");
    return made.element;
  };

  const draw = () => {
    const tensor = store.shown();
    const network = store.network();
    const width = widthOf(area);
    drawControls();
    element.classList.toggle("sqv-late", Boolean(tensor) && tensor?.layer !== store.layer()?.name);
    if (!tensor || !network || !width) return;
    const look = { scale: store.scale(), palette: store.get("palette") };
    const due = [tensor.layer, tensor.shape, width, zoom, store.get("sort"), look.scale, look.palette, document.body.dataset["jpThemeLight"], devicePixelRatio].join();
    if (due === drawn && tensor === painted) return; // keep the drawn grid between hovers
    const start = performance.now();
    const isSame = due === drawn;
    [drawn, painted] = [due, tensor];
    drawBar(tensor, look);
    if (isSame) {
      // Another photo, or the camera's next frame: other values at the same places.
      for (const group of groups) paint(group, tensor, look);
      done(start, tensor);
      return;
    }
    const layer = layerNamed(network, tensor.layer);
    const parts = layer ? branches(network, layer) : [];
    // Branches stand side by side where there is room for it.
    const isWide = width >= 400;
    const across = isWide ? (width - BRANCH_GAP_PX * (parts.length - 1)) / parts.length : width;
    area.classList.toggle("sqv-stacked", !isWide);
    const focused = area.contains(document.activeElement) ? groups.findIndex(({ grid }) => grid === document.activeElement) : -1;
    groups = [];
    area.replaceChildren(...parts.map((part) => drawGroup(tensor, part, across - GUTTER_PX, look, parts.length > 1)));
    groups[Math.min(focused, groups.length - 1)]?.grid.focus({ preventScroll: true });
    done(start, tensor);
  };

  /** @param {number} start @param {Tensor} tensor */
  const done = (start, tensor) => {
    store.drew(performance.now() - start);
    performance.clearMarks("squeezeviz:maps"); // the last one is enough, and a camera makes twenty a second
    performance.mark("squeezeviz:maps", { detail: tensor.layer });
    mark();
  };

  /** @param {Tensor} tensor @param {{scale: string, palette: string}} look */
  const drawBar = (tensor, { scale: per, palette: colours }) => {
    const canvas = sharp(bar, 84, 8);
    for (let x = 0; x < 84; x += 1) {
      canvas.fillStyle = colour(colours, 1 + Math.round((x / 83) * 254));
      canvas.fillRect(x, 0, 1.5, 8);
    }
    top.textContent = per === "layer" ? amount(topOf(tensor, 0, "layer")) : "own max";
  };

  /** @param {Tensor} tensor @param {{layer: Layer, from: number, to: number}} part @param {number} width @param {{scale: string, palette: string}} look @param {boolean} isBranch */
  const drawGroup = (tensor, part, width, look, isBranch) => {
    const { layer, from, to } = part;
    const channels = ordered(tensor, from, to);
    const [, height, across] = tensor.shape;
    const gap = channels.length > 300 ? 1 : 2;
    const fixed = ZOOMS[zoom] ?? 0;
    const { tile, columns } = fixed
      ? { tile: fixed, columns: Math.max(1, Math.floor((width + gap) / (fixed + gap))) }
      : fit(channels.length, width, AREA_PX, gap);
    zoomed.textContent = fixed ? `${fixed} px` : "fit";
    const pitch = tile + gap;
    const rows = Math.ceil(channels.length / columns);
    const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", {}));
    const marks = {
      chosen: el("div", { class: "sqv-mark-chosen", hidden: true }),
      hover: el("div", { class: "sqv-mark-hover", hidden: true }),
      cell: el("div", { class: "sqv-mark-cell", hidden: true }),
    };
    const grid = el(
      "div",
      { class: "sqv-grid", tabindex: "0", role: "application", "aria-roledescription": "grid of feature maps", "aria-label": `${layer.name}, ${channels.length} feature maps`, "data-grid": [channels.length, columns, tile, pitch, height, across].join(" ") },
      canvas,
      ...gutter(channels, columns, rows, pitch, tile),
      ...Object.values(marks),
    );
    const said = el("span", { class: "sqv-quiet sqv-cut-off" });
    const group = { channels, part, said, dead: new Map(), sheet: newSheet(), grid, canvas, columns, tile, pitch, size: /** @type {[number, number]} */ ([height, across]), marks };
    groups.push(group);
    listen(group);
    paint(group, tensor, look);
    const header = el(
      "header",
      { class: "sqv-spread" },
      el("span", {}, el("b", { text: isBranch ? shortName(layer) : layer.name }), el("span", { class: "sqv-quiet", text: columns * pitch < ROOMY_PX ? "" : `  ${channels.length} maps` })),
      said,
      isBranch && store.can("ablation")
        ? el("button", { class: "sqv-number", type: "button", text: "ablate", title: "Ablate this branch, or restore it", "aria-label": `${layer.name}: ablate or restore`, onclick: () => store.toggleAblated(tensor.layer, channels.slice()) })
        : false,
    );
    header.style.width = `${columns * pitch - gap}px`;
    return el("div", { class: "sqv-group", "data-layer": layer.name }, header, grid);
  };

  /** @param {Group} group @param {Tensor} tensor @param {{scale: string, palette: string}} look */
  const paint = (group, tensor, look) => {
    const { part, canvas, columns, tile, pitch, dead, said } = group;
    const channels = (group.channels = ordered(tensor, part.from, part.to));
    const across = tensor.shape[2];
    const gap = pitch - tile;
    const context = sharp(canvas, columns * pitch - gap, Math.ceil(channels.length / columns) * pitch - gap);
    // Whole multiples are drawn unsmoothed, so that every cell is as large as the next.
    context.imageSmoothingEnabled = (tile * devicePixelRatio) % across !== 0;
    const isLive = store.photo()?.isLive === true;
    context.imageSmoothingQuality = isLive ? "low" : "high";
    // The camera's frames pass: about one cell a pixel of the screen, and no more work than that.
    const every = isLive ? Math.max(1, Math.round(across / (tile * devicePixelRatio))) : 1;
    const sheet = atlas(tensor, channels, columns, look, group.sheet, every);
    const [high, wide] = [Math.ceil(tensor.shape[1] / every), Math.ceil(across / every)];
    let [zeros, ablated] = [0, 0];
    channels.forEach((channel, index) => {
      const [x, y] = [index % columns, Math.floor(index / columns)];
      zeros += tensor.zero[channel] ?? 0;
      const isAblated = store.isAblated(tensor.layer, channel); // then it is marked, be it zero or its mean
      ablated += Number(isAblated);
      if ((tensor.max[channel] ?? 0) > 0) {
        context.drawImage(sheet, x * wide, y * high, wide, high, x * pitch, y * pitch, tile, tile);
        if (!isAblated) {
          dead.get(index)?.remove();
          dead.delete(index);
          return;
        }
      } else {
        context.fillStyle = colour(look.palette, 0);
        context.fillRect(x * pitch, y * pitch, tile, tile);
      }
      const made = dead.get(index) ?? deadMark(x * pitch, y * pitch, tile);
      made.title = isAblated ? `channel ${channel} is ablated` : `channel ${channel} is zero everywhere`;
      made.classList.toggle("sqv-ablated", isAblated);
      if (!dead.has(index)) canvas.after(made);
      dead.set(index, made);
    });
    said.textContent = `${((100 * zeros) / channels.length).toFixed(0)} % zero${ablated ? `, ${ablated} ablated` : ""}${dead.size > ablated ? `, ${dead.size - ablated} dead` : ""}`;
  };

  /** @param {number[]} channels @param {number} columns @param {number} rows @param {number} pitch @param {number} tile */
  const gutter = (channels, columns, rows, pitch, tile) => {
    const every = Math.max(1, Math.ceil(14 / pitch));
    const isByIndex = store.get("sort") === "index";
    return Array.from({ length: Math.ceil(rows / every) }, (_, step) => {
      const row = step * every;
      const label = el("span", { class: "sqv-gutter", "aria-hidden": "true", text: isByIndex ? channels[row * columns] : `#${row * columns + 1}` });
      label.style.top = `${row * pitch + tile / 2 - 6}px`;
      return label;
    });
  };

  /** @param {number} left @param {number} top_ @param {number} tile */
  const deadMark = (left, top_, tile) => {
    const made = el("span", { class: "sqv-dead" });
    made.style.cssText = `left:${left}px;top:${top_}px;width:${tile}px;height:${tile}px`;
    return made;
  };

  /** @param {Group} group */
  const listen = (group) => {
    const { canvas, grid, columns, pitch, tile, size } = group;
    /** @param {PointerEvent | MouseEvent} event */
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      const [column, row] = [Math.floor(x / pitch), Math.floor(y / pitch)];
      const channel = group.channels[row * columns + column];
      if (channel === undefined || column < 0 || column >= columns) return null;
      const inside = (/** @type {number} */ v) => Math.min(0.9999, Math.max(0, v / tile));
      const cell = /** @type {[number, number]} */ ([
        Math.floor(inside(y - row * pitch) * size[0]),
        Math.floor(inside(x - column * pitch) * size[1]),
      ]);
      return { channel, cell };
    };
    grid.addEventListener("pointermove", (event) => {
      const point = at(event);
      if (point) store.point(point);
    });
    grid.addEventListener("pointerleave", () => store.point(null));
    grid.addEventListener("click", (event) => {
      const point = at(event);
      const layer = store.shown()?.layer;
      if (point && layer && event.shiftKey && store.can("ablation")) store.toggleAblated(layer, [point.channel]);
      else if (point) store.chooseChannel(point.channel, point.cell);
    });
  };

  /** @param {number} channel */
  const placeOf = (channel) => {
    for (const group of groups) {
      const index = group.channels.indexOf(channel);
      if (index >= 0) return { group, index, left: (index % group.columns) * group.pitch, top: Math.floor(index / group.columns) * group.pitch };
    }
    return null;
  };

  /** @param {"chosen" | "hover"} kind @param {number} channel */
  const put = (kind, channel) => {
    const place = placeOf(channel);
    if (!place) return null;
    const made = place.group.marks[kind];
    made.hidden = false;
    made.style.cssText = `left:${place.left}px;top:${place.top}px;width:${place.group.tile}px;height:${place.group.tile}px`;
    return place;
  };

  const mark = () => {
    const tensor = store.shown();
    for (const { marks } of groups) for (const made of Object.values(marks)) made.hidden = true;
    if (!tensor) return;
    const chosen = put("chosen", store.channel());
    const hover = store.hover();
    const place = hover ? put("hover", hover.channel) : chosen;
    if (!place) return;
    const [y, x] = store.looked().cell;
    const { tile, size, marks } = place.group;
    const [down, across] = [tile / size[0], tile / size[1]];
    const side = Math.max(4, across);
    marks.cell.hidden = false;
    marks.cell.style.cssText = `left:${place.left + (x + 0.5) * across - side / 2}px;top:${place.top + (y + 0.5) * down - side / 2}px;width:${side}px;height:${side}px`;
  };

  const element = el(
    "section",
    { class: "sqv-maps", "aria-label": "Feature maps" },
    el("div", { class: "sqv-maps-title" }, name, about, kind.element, siblings),
    el(
      "div",
      { class: "sqv-tools" },
      el("span", { class: "sqv-tool sqv-sort" }, el("span", { class: "sqv-quiet", text: "Sort" }), sort.element),
      zooms,
      el(
        "span",
        { class: "sqv-tool" },
        el("span", { class: "sqv-quiet", text: "Scale per" }),
        scale.element,
        el(
          "span",
          { class: "sqv-colours", title: "Exactly zero has a colour of its own" },
          el("span", { class: "sqv-zero" }),
          bar,
          el("span", { class: "sqv-quiet", text: "0" }),
          el("span", { class: "sqv-quiet sqv-spread" }, el("span", { text: "> 0" }), top),
        ),
        palette,
      ),
    ),
    area,
    kernels.element,
  );
  const observer = new ResizeObserver(draw);
  observer.observe(area);
  const offs = [store.on(["tensor", "photo", "network", "look", "selection"], draw), store.on(["selection", "hover", "tensor"], mark)];

  return {
    element,
    /** Choose the channel so many columns and rows away, in the order shown. @param {number} dx @param {number} dy */
    move: (dx, dy) => {
      if (element.classList.contains("sqv-shows-kernels")) return kernels.move(dx, dy);
      const place = placeOf(store.channel());
      if (!place) return;
      const all = groups.flatMap(({ channels }) => channels);
      const before = groups.slice(0, groups.indexOf(place.group)).reduce((sum, { channels }) => sum + channels.length, 0);
      const next = all[Math.min(all.length - 1, Math.max(0, before + place.index + dx + dy * place.group.columns))];
      if (next === undefined) return;
      store.point(null);
      store.chooseChannel(next);
    },
    close: () => {
      observer.disconnect();
      kernels.close?.();
      offs.forEach((off) => off());
    },
  };
}
