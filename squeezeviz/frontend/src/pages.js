/** Pages: views put together. */
import { createRef } from "preact";
import { el } from "./dom.js";
import { ChannelPanel } from "./views/channel/channel.tsx";
import { CamSwitch } from "./views/cam/cam.tsx";
import { FeatureMaps } from "./views/feature_maps/feature_maps.tsx";
import { HeldBeside, HoldButton } from "./views/held/held.tsx";
import { AblatedChannels } from "./views/ablated/ablated.tsx";
import { Inside } from "./views/inside/inside.tsx";
import { DropTarget } from "./views/input/drop.tsx";
import { PhotoInput } from "./views/input/input.tsx";
import { Keys } from "./views/keys/keys.tsx";
import { mounted } from "./ui/mounted.tsx";
import { ModelNotice, ModelPicker } from "./views/model/model.tsx";
import { NetworkMap } from "./views/network_map/network_map.tsx";
import { Variants } from "./views/variants/variants.tsx";
import { PresetPicker, StageTimes } from "./views/preset/preset.tsx";
import { ReadOut } from "./views/read_out/read_out.tsx";
import { SideBySide } from "./views/side_by_side/side_by_side.tsx";
import { ReceptiveField } from "./views/receptive_field/receptive_field.tsx";
import { TakeAway } from "./views/send/send.tsx";
import { Stage } from "./views/stage/stage.tsx";
import { Strip } from "./views/strip/strip.tsx";
import { Why, WhyButton } from "./views/why/why.tsx";
import { ClassSearch } from "./views/top_classes/search.ts";
import { TopClasses } from "./views/top_classes/top_classes.tsx";
import { TourCard, TourOffer } from "./views/tour/tour.tsx";
import { Walk } from "./views/tour/walk.ts";

/** @import { View } from "./store/types.ts" */
/** @typedef {import("./store/flat.ts").Store} Store */

const MARK =
  '<svg viewBox="0 0 20 16" width="20" height="16" aria-hidden="true"><g fill="currentColor"><rect x="0" y="6" width="3" height="4"/>' +
  '<rect x="6" y="3" width="3" height="10"/><rect x="11" y="5" width="3" height="6"/></g><rect class="sqv-ember" x="16" y="1" width="3.5" height="14"/></svg>';

const NARROW_PX = 1060;

/** What every page has: the bar, what must be known of the model, the invitation while there is no photo, the ways in. */
/** @param {HTMLElement} root @param {Store} store */
function frame(root, store) {
  const mark = el("span", { class: "sqv-mark" });
  mark.innerHTML = MARK;
  const progress = el("div", { class: "sqv-progress", hidden: true, "aria-hidden": "true" });
  const status = el("div", { class: "sqv-visually-hidden sqv-status", role: "status", "aria-live": "polite" });
  const invitation = el("h2", {});
  const knowledge = el("p", { class: "sqv-quiet" });
  const views = { model: mounted(store.deep, ModelPicker, {}), preset: mounted(store.deep, PresetPicker, {}), times: mounted(store.deep, StageTimes, {}), notice: mounted(store.deep, ModelNotice, {}), drop: mounted(store.deep, DropTarget, { root }), input: mounted(store.deep, PhotoInput, {}), photos: mounted(store.deep, Strip, {}) };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const draw = () => {
    const network = store.network();
    root.classList.toggle("sqv-empty", !store.entries().length);
    invitation.textContent = network?.is_drawn ? "Begin with a drawing" : "Begin with a photo";
    knowledge.textContent = network?.name
      ? `${network.name} knows ${network.label_space}, and answers in a few thousandths of a second.`
      : "SqueezeNet 1.1 names what is in it, and shows how it came to that.";
    // Work that takes longer than a blink shows that it is under way.
    if (store.isWorking() && !store.isSilent()) timer ??= setTimeout(() => (progress.hidden = false), 200);
    else {
      clearTimeout(timer);
      timer = undefined;
      progress.hidden = true;
    }
  };
  const tell = () => {
    const photo = store.photo();
    const best = photo?.ranking[0];
    if (photo?.isMoving) return; // twenty times a second nobody can listen
    if (photo && best !== undefined) {
      status.textContent = `${photo.name}: ${store.label(best).label}, ${(100 * (photo.probabilities[best] ?? 0)).toFixed(1)} %`;
    }
  };
  draw();
  tell();
  const offs = [store.on(["photos", "network", "silent", "photo"], draw), store.on(["photo", "network"], tell)];
  return {
    top: [
      el("header", { class: "sqv-bar" }, mark, el("strong", { text: "squeezeviz" }), views.model.element, views.preset.element, views.times.element),
      progress,
      views.notice.element,
      el("div", { class: "sqv-hero" }, invitation, knowledge),
      views.drop.element,
    ],
    photos: views.photos.element,
    input: views.input.element,
    status,
    close: () => {
      clearTimeout(timer);
      offs.forEach((off) => off());
      for (const view of Object.values(views)) view.close?.();
    },
  };
}

/** Photo in, top 5 out. @param {HTMLElement} root @param {Store} store */
export function predictor(root, store) {
  const shared = frame(root, store);
  const views = [mounted(store.deep, Stage, { hasCells: false }), mounted(store.deep, TopClasses, { search: null })];
  root.append(...shared.top, el("div", { class: "sqv-main" }, ...views.map(({ element }) => element)), shared.photos, shared.input, shared.status);
  return () => [shared, ...views].forEach((view) => view.close?.());
}

/** Every feature map of every layer, linked. @param {HTMLElement} root @param {Store} store */
export function explorer(root, store) {
  const shared = frame(root, store);
  const search = new ClassSearch();
  /** @type {import("preact").RefObject<import("./views/feature_maps/feature_maps.tsx").MapsControls | null>} */
  const controls = createRef();
  const maps = mounted(store.deep, FeatureMaps, { controls, isBeside: true });
  const [network, classes, inside] = [mounted(store.deep, NetworkMap, {}), mounted(store.deep, TopClasses, { search }), mounted(store.deep, Inside, {})];
  const [photo, field, overlay, hold, held, others, channel, foot, send] = [
    mounted(store.deep, Stage, { hasCells: true }), mounted(store.deep, ReceptiveField, {}), mounted(store.deep, CamSwitch, {}), mounted(store.deep, HoldButton, {}), mounted(store.deep, HeldBeside, {}),
    mounted(store.deep, Variants, { reveal: () => afterwards(() => beside?.element.scrollIntoView({ behavior: "smooth", block: "start" })) }), mounted(store.deep, ChannelPanel, {}), mounted(store.deep, ReadOut, {}), mounted(store.deep, TakeAway, {}),
  ];
  // What is shown by then stands where it stays.
  const afterwards = (/** @type {() => void} */ then) => requestAnimationFrame(() => requestAnimationFrame(then));
  /** @type {View | null} made when it is opened: it keeps the kernel busy with every preprocessing */
  let beside = null;
  const compare = () => {
    const wanted = store.get("comparing");
    if (wanted && !beside) {
      beside = mounted(store.deep, SideBySide, {});
      foot.element.before(beside.element);
    } else if (!wanted && beside) {
      beside.element.remove();
      beside.close?.();
      beside = null;
    }
  };
  const column = el("div", { class: "sqv-image" }, photo.element, field.element, overlay.element, hold.element, others.element);
  // The ways in stand in the middle of the page while it is empty, and at the side of the work afterwards.
  const home = () => {
    const place = store.entries().length ? column : root;
    if (shared.input.parentElement !== place) place.append(shared.photos, shared.input);
  };
  const walk = new Walk({ photo: photo.element, network: network.element, maps: maps.element, channel: channel.element, prediction: classes.element, variants: others.element, foot: foot.element });
  const [offer, card] = [mounted(store.deep, TourOffer, { walk }), mounted(store.deep, TourCard, { walk, root })];
  const keys = mounted(store.deep, Keys, {
    root,
    around: {
      move: (/** @type {number} */ dx, /** @type {number} */ dy) => controls.current?.move(dx, dy),
      search: () => search.focus(),
      clear: () => search.clear(),
      reveal: () => reveal(),
      rest: () => root.focus({ preventScroll: true }),
      tour: () => walk.start(),
    },
  });
  const [evidence, ask, ablated] = [mounted(store.deep, Why, {}), mounted(store.deep, WhyButton, {}), mounted(store.deep, AblatedChannels, {})];
  classes.element.append(ask.element);
  root.classList.add("sqv-explorer");
  root.append(
    ...shared.top,
    offer.element,
    ablated.element,
    el(
      "div",
      { class: "sqv-page" },
      column,
      network.element,
      maps.element,
      channel.element,
    ),
    evidence.element,
    inside.element,
    held.element,
    foot.element,
    send.element,
    shared.status,
    keys.element,
    card.element,
  );
  // Where there is no room for a third column, what the network says stands under the photo.
  const arrange = () => {
    const isNarrow = root.clientWidth < NARROW_PX;
    if (isNarrow === root.classList.contains("sqv-narrow") && classes.element.isConnected) return;
    root.classList.toggle("sqv-narrow", isNarrow);
    (isNarrow ? photo : maps).element.after(classes.element);
  };
  // A number that is opened comes into view; within the arithmetic, nothing jumps.
  let wasOpen = store.opened().length > 0;
  /** @param {HTMLElement} element @param {ScrollLogicalPosition} block */
  const into = (element, block) =>
    afterwards(() => element.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth", block }));
  const reveal = () => {
    if (store.opened().length) into(inside.element, "nearest");
  };
  const offInside = store.on(["inside"], () => {
    const isOpen = store.opened().length > 0;
    if (isOpen && !wasOpen) reveal();
    wasOpen = isOpen;
  });
  let wasExplaining = store.get("explaining");
  const offWhy = store.on(["why"], () => {
    const is = store.get("explaining");
    if (is && !wasExplaining) into(evidence.element, "start");
    wasExplaining = is;
  });
  home();
  compare();
  arrange();
  const observer = new ResizeObserver(arrange);
  observer.observe(root);
  const close = ((off) => () => {
    off();
    observer.disconnect();
  })(store.on(["photos"], home));
  const closeCompare = ((off) => () => {
    off();
    beside?.close?.();
  })(store.on(["compared"], compare));
  return () => [shared, { close }, { close: closeCompare }, { close: offInside }, { close: offWhy }, maps, network, classes, inside, photo, field, overlay, hold, held, others, channel, foot, send, keys, offer, card, evidence, ask, ablated].forEach((view) => view.close?.());
}

/** The photo with the ways in, so that a page of single views takes photos too. @param {Store} store @returns {View} */
function photoColumn(store) {
  const views = [mounted(store.deep, Stage, { hasCells: true }), mounted(store.deep, Strip, {}), mounted(store.deep, PhotoInput, {})];
  return { element: el("div", { class: "sqv-image" }, ...views.map(({ element }) => element)), close: () => views.forEach((view) => view.close?.()) };
}

/** One view alone. @type {Record<string, (store: Store) => View>} */
const VIEWS = {
  maps: (store) => mounted(store.deep, FeatureMaps, { isBeside: false }),
  network: (store) => mounted(store.deep, NetworkMap, {}),
  classes: (store) => mounted(store.deep, TopClasses, { search: new ClassSearch() }),
  photo: photoColumn,
  channel: (store) => mounted(store.deep, ChannelPanel, {}),
  field: (store) => mounted(store.deep, ReceptiveField, {}),
  "side-by-side": (store) => mounted(store.deep, SideBySide, {}),
  inside: (store) => mounted(store.deep, Inside, {}),
  held: (store) => mounted(store.deep, HeldBeside, {}),
  why: (store) => mounted(store.deep, Why, {}),
};

/** @param {HTMLElement} root @param {Store} store @param {string} name */
export function single(root, store, name) {
  const view = VIEWS[name]?.(store);
  if (!view) throw new Error(`squeezeviz has no view ${name}`);
  const drop = mounted(store.deep, DropTarget, { root });
  const notice = mounted(store.deep, ModelNotice, {});
  root.classList.add("sqv-single");
  root.append(notice.element, view.element, drop.element);
  return () => [view, drop, notice].forEach(({ close }) => close?.());
}
