import { calmly } from "../../calm.js";
import { amount, el, say } from "../../dom.js";
import { smallMap } from "../small_map.js";
import { peaks } from "./peaks.js";

/** @import { Across, TopExample, View } from "../../types.js" */

const [QUIET_MS, FAINT, CROP_PX] = [120, 0.1, 48];

/**
 * What excites the chosen channel in other photos: its strongest cells across a data set, how many photos reach which
 * value and where this one stands among them, the classes it activates on, and the channels most like it.
 * @param {import("../../store.js").Store} store
 * @returns {View}
 */
export function acrossPhotos(store) {
  const about = el("span", { class: "sqv-quiet sqv-clip" });
  const crops = el("div", { class: "sqv-crops" });
  const activates = el("span", { class: "sqv-quiet" });
  const histogram = /** @type {HTMLCanvasElement} */ (el("canvas", { role: "img" }));
  const words = el("p", { class: "sqv-quiet" });
  const alike = el("div", { class: "sqv-crops" });
  const hint = el("p", { class: "sqv-quiet" });
  const likeness = el("div", {}, el("div", { class: "sqv-spread sqv-sub" }, el("b", { text: "Most alike", title: "Channels of this layer whose maxima rise and fall with this one's, photo by photo; their maps in this photo" }), el("span", { class: "sqv-quiet", text: "correlation" })), alike);
  const values = el("div", {}, el("div", { class: "sqv-spread sqv-sub" }, el("b", { text: "Photos by maximum" }), activates), el("div", {}, histogram));
  const body = el("div", {}, crops, values, words, likeness);
  /** @type {Across | null} whose crops are on show */
  let shown = null;
  let shownMaps = "";

  /** @param {Across} known @param {TopExample} example */
  const tile = (known, example) => {
    const { photo, value, cell, within, crop } = example;
    const image = /** @type {HTMLImageElement} */ (el("img", { alt: "" }));
    image.onload = () => {
      URL.revokeObjectURL(image.src);
      const scale = CROP_PX / Math.max(image.naturalWidth, image.naturalHeight); // of a small photo a crop may be smaller
      [image.width, image.height] = [Math.max(1, Math.round(image.naturalWidth * scale)), Math.max(1, Math.round(image.naturalHeight * scale))];
    };
    image.src = URL.createObjectURL(crop);
    const [left, top, right, bottom] = within.map((share) => 100 * Math.min(1, Math.max(0, share)));
    const isPart = Number(right) - Number(left) < 90 || Number(bottom) - Number(top) < 90;
    const box = isPart && el("i", { style: `left:${left}%;top:${top}%;width:${Number(right) - Number(left)}%;height:${Number(bottom) - Number(top)}%` });
    const said = `${photo}: ${amount(value)} at cell ${cell.join(", ")}`;
    return el(
      "button",
      { class: "sqv-crop sqv-example", type: "button", title: `${said}. Click to look at this photo`, "aria-label": said, "data-photo": photo, onclick: () => store.across.visit(known.layer, known.channel, example) },
      el("span", { class: "sqv-cut" }, el("span", { class: "sqv-cut-box" }, image, box)),
      el("span", { text: amount(value) }),
    );
  };

  /** @param {Across} known */
  const sentence = ({ classes, selectivity, preset }) => {
    const parts = [];
    if (selectivity !== null && classes.length) {
      const names = classes.map(({ label }) => label);
      parts.push(selectivity < FAINT ? "Activates on all classes about alike" : `Activates mostly on ${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""}`);
      parts[0] += `; selectivity ${selectivity.toFixed(2)}.`;
    }
    const photo = store.photo();
    if (photo && photo.preset !== preset) parts.push(`The data set was preprocessed by ${preset}.`);
    return parts.join(" ");
  };

  const draw = () => {
    const [atlas, layer] = [store.across.atlas(), store.layer()];
    element.hidden = !store.setting().abilities?.includes("atlas") || !store.photo();
    if (element.hidden || !layer) return;
    say(about, atlas ? `${atlas.photos.toLocaleString("en")} photos, ${atlas.name}` : "");
    about.title = about.textContent ?? "";
    const channel = store.channel();
    const { known, problem } = atlas ? store.across.channel(layer.name, channel) : { known: null, problem: "" };
    body.hidden = !known && (!shown || Boolean(problem) || !atlas);
    hint.hidden = Boolean(known) || (Boolean(atlas) && !problem);
    if (!atlas) hint.replaceChildren("What excites this channel in other photos? ", el("code", { text: "squeezeviz atlas FOLDER -o my.atlas" }), " finds out; then ", el("code", { text: "explore(…, atlas='my.atlas')" }));
    else say(hint, problem);
    element.classList.toggle("sqv-late", !known && !body.hidden);
    if (!known) return;
    if (shown !== known) {
      crops.replaceChildren(...(known.strongest.length ? known.strongest.map((example) => tile(known, example)) : [el("p", { class: "sqv-quiet", text: "It activates on none of these photos." })]));
    }
    shown = known;
    const tensor = store.shown();
    const own = tensor?.layer === known.layer ? (tensor.max[known.channel] ?? 0) : null;
    values.hidden = !known.active_photos;
    say(activates, known.active_photos === known.photos ? "activates on every one" : `activates on ${known.active_photos.toLocaleString("en")} of ${known.photos.toLocaleString("en")}`);
    peaks(histogram, known, own, store.get("palette"));
    say(words, sentence(known));
    words.hidden = !words.textContent;
    likeness.hidden = !known.similar.length;
    const due = `${known.layer} ${known.channel} ${tensor?.key} ${store.get("palette")} ${store.scale()}`;
    if (due === shownMaps && !store.photo()?.isLive) return;
    shownMaps = due;
    alike.replaceChildren(
      ...known.similar.map(({ channel: other, correlation }) =>
        el(
          "button",
          { class: "sqv-crop", type: "button", "data-to": `${known.layer} ${other}`, title: `Channel ${other}`, "aria-label": `Channel ${other}, correlation ${correlation.toFixed(2)}`, onclick: () => store.chooseChannel(other) },
          smallMap(store, tensor?.layer === known.layer ? tensor : null, other),
          el("span", { text: correlation.toFixed(2).replace("-", "−") }),
          el("span", { class: "sqv-quiet", text: String(other) }),
        ),
      ),
    );
  };

  const element = el("div", { class: "sqv-dataset" }, el("div", { class: "sqv-spread sqv-sub" }, el("b", { text: "Across the data set" }), about), body, hint);
  const calm = calmly(store, draw);
  // While somebody steps through channels, those in between are not asked for.
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(draw, QUIET_MS);
  };
  const observer = new ResizeObserver(calm.draw);
  observer.observe(element);
  element.hidden = true;
  const offs = [calm.close, store.on(["selection", "photo", "setting", "network"], soon), store.on(["inside", "tensor", "look"], calm.draw)];
  return {
    element,
    close: () => {
      clearTimeout(timer);
      observer.disconnect();
      offs.forEach((off) => off());
    },
  };
}
