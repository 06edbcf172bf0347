import { choices, el, icon, percent } from "../dom.js";
import { branches } from "../network.js";

/** @import { View } from "../types.js" */

const LISTED = 8;

/**
 * What is ablated, each to be put back, and what that did to the answer. It stays for other layers and photos.
 * @param {import("../store.js").Store} store
 * @returns {View}
 */
export function ablatedChannels(store) {
  const list = el("span", { class: "sqv-ablated-list" });
  const effect = el("span", { role: "status", "aria-live": "polite" });
  const fill = choices(
    "What stands in their place",
    [
      { value: "zero", text: "zero", title: "Nothing at all stands in their place" },
      { value: "mean", text: "mean", title: "Each map's own mean, everywhere: how much stays, where is lost" },
    ],
    (value) => store.set({ ablation_fill: value }),
    "sqv-ablated-fill",
  );
  const element = el(
    "section",
    { class: "sqv-ablated-bar", "aria-label": "Ablated", hidden: true },
    el("b", { text: "Ablated" }),
    list,
    fill.element,
    effect,
    el("button", { class: "sqv-button", type: "button", text: "Restore all", onclick: () => store.restoreAll() }),
  );
  /** What channels are together, where they are just one branch of a concatenation, or a whole layer. @param {string} name @param {number[]} channels */
  const wholeBranch = (name, channels) => {
    const network = store.network();
    const layer = network?.layers.find((other) => other.name === name);
    if (!network || !layer) return null;
    if (channels.length === layer.shape[0]) return `all of ${name}`;
    const is = branches(network, layer).find(({ from, to }) => channels.length === to - from && channels.every((channel) => channel >= from && channel < to));
    return is ? `${is.layer.name} in ${name}` : null;
  };
  const draw = () => {
    const ablated = Object.entries(store.ablated()).filter(([, channels]) => channels.length);
    element.hidden = !ablated.length;
    if (!ablated.length) return;
    fill.show(store.get("ablation_fill"));
    list.replaceChildren(
      ...ablated.flatMap(([layer, channels]) => {
        const listed = channels.length > LISTED ? [] : channels;
        return [
          el("span", { class: "sqv-quiet", text: listed.length ? layer : (wholeBranch(layer, channels) ?? `${layer}: ${channels.length} channels`) }),
          ...(listed.length
            ? listed.map((channel) => el("button", { class: "sqv-ablated-channel", type: "button", "aria-label": `${layer}, channel ${channel}: restore`, onclick: () => store.toggleAblated(layer, [channel]) }, String(channel), icon("close")))
            : [el("button", { class: "sqv-ablated-channel", type: "button", "aria-label": `${layer}: restore its channels`, onclick: () => store.toggleAblated(layer, channels) }, icon("close"))]),
        ];
      }),
    );
    const photo = store.photo();
    const before = photo?.untouched;
    const best = before?.ranking[0];
    effect.textContent = "";
    if (!photo || !before || best === undefined) return;
    const now = photo.ranking[0] ?? best;
    const [was, is] = [before.probabilities[best] ?? 0, photo.probabilities[best] ?? 0];
    effect.append(
      `${store.label(best).label} ${percent(was)} → `,
      el("b", { text: percent(is) }),
      `, logit ${(before.logits[best] ?? 0).toFixed(2)} → ${(photo.logits[best] ?? 0).toFixed(2)}`,
      now === best ? "" : el("b", { class: "sqv-adds-more", text: `; now ${store.label(now).label} ${percent(photo.probabilities[now] ?? 0)}` }),
    );
  };
  draw();
  return { element, close: store.on(["ablated", "photo", "photos", "class"], draw) };
}
