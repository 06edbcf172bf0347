/** Views that come with the page's second part, placed where they are going to be. */
import { type Signal, signal } from "@preact/signals-core";
import type { ComponentType, RefObject, VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Store } from "../store/store.ts";
import type { PartProps } from "./part.ts";
import { useStore } from "./store.ts";

/** A view's place. Whoever renders it renders the view, once that is there. */
export interface Late<Props> {
  (props: Props): VNode | null;
  /** Called by the second part. */
  fill(view: ComponentType<Props>): void;
}

/**
 * @param isAsked Whether somebody waits for it: that is said in its place, and the second part is asked for at once. Where
 *   nobody does, nothing is there until it comes.
 */
export function late<Props extends object = PartProps>(
  isAsked: (store: Store, props: Props) => boolean = () => false,
): Late<Props> {
  const filled: Signal<{ View: ComponentType<Props> } | null> = signal(null);
  function Place(props: Props) {
    const store = useStore();
    const View = filled.value?.View;
    if (View) return <View {...props} />;
    return isAsked(store, props) ? <Coming element={(props as PartProps).element} /> : null;
  }
  const fill = (View: ComponentType<Props>) => {
    filled.value = { View };
  };
  return Object.assign(Place, { fill });
}

/** Said until it is there: that it is on its way, or why not. */
function Coming({ element }: { element: RefObject<HTMLElement | null> | undefined }) {
  const store = useStore();
  const { secondPart } = store;
  useEffect(() => secondPart.want(), [secondPart]);
  const problem = secondPart.problem();
  return (
    <div ref={element as RefObject<HTMLDivElement | null>} class="sqv-beside sqv-coming">
      {problem ? (
        <p class="sqv-card-problem" role="alert">
          {problem}
        </p>
      ) : (
        <p class="sqv-quiet" role="status">
          {store.isSilent() ? store.silence().words : "This part of the page is on its way …"}
        </p>
      )}
      {problem && (
        <button class="sqv-button" type="button" onClick={() => secondPart.again()}>
          Try again
        </button>
      )}
    </div>
  );
}
