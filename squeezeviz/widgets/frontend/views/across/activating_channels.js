import { el, say } from "../../dom.js";
import { newId } from "../../ids.js";

/** @import { View } from "../../types.js" */

/**
 * The channels of all layers that activate on the chosen class across a data set; each can be chosen.
 * @param {import("../../store.js").Store} store
 * @returns {View}
 */
export function activatingChannels(store) {
  const title = el("b", { title: "Channels whose mean over this class's photos lies furthest above that over all photos, in standard deviations of photos" });
  const about = el("span", { class: "sqv-quiet" });
  const names = el("datalist", { id: `sqv-classes-${newId()}` });
  const search = /** @type {HTMLInputElement} */ (el("input", { class: "sqv-field", type: "search", list: names.id, "aria-label": "Search the classes of the data set" }));
  const find = () => {
    const wanted = search.value.trim().toLowerCase();
    const found = store.across.atlas()?.classes.find((index) => store.label(index).label.toLowerCase() === wanted);
    if (found === undefined) return;
    store.chooseClass(found);
    search.value = "";
  };
  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => event.stopPropagation());
  /** @type {unknown} */
  let listed = null;
  const list = el("div", { class: "sqv-activating" });
  const problem = el("p", { class: "sqv-quiet" });

  const draw = () => {
    const atlas = store.across.atlas();
    element.hidden = !store.setting().abilities?.includes("atlas") || !atlas?.classes.length || !store.photo();
    if (element.hidden || !atlas) return;
    const labels = store.answering()?.labels ?? null;
    if (listed !== labels) {
      names.replaceChildren(...atlas.classes.map((index) => el("option", { value: store.label(index).label })));
      search.placeholder = `Search ${atlas.classes.length.toLocaleString("en")} classes`;
    }
    listed = labels;
    const index = store.classIndex();
    const { known, problem: said } = store.across.activatingChannels(index);
    say(title, `Activates on ${store.label(index).label}`);
    say(about, known ? `in ${known.photos.toLocaleString("en")} ${known.photos === 1 ? "photo" : "photos"}` : "");
    say(problem, said);
    problem.hidden = !said;
    list.hidden = !known;
    if (!known) return;
    const most = Math.max(...known.rows.map(({ standing }) => standing), 1e-9);
    list.replaceChildren(
      ...known.rows.map(({ layer, channel, standing }) => {
        const isChosen = store.layer()?.name === layer && store.channel() === channel;
        return el(
          "button",
          { type: "button", class: "sqv-activates", "aria-pressed": String(isChosen), "data-to": `${layer} ${channel}`, title: `${layer}, channel ${channel}: ${standing.toFixed(2)} standard deviations above its mean over all photos`, onclick: () => store.chooseLayer(layer, channel) },
          el("span", { class: "sqv-cut-off", text: layer }),
          el("span", { class: "sqv-num", text: String(channel) }),
          el("i", { "aria-hidden": "true" }, el("i", { style: `width:${(100 * Math.max(0, standing)) / most}%` })),
          el("span", { class: "sqv-num sqv-quiet", text: `${standing < 0 ? "−" : "+"}${Math.abs(standing).toFixed(1)} σ` }),
        );
      }),
    );
  };

  const element = el("div", { class: "sqv-dataset" }, el("div", { class: "sqv-spread sqv-sub" }, title, about), list, problem, names, search);
  element.hidden = true;
  const off = store.on(["class", "photo", "setting", "network", "inside", "selection"], () => {
    if (!store.photo()?.isLive) draw(); // the first of the classes changes with every frame
  });
  return { element, close: off };
}
