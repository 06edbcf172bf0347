/** A view of a notebook's cell or an app's page: anywidget calls `render`. */
import type { Model } from "../host/comm.ts";
import { pageOf } from "../pages/pages.tsx";
import { Store } from "../store/store.ts";
import type { Cleanup } from "../store/types.ts";
import { mount } from "../ui/mount.tsx";
import { remember } from "./remember.ts";
import { runtimeOf } from "./runtime.ts";

interface ViewModel {
  get(name: "state" | "view"): string;
  widget_manager: { get_model(id: string): Promise<Model> };
}

/** What several views of one state share. */
interface Shared {
  store: Store;
  views: number;
  forget: Cleanup;
}

const shared = new WeakMap<Model, Shared>();

async function enter(view: ViewModel): Promise<{ store: Store; leave: Cleanup }> {
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
  const store = new Store(state);
  return { store, views: 0, forget: remember(store) };
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
  const close = mount(root, store, pageOf(model.get("view"), root));
  return () => {
    close();
    leave();
    root.remove();
  };
}

export default runtimeOf(() => ({ render }));
