import type { RefObject } from "preact";

/** Of a view that is a part of a page: others point at it, or bring it into sight. */
export interface PartProps {
  /** Where the page has the view's own element. */
  element?: RefObject<HTMLElement | null>;
}
