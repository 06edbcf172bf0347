/** Components on a page: rendered once a frame, before anything is drawn. */
import "@preact/signals"; // what components read, they follow
import { type ComponentChild, options, render } from "preact";
import { createTask } from "../draw/scheduler.ts";
import type { Store } from "../store/store.ts";
import type { Cleanup } from "../store/types.ts";
import { StoreContext } from "./store.ts";

let renderAll = () => {};
const task = createTask(() => renderAll());
options.debounceRendering = (rerender) => {
  renderAll = rerender;
  task.request();
};

/** Put a page into its place. @returns What takes it away again. */
export function mount(place: HTMLElement, store: Store, page: ComponentChild): Cleanup {
  render(<StoreContext.Provider value={store}>{page}</StoreContext.Provider>, place);
  return () => render(null, place);
}
