import { el } from "../../dom.js";

/** @import { Box } from "../../store/drawing.js" */
/** @import { View } from "../../store/types.ts" */
/** @import { Tools } from "./tools.js" */

const CORNER_PX = 10; // near enough to a rectangle's corner to have got hold of it
const STEPS = 32; // of the shorter side: how far an arrow key moves a rectangle
const FIRST = 0.25; // of the shorter side: a rectangle that the keyboard puts there

/**
 * The photo being painted on, over its place on the stage: what the pointer and the keyboard do to it.
 * @param {import("../../store/flat.ts").Store} store
 * @param {Tools} tools
 * @returns {View & {paper: HTMLElement}} The paper shows what is painted at once, below whatever lies over the photo.
 */
export function editLayer(store, tools) {
  const { edit } = store;
  const paper = el("div", { class: "sqv-edit-paper", hidden: true, "aria-hidden": "true" });
  const ring = el("i", { class: "sqv-edit-ring", hidden: true });
  const box = el("i", { class: "sqv-edit-box", hidden: true });
  const layer = el("div", { class: "sqv-edit-layer", hidden: true, tabindex: "0", role: "application", "aria-roledescription": "photo being edited" }, box, ring);
  /** What the pointer is doing: brushing; drawing or sizing a rectangle from a corner that stays; moving it, from where it was. */
  /** @type {{what: "brush"} | {what: "size", from: [number, number]} | {what: "move", from: [number, number], was: Box} | null} */
  let doing = null;

  const isOpen = () => edit.status() === "on" && store.get("view") === "original" && edit.isOf(store.get("photo"));

  /** In the photo's pixels. @param {MouseEvent} event @returns {[number, number]} */
  const at = ({ clientX, clientY }) => {
    const { left, top, width, height } = layer.getBoundingClientRect();
    const drawing = edit.drawing();
    return [((clientX - left) / width) * (drawing?.width ?? 0), ((clientY - top) / height) * (drawing?.height ?? 0)];
  };
  /** CSS pixels to a pixel of the photo. */
  const zoom = () => layer.clientWidth / (edit.drawing()?.width ?? 1);

  /** @param {[number, number]} a @param {[number, number]} b @returns {Box} */
  const spanned = (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])];

  /** What a press on a rectangle that may still be moved gets hold of. @param {[number, number]} point */
  const grasp = ([x, y]) => {
    const was = edit.drawing()?.floating();
    if (!was) return null;
    const [left, top, width, height] = was;
    const near = CORNER_PX / zoom();
    for (const [cx, cy, ox, oy] of /** @type {const} */ ([[0, 0, 1, 1], [1, 0, 0, 1], [0, 1, 1, 0], [1, 1, 0, 0]])) {
      if (Math.abs(left + cx * width - x) < near && Math.abs(top + cy * height - y) < near) {
        return { what: /** @type {const} */ ("size"), from: /** @type {[number, number]} */ ([left + ox * width, top + oy * height]) };
      }
    }
    const isInside = x >= left && x <= left + width && y >= top && y <= top + height;
    return isInside ? { what: /** @type {const} */ ("move"), from: /** @type {[number, number]} */ ([x, y]), was } : null;
  };

  /** Somewhere on the photo, whole. @param {Box} moved @returns {Box} */
  const kept = ([left, top, width, height]) => {
    const drawing = edit.drawing();
    const [across, down] = [drawing?.width ?? 1, drawing?.height ?? 1];
    const [w, h] = [Math.min(width, across), Math.min(height, down)];
    return [Math.min(Math.max(0, left), across - w), Math.min(Math.max(0, top), down - h), w, h];
  };

  layer.addEventListener("pointerdown", (event) => {
    const drawing = edit.drawing();
    if (event.button !== 0 || !drawing) return;
    event.preventDefault();
    layer.focus({ preventScroll: true });
    const point = at(event);
    if (event.altKey) return tools.choose({ tool: "paint", colour: drawing.colourAt(point), isMean: false });
    layer.setPointerCapture(event.pointerId);
    doing = tools.get().shape === "brush" ? { what: "brush" } : (grasp(point) ?? { what: "size", from: point });
    if (doing.what === "brush") drawing.press(tools.ink(), tools.size(), point);
    else if (doing.what === "size" && !grasp(point)) drawing.end(); // another one begins
  });
  layer.addEventListener("pointermove", (event) => {
    const drawing = edit.drawing();
    show(event);
    if (!doing || !drawing) return;
    if (doing.what === "brush") {
      // Between two frames a pointer goes a long way; the browser has kept it.
      const moves = event.getCoalescedEvents?.() ?? [];
      for (const move of moves.length ? moves : [event]) drawing.move(at(move), tools.size());
    } else if (doing.what === "move") {
      const [x, y] = at(event);
      drawing.rectangle(tools.ink(), kept([doing.was[0] + x - doing.from[0], doing.was[1] + y - doing.from[1], doing.was[2], doing.was[3]]));
    } else drawing.rectangle(tools.ink(), spanned(doing.from, at(event)));
  });
  const release = () => {
    if (doing?.what === "brush") edit.drawing()?.end();
    doing = null;
  };
  layer.addEventListener("pointerup", release);
  layer.addEventListener("pointercancel", () => {
    if (doing) edit.drawing()?.cancel();
    doing = null;
  });
  layer.addEventListener("pointerleave", () => (ring.hidden = true));

  /** The brush, round the pointer. @param {MouseEvent} event */
  const show = (event) => {
    ring.hidden = tools.get().shape !== "brush" || event.altKey;
    const { left, top } = layer.getBoundingClientRect();
    ring.style.transform = `translate(${event.clientX - left}px, ${event.clientY - top}px) translate(-50%, -50%)`;
  };

  /** @type {Record<string, [number, number]>} */
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  layer.addEventListener("keydown", (event) => {
    const drawing = edit.drawing();
    if (!drawing || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    const isPlacing = event.key === "Enter" || event.key === " ";
    if (!arrow && !isPlacing) return;
    event.preventDefault();
    event.stopPropagation();
    const least = Math.min(drawing.width, drawing.height);
    const there = drawing.floating();
    if (!there) {
      tools.choose({ shape: "rectangle" });
      const side = least * FIRST;
      drawing.rectangle(tools.ink(), [(drawing.width - side) / 2, (drawing.height - side) / 2, side, side]);
    } else if (isPlacing) drawing.end();
    else if (arrow) {
      const step = event.altKey ? 1 : Math.max(1, Math.round(least / STEPS));
      const [dx, dy] = [arrow[0] * step, arrow[1] * step];
      const [left, top, width, height] = there;
      const moved = /** @type {Box} */ (event.shiftKey ? [left, top, Math.max(1, width + dx), Math.max(1, height + dy)] : [left + dx, top + dy, width, height]);
      drawing.rectangle(tools.ink(), event.shiftKey ? moved : kept(moved));
    }
  });

  const draw = () => {
    const drawing = edit.drawing();
    paper.hidden = layer.hidden = !isOpen() || !drawing;
    if (!drawing || layer.hidden) {
      doing = null;
      return;
    }
    if (paper.firstChild !== drawing.canvas) paper.replaceChildren(drawing.canvas);
    const longest = Math.max(drawing.width, drawing.height);
    const [width, height] = [(100 * drawing.width) / longest, (100 * drawing.height) / longest];
    for (const { style } of [paper, layer]) {
      style.left = `${(100 - width) / 2}%`;
      style.top = `${(100 - height) / 2}%`;
      style.width = `${width}%`;
      style.height = `${height}%`;
    }
    const floating = drawing.floating();
    box.hidden = !floating;
    if (floating) {
      box.style.left = `${(100 * floating[0]) / drawing.width}%`;
      box.style.top = `${(100 * floating[1]) / drawing.height}%`;
      box.style.width = `${(100 * floating[2]) / drawing.width}%`;
      box.style.height = `${(100 * floating[3]) / drawing.height}%`;
    }
    ring.style.width = `${(100 * tools.size()) / drawing.width}%`;
    layer.style.cursor = tools.get().shape === "brush" ? "none" : "crosshair";
    layer.setAttribute(
      "aria-label",
      floating
        ? `Rectangle at ${floating[0]}, ${floating[1]}, ${floating[2]} × ${floating[3]} px. Arrows move it, Shift and arrows size it, Enter lays it down`
        : `${edit.source().name}, to be edited. Enter puts a rectangle there`,
    );
  };
  draw();
  return { element: layer, paper, close: store.on(["edit", "stroke", "photo", "look"], draw) };
}
