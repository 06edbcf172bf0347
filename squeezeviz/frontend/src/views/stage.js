import { oneMap } from "../atlas.js";
import { choices, el, sharp, token, widthOf } from "../dom.js";
import { textWidth, write } from "../lettering.js";
import { branchOf, fieldsOf, lies, sizeText, span } from "../store/layers.ts";
import { indexOf, pixels, theme } from "../palette.js";
import { pictureBox } from "../picture.js";
import { mounted } from "../ui/mounted.tsx";
import { LiveBar } from "./camera/camera.tsx";
import { editing } from "./edit/edit.js";

/** @import { Photo, View } from "../store/types.ts" */

/**
 * The photo on a square stage: as it is or as the network sees it; over it, what the cell that is looked at sees, as
 * nested boxes, one a path through the network; and the chosen class's own map.
 *
 * @param {import("../store/flat.ts").Store} store
 * @param {{hasCells?: boolean}} [how] Whether to show what cells see, and to let the photo be edited.
 * @returns {View}
 */
export function stage(store, { hasCells = true } = {}) {
  const picture = pictureBox({ class: "sqv-picture" });
  const over = /** @type {HTMLCanvasElement} */ (el("canvas", { class: "sqv-over", "aria-hidden": "true" }));
  const edit = hasCells ? editing(store) : null;
  const square = el("div", { class: "sqv-stage" }, picture.element(), edit && edit.paper, over, edit && edit.layer);
  let captioned = "";
  const live = mounted(store.deep, LiveBar, {});
  const caption = el("div", { class: "sqv-caption" });
  const toggle = choices(
    "View of the photo",
    [
      { value: "original", text: "Original" },
      { value: "seen", text: "As the network sees it" },
    ],
    (view) => store.set({ view }),
    "sqv-wide",
  );

  // Height and width of what the network gets.
  const down = () => store.network()?.input[1] ?? 227;
  const right = () => store.network()?.input[2] ?? 227;

  /** Where the picture lies on the stage, in CSS pixels: left, top, width, height. @param {Photo} photo */
  const place = (photo) => {
    const side = widthOf(square);
    const size = /** @type {[number, number]} */ (store.get("view") === "seen" ? [right(), down()] : photo.size);
    const scale = side / Math.max(...size);
    const [width, height] = [size[0] * scale, size[1] * scale];
    return { left: (side - width) / 2, top: (side - height) / 2, width, height };
  };

  /** From input pixels to the stage. @param {Photo} photo */
  const mapping = (photo) => {
    const at = place(photo);
    const [tall, wide] = [down(), right()];
    const [left, top, end, bottom] = store.get("view") === "seen" ? [0, 0, 1, 1] : photo.visible;
    return {
      x: (/** @type {number} */ x) => at.left + at.width * (left + (x / wide) * (end - left)),
      y: (/** @type {number} */ y) => at.top + at.height * (top + (y / tall) * (bottom - top)),
      at,
      tall,
      wide,
    };
  };

  const drawPhoto = () => {
    const photo = store.photo();
    const isSeen = store.get("view") === "seen";
    toggle.show(isSeen ? "seen" : "original");
    if (!photo) return;
    picture.show(isSeen ? photo.seen : photo.original, isSeen ? `${photo.name} as the network sees it` : photo.name);
    picture.element().classList.toggle("sqv-pixels", isSeen);
    const due = [photo.name, isSeen, down(), right(), ...photo.size, ...photo.notes].join("\n");
    if (due !== captioned) caption.replaceChildren(
      el("span", { class: "sqv-name", text: photo.name, title: photo.name }),
      el("span", { class: "sqv-quiet", text: isSeen ? `${right()} × ${down()} px` : `${photo.size[0]} × ${photo.size[1]} px` }),
      photo.notes.length ? el("span", { class: "sqv-quiet sqv-notes", text: photo.notes.join("; ") }) : "",
    );
    captioned = due;
  };

  let drawnOver = "";
  const drawOver = () => {
    const photo = store.photo();
    const side = widthOf(square);
    if (!photo || !side) return;
    const map = mapping(photo);
    // A frame of the camera seldom moves what is drawn over it.
    const { channel, cell } = store.looked();
    const { left, top, width, height } = map.at;
    const key = [side, devicePixelRatio, theme(), store.get("view"), store.layer()?.name, !store.shown(), channel, ...cell, map.tall, map.wide, left, top, width, height].join();
    if (photo.isLive && !store.get("cam") && key === drawnOver) return;
    drawnOver = key;
    const canvas = sharp(over, side, side, "500 11px");
    if (store.get("cam")) drawCam(canvas, map);
    const inside = /** @type {const} */ ([map.x(0), map.y(0), map.x(map.wide) - map.x(0), map.y(map.tall) - map.y(0)]);
    if (store.get("view") !== "seen") {
      outside(canvas, [map.at.left, map.at.top, map.at.width, map.at.height], inside, 0.42);
      canvas.strokeStyle = "rgb(255 255 255 / 85%)";
      canvas.setLineDash(hasCells ? [3, 3] : []);
      canvas.lineWidth = 1;
      canvas.strokeRect(...inside);
      canvas.setLineDash([]);
    }
    // Over a photo that is being painted on, boxes would only be in the way.
    if (hasCells && !(photo.isEdit && store.edit.status() === "on")) drawFields(canvas, map);
  };

  /** @param {CanvasRenderingContext2D} canvas @param {ReturnType<typeof mapping>} map */
  const drawFields = (canvas, map) => {
    const [network, layer] = [store.network(), store.layer()];
    if (!network || !layer || !store.shown()) return;
    const { channel, cell } = store.looked();
    const source = branchOf(network, layer, channel);
    if (!lies(source)) return; // it is not known where its cells lie
    const boxes = source.receptive_fields.map(([tall, wide]) => {
      const [top, bottom] = span(source, 0, cell[0], tall, map.tall);
      const [left, right] = span(source, 1, cell[1], wide, map.wide);
      return /** @type {const} */ ([map.x(left), map.y(top), map.x(right) - map.x(left), map.y(bottom) - map.y(top)]);
    });
    const widest = boxes.at(-1);
    const narrowest = boxes[0];
    if (!widest || !narrowest) return;
    over.dataset["box"] = widest.map((side) => side.toFixed(2)).join(" ");
    outside(canvas, [map.x(0), map.y(0), map.x(map.wide) - map.x(0), map.y(map.tall) - map.y(0)], widest, 0.2);
    const accent = token(over, "--accent");
    const casing = theme() === "dark" ? "rgb(8 12 18 / 80%)" : "rgb(255 255 255 / 90%)";
    const every = Math.max(1, Math.ceil((boxes.length - 2) / 5));
    canvas.lineWidth = 0.75;
    canvas.strokeStyle = "rgb(255 255 255 / 75%)";
    boxes.slice(1, -1).forEach((box, index) => index % every === 0 && canvas.strokeRect(...box));
    for (const box of new Set([widest, narrowest])) {
      canvas.lineWidth = 3;
      canvas.strokeStyle = casing;
      canvas.strokeRect(...box);
      canvas.lineWidth = 1.5;
      canvas.strokeStyle = accent;
      canvas.strokeRect(...box);
    }
    tag(canvas, `${sizeText(fieldsOf(source).most)} px`, widest, accent);
  };

  /** @param {CanvasRenderingContext2D} canvas @param {string} text @param {readonly [number, number, number, number]} box @param {string} accent */
  const tag = (canvas, text, [left, top, width, height], accent) => {
    const side = widthOf(square);
    const across = textWidth(canvas, text) + 8;
    const x = Math.min(Math.max(0, left + width - across + 1), side - across);
    const y = top >= 16 ? top - 15 : Math.min(top + height + 1, side - 14);
    canvas.fillStyle = accent;
    canvas.fillRect(x, y, across, 14);
    canvas.fillStyle = token(over, "--on-accent");
    canvas.textBaseline = "middle";
    write(canvas, text, x + 4, y + 7.5);
  };

  /** @param {CanvasRenderingContext2D} canvas @param {ReturnType<typeof mapping>} map */
  const drawCam = (canvas, map) => {
    const layer = store.cams();
    const tensor = layer && store.tensor(layer.name);
    if (!layer || !tensor) return;
    const index = store.classIndex();
    const [, height, width] = tensor.shape;
    const table = pixels(store.get("palette"));
    const top = tensor.max[index] ?? 0;
    const small = oneMap(width, height, (cell) => {
      const value = tensor.values[index * width * height + cell] ?? 0;
      const alpha = Math.round(Math.min(1, top ? (value / top) * 1.1 : 0) * 200);
      return ((table[indexOf(value, top)] ?? 0) & 0xffffff) | (alpha << 24);
    });
    // A cell stands for the pixels round its centre; a stride wide.
    const where = lies(layer);
    if (!where) return;
    const [top_, left] = where.offset.map((offset, axis) => offset + 0.5 - Number(where.stride[axis]) / 2);
    const [tall, wide] = [where.stride[0] * height, where.stride[1] * width];
    canvas.save();
    canvas.beginPath();
    canvas.rect(map.x(0), map.y(0), map.x(map.wide) - map.x(0), map.y(map.tall) - map.y(0));
    canvas.clip();
    canvas.imageSmoothingEnabled = true;
    const [x, y] = [map.x(Number(left)), map.y(Number(top_))];
    canvas.drawImage(small, x, y, map.x(Number(left) + wide) - x, map.y(Number(top_) + tall) - y);
    canvas.restore();
  };

  const observer = new ResizeObserver(drawOver);
  observer.observe(square);
  drawPhoto();
  drawOver();
  const offs = [
    store.on(["photo", "look", "network"], drawPhoto),
    store.on(["photo", "look", "network", "selection", "hover", "tensor", "class", "edit"], drawOver),
  ];
  const foot = edit ? el("div", { class: "sqv-photo-foot" }, caption, edit.button) : caption;
  return {
    element: el("section", { class: "sqv-photo", "aria-label": "Photo", onkeydown: edit?.press }, toggle.element, square, live.element, foot, edit && edit.panel),
    close: () => {
      observer.disconnect();
      edit?.close();
      live.close?.();
      offs.forEach((off) => off());
    },
  };
}

/** Shade what lies outside a box. @param {CanvasRenderingContext2D} canvas @param {readonly [number, number, number, number]} area @param {readonly [number, number, number, number]} box @param {number} share */
function outside(canvas, area, box, share) {
  canvas.beginPath();
  canvas.rect(...area);
  canvas.rect(...box);
  canvas.fillStyle = `rgb(12 14 18 / ${share * 100}%)`;
  canvas.fill("evenodd");
}
