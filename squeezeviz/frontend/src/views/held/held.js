import { calmly } from "../../calm.js";
import { el, icon, percent } from "../../dom.js";
import { pictureBox } from "../../picture.js";
import { mounted } from "../../ui/mounted.tsx";
import { DriftChart } from "../drift_chart/drift_chart.tsx";
import { MapDifference } from "../map_difference/map_difference.tsx";

/** @import { Photo, View } from "../../store/types.ts" */

const CLASSES = 5;

/**
 * What is chosen can be held, to be compared with what is chosen next: another photo, layer, channel or class.
 * @param {import("../../store/flat.ts").Store} store
 * @returns {View}
 */
export function holdButton(store) {
  const name = el("span", { class: "sqv-quiet sqv-clip" });
  const button = el("button", { class: "sqv-button", type: "button", onclick: () => (store.held() ? store.letGo() : store.hold()) });
  const draw = () => {
    const held = store.held();
    button.textContent = held ? "Let go" : "Hold this";
    button.setAttribute("aria-pressed", String(Boolean(held)));
    name.textContent = held ? held.photo.name : "";
    name.title = name.textContent;
  };
  draw();
  const element = el(
    "section",
    { class: "sqv-block sqv-spread sqv-hold", title: "Hold the photo, layer, channel and class of now, and compare them with what you choose next (h)" },
    el("h2", { text: "Compare" }),
    name,
    button,
  );
  return { element, close: store.on(["inside", "photo", "photos"], draw) };
}

/**
 * What is held beside what is chosen now: the photos and their answers, the two maps, the two class activation maps, and how far each
 * layer is from the other photo's.
 * @param {import("../../store/flat.ts").Store} store
 * @returns {View}
 */
export function heldBeside(store) {
  const pictures = [pictureBox(), pictureBox()];
  const names = [0, 1].map(() => el("figcaption", {}));
  const table = el("table", { class: "sqv-versus" });
  const hint = el("p", { class: "sqv-quiet" });

  const sides = () => {
    const [held, layer, photo] = [store.held(), store.layer(), store.photo()];
    if (!held || !layer || !photo) return null;
    const isSameLayer = held.layer.name === layer.name;
    const channel = store.channel();
    const first = isSameLayer ? channel : held.channel;
    const called = (/** @type {Photo} */ { name }, /** @type {string} */ of, /** @type {number} */ at) => (isSameLayer ? name : `${photo === held.photo ? "" : `${name}, `}${of} · ${at}`);
    return {
      title: isSameLayer ? `${layer.name}, channel ${channel}` : `${held.layer.name} and ${layer.name}`,
      first: { name: called(held.photo, held.layer.name, first), tensor: store.tensor(held.layer.name, held.photo), channel: first },
      second: { name: called(photo, layer.name, channel), tensor: store.tensor(), channel },
      isRanked: isSameLayer,
      unlike: "the layers are of different sizes",
    };
  };
  const classSides = () => {
    const [held, photo, source] = [store.held(), store.photo(), store.cams()];
    if (!held || !photo || !source) return null;
    const [was, is] = [held.classIndex, store.classIndex()];
    return {
      title: was === is ? `Class activation map of ${store.label(is).label}` : "Class activation maps",
      first: { name: `${store.label(was).label} in ${held.photo.name}`, tensor: store.tensor(source.name, held.photo), channel: was },
      second: { name: `${store.label(is).label} in ${photo.name}`, tensor: store.tensor(source.name), channel: is },
      isRanked: false,
      unlike: "the inputs are of different sizes",
    };
  };
  const drifts = () => {
    const [known, held, photo] = [store.distance(), store.held(), store.photo()];
    const name = photo?.name ?? "";
    return { lines: known && held ? [{ name, firstDivergentLayer: known.first_divergent_layer, drift: known.drift }] : [], chosen: name, choose: () => undefined };
  };
  const views = { maps: mounted(store.deep, MapDifference, { sides, label: "Maps of what is held and of what is chosen" }), classes: mounted(store.deep, MapDifference, { sides: classSides, label: "Class activation maps of what is held and of what is chosen" }), drift: mounted(store.deep, DriftChart, { drifts, title: "How far apart the photos are" }) };

  const drawTable = (/** @type {Photo} */ first, /** @type {Photo} */ second) => {
    const both = [...new Set([...first.ranking.slice(0, CLASSES), ...second.ranking.slice(0, CLASSES), ...store.get("pinned"), store.classIndex()])]
      .filter((index) => index < second.logits.length)
      .sort((a, b) => (second.logits[b] ?? 0) - (second.logits[a] ?? 0));
    const head = ["", "p", "p", "logit", "logit", "change"];
    table.replaceChildren(
      el("caption", { class: "sqv-visually-hidden", text: "The classes of both photos" }),
      el("thead", {}, el("tr", {}, ...head.map((text, at) => el("th", { scope: "col", text: at === 1 || at === 3 ? `${text} A` : at === 2 || at === 4 ? `${text} B` : text })))),
      el(
        "tbody",
        {},
        ...both.map((index) => {
          const change = (second.logits[index] ?? 0) - (first.logits[index] ?? 0);
          return el(
            "tr",
            { "data-class": index },
            el("th", { scope: "row" }, el("button", { class: "sqv-card-name", type: "button", "aria-pressed": String(index === store.classIndex()), text: store.label(index).label, onclick: () => store.chooseClass(index) })),
            el("td", { text: percent(first.probabilities[index] ?? 0) }),
            el("td", { text: percent(second.probabilities[index] ?? 0) }),
            el("td", { text: (first.logits[index] ?? 0).toFixed(2) }),
            el("td", { text: (second.logits[index] ?? 0).toFixed(2) }),
            el("td", { class: change < 0 ? "sqv-less" : "sqv-adds-more", text: `${change < 0 ? "−" : "+"}${Math.abs(change).toFixed(2)}` }),
          );
        }),
      ),
    );
  };

  const draw = () => {
    const [held, photo, layer] = [store.held(), store.photo(), store.layer()];
    element.hidden = !held || !photo || !layer;
    if (!held || !photo || !layer) return;
    [held.photo, photo].forEach((each, at) => {
      pictures[at]?.show(each.seen, `${each.name} as the network sees it`);
      names[at]?.replaceChildren(el("b", { text: at ? "B " : "A " }), each.name);
    });
    const isOther = held.photo !== photo;
    views.drift.element.hidden = !isOther || Boolean(photo.isLive);
    table.hidden = !isOther;
    const isSame = !isOther && held.layer.name === layer.name && held.classIndex === store.classIndex();
    hint.hidden = !isSame;
    hint.textContent = `Held. Now choose another photo, layer or class: what changes is shown here, ${held.photo.name} as A beside it.`;
    views.maps.element.hidden = isSame;
    views.classes.element.hidden = isSame || !store.cams();
    if (isOther) drawTable(held.photo, photo);
  };

  const element = el(
    "section",
    { class: "sqv-beside sqv-held", "aria-label": "Held and chosen", hidden: true },
    el(
      "header",
      { class: "sqv-maps-title" },
      el("h2", { class: "sqv-section-name", text: "Held, and chosen now" }),
      el("span", { class: "sqv-quiet", text: "A is held, B is what you choose; the difference is B − A" }),
      el("button", { class: "sqv-icon-button", type: "button", "aria-label": "Let go of what is held", onclick: () => store.letGo() }, icon("close")),
    ),
    el(
      "div",
      { class: "sqv-halves" },
      el("div", { class: "sqv-pair-of-photos" }, ...pictures.map((picture, at) => el("figure", {}, picture.element(), /** @type {HTMLElement} */ (names[at]))), el("div", { class: "sqv-versus-place" }, hint, table)),
      views.drift.element,
      views.maps.element,
      views.classes.element,
    ),
  );
  draw();
  const calm = calmly(store, draw);
  const off = store.on(["inside", "photo", "photos", "selection", "class", "network", "look"], calm.draw);
  return {
    element,
    close: () => {
      off();
      calm.close();
      Object.values(views).forEach((view) => view.close?.());
    },
  };
}
