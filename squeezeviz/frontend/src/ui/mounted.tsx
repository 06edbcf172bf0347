/** Components on a page: rendered once a frame, before anything is drawn. */
import "@preact/signals"; // what components read, they follow
import { type ComponentType, options, render } from "preact";
import { createTask } from "../draw/scheduler.ts";
import type { Store } from "../store/store.ts";
import type { View } from "../store/types.ts";
import { StoreContext } from "./store.ts";

let renderAll = () => {};
const task = createTask(() => renderAll());
options.debounceRendering = (rerender) => {
  renderAll = rerender;
  task.request();
};

/**
 * A component for a page that is not yet ported.
 *
 * @param Component Of one element, which stays the same: it hides itself rather than rendering nothing.
 */
export function mounted<Props extends object>(store: Store, Component: ComponentType<Props>, props: Props): View {
  const place = document.createDocumentFragment();
  render(
    <StoreContext.Provider value={store}>
      <Component {...props} />
    </StoreContext.Provider>,
    place,
  );
  const element = place.firstElementChild;
  if (!(element instanceof HTMLElement))
    throw new Error(`${Component.displayName ?? Component.name} renders no element`);
  return { element, close: () => render(null, place) };
}
