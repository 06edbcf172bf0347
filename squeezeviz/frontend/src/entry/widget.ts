/** A view of a notebook's cell or an app's page: anywidget calls `render`. */
import type { Model } from "../host/comm.ts";
import { explorer, predictor, single } from "../pages.js";
import { FlatStore } from "../store/flat.ts";
import { Store } from "../store/store.ts";
import type { Cleanup } from "../store/types.ts";
import { remember } from "./remember.ts";
import { runtimeOf } from "./runtime.ts";

interface ViewModel {
  get(name: "state" | "view"): string;
  widget_manager: { get_model(id: string): Promise<Model> };
}

/** What several views of one state share. */
interface Shared {
  store: FlatStore;
  views: number;
  forget: Cleanup;
}

const shared = new WeakMap<Model, Shared>();

async function enter(view: ViewModel): Promise<{ store: FlatStore; leave: Cleanup }> {
  const state = await view.widget_manager.get_model(view.get("state").replace("IPY_MODEL_", ""));
  const own = shared.get(state) ?? share(state);
  shared.set(state, own);
  own.views += 1;
  const leave = () => {
    own.views -= 1;
    if (own.views) return;
    own.forget();
    own.store.close();
    shared.delete(state);
  };
  return { store: own.store, leave };
}

function share(state: Model): Shared {
  const store = new FlatStore(new Store(state));
  return { store, views: 0, forget: remember(store.deep) };
}

async function render({ model, el: host }: { model: ViewModel; el: HTMLElement }): Promise<Cleanup> {
  const { store, leave } = await enter(model);
  const root = document.createElement("div");
  root.className = "sqv";
  root.tabIndex = -1; // focusable by a click, so that keys and what is pasted next come here
  // JupyterLab catches keys before the page does, and "a" or "d d" would add or delete cells. This attribute, on the very
  // element that has the focus, tells it to leave the keys alone.
  root.addEventListener("focusin", ({ target }) => {
    if (target instanceof Element) target.setAttribute("data-lm-suppress-shortcuts", "true");
  });
  host.append(root);
  const close = page(root, store, model.get("view"));
  return () => {
    close();
    leave();
    root.remove();
  };
}

function page(root: HTMLElement, store: FlatStore, name: string): Cleanup {
  if (name === "explorer") return explorer(root, store);
  return name === "predictor" ? predictor(root, store) : single(root, store, name);
}

export default runtimeOf(() => ({ render }));
