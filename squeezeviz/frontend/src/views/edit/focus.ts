/** Where the focus goes when what had it is gone: taken by whoever it is meant for, once that is on the page. */
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

export type Destination = "photo" | "button";
export type Next = RefObject<Destination | null>;

/** Take the focus, if it is meant for this element and it is shown. */
export function useFocus(next: Next, own: Destination, element: RefObject<HTMLElement | null>, isShown: boolean): void {
  useLayoutEffect(() => {
    if (!isShown || next.current !== own) return;
    next.current = null;
    element.current?.focus({ preventScroll: true });
  });
}
