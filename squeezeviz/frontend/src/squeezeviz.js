import { el } from "./dom.js";
import { explorer, predictor, single } from "./pages.js";
import { remember } from "./memory.js";
import { createStore } from "./store.js";

/** @typedef {import("./wire.js").Model & {widget_manager: {get_model: (id: string) => Promise<import("./wire.js").Model>}}} ViewModel */
/** @typedef {{store: import("./store.js").Store, views: number, forget: () => void}} Shared */

// Each widget loads this module anew; what several views share hangs on the state that they share.
const SHARED = Symbol.for("squeezeviz.store");

/** @param {ViewModel} model @returns {Promise<{store: import("./store.js").Store, leave: () => void}>} */
async function enter(model) {
  const reference = /** @type {string} */ (model.get("state"));
  const state = /** @type {any} */ (await model.widget_manager.get_model(reference.replace("IPY_MODEL_", "")));
  /** @type {Shared} */
  const shared = (state[SHARED] ??= share(state));
  shared.views += 1;
  return {
    store: shared.store,
    leave: () => {
      shared.views -= 1;
      if (shared.views) return;
      shared.forget();
      shared.store.close();
      delete state[SHARED];
    },
  };
}

/** @param {import("./wire.js").Model} state @returns {Shared} */
function share(state) {
  const store = createStore(state);
  return { store, views: 0, forget: remember(store) };
}

/** @param {{model: ViewModel, el: HTMLElement}} context */
async function render({ model, el: host }) {
  const { store, leave } = await enter(model);
  // Focusable by a click, so that keys and what is pasted next come here.
  const root = el("div", { class: "sqv", tabindex: "-1" });
  // JupyterLab catches keys before the page does, and "a" or "d d" would add or delete cells. This attribute, on the very
  // element that has the focus, tells it to leave the keys alone.
  root.addEventListener("focusin", (event) => {
    if (event.target instanceof Element) event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  });
  host.append(root);
  const name = /** @type {string} */ (model.get("view"));
  const close = name === "explorer" ? explorer(root, store) : name === "predictor" ? predictor(root, store) : single(root, store, name);
  return () => {
    close();
    leave();
    root.remove();
  };
}

export default { render };
