/** A view of a notebook's cell or an app's page: anywidget calls `render`. The page's first part; the kernel has the second. */
import * as both from "squeezeviz:both";
import { shareWithBeside } from "../host/beside.ts";
import type { Model } from "../host/comm.ts";
import { WithEngine } from "../host/with_engine.ts";
import { pageOf } from "../pages/pages.tsx";
import { Store } from "../store/store.ts";
import type { Cleanup } from "../store/types.ts";
import { mount } from "../ui/mount.tsx";
import { prefetch } from "./prefetch.ts";
import { remember } from "./remember.ts";
import { runtimeOf } from "./runtime.ts";
import { stateOf, type ViewModel } from "./state.ts";

/** What several views of one state share. */
interface Shared {
  store: Store;
  host: WithEngine;
  views: number;
  forgets: Cleanup[];
}

const shared = new WeakMap<Model, Shared>();

async function enter(view: ViewModel): Promise<{ store: Store; leave: Cleanup }> {
  const state = await stateOf(view);
  const own = shared.get(state) ?? share(state);
  shared.set(state, own);
  own.views += 1;
  const leave = () => {
    own.views -= 1;
    if (own.views) return;
    for (const forget of own.forgets) forget();
    own.store.close();
    own.host.close();
    shared.delete(state);
  };
  return { store: own.store, leave };
}

function share(state: Model): Shared {
  const host = new WithEngine(state);
  const store = new Store(host);
  return { store, host, views: 0, forgets: [remember(store), prefetch(store)] };
}

async function render({ model, el: host }: { model: ViewModel; el: HTMLElement }): Promise<Cleanup> {
  const root = document.createElement("div");
  root.className = "sqv";
  try {
    const { store, leave } = await enter(model);
    const close = show(root, host, store, model.get("view"), leave);
    return () => {
      close();
      leave();
      root.remove();
    };
  } catch (problem) {
    console.error(problem);
    host.append(root);
    root.replaceChildren(notice(problem)); // never a blank
    return () => root.remove();
  }
}

function show(root: HTMLElement, host: HTMLElement, store: Store, view: string, leave: Cleanup): Cleanup {
  root.tabIndex = -1; // focusable by a click, so that keys and what is pasted next come here
  // JupyterLab catches keys before the page does, and "a" or "d d" would add or delete cells. This attribute, on the very
  // element that has the focus, tells it to leave the keys alone.
  root.addEventListener("focusin", ({ target }) => {
    if (target instanceof Element) target.setAttribute("data-lm-suppress-shortcuts", "true");
  });
  host.append(root);
  try {
    return mount(root, store, pageOf(view, root));
  } catch (problem) {
    leave();
    throw problem;
  }
}

function notice(problem: unknown): HTMLElement {
  const told = document.createElement("div");
  told.className = "sqv-notice";
  told.role = "alert";
  told.textContent = problem instanceof Error ? problem.message : String(problem);
  return told;
}

export default runtimeOf(() => {
  shareWithBeside(both);
  return { render };
});
