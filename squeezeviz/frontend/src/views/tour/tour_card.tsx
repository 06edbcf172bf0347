import type { TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { cardPlace } from "./layout.ts";
import type { Walk } from "./walk.ts";

/** What is said of the part of the page where the walk stands. */
export function TourCard({ walk, root }: { walk: Walk; root: HTMLElement }) {
  const at = walk.at();
  const stops = at < 0 ? [] : walk.stops();
  const stop = stops[at];
  const card = useCard(root, stop?.element ?? null);
  const next = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (stop) next.current?.focus({ preventScroll: true });
  }, [stop?.element]);
  const press = (event: TargetedKeyboardEvent<HTMLElement>) => {
    event.stopPropagation();
    if (event.key === "Escape") walk.end();
    else if (event.key === "ArrowRight") walk.go(1);
    else if (event.key === "ArrowLeft" && at > 0) walk.go(-1);
  };
  const isLast = at === stops.length - 1;
  const label = stop ? `Tour, ${at + 1} of ${stops.length}: ${stop.name}` : "Tour";
  return (
    <dialog ref={card} class="sqv-tour" aria-label={label} onKeyDown={press}>
      <h2>{stop?.name}</h2>
      <p>{stop?.words}</p>
      <div class="sqv-tour-steps">
        <span class="sqv-quiet">{stop && `${at + 1} of ${stops.length}`}</span>
        <button class="sqv-button" type="button" hidden={at === 0} onClick={() => walk.go(-1)}>
          Back
        </button>
        <button class="sqv-button" type="button" hidden={isLast} onClick={() => walk.end()}>
          Skip the rest
        </button>
        <button ref={next} class="sqv-button sqv-primary" type="button" onClick={() => walk.go(1)}>
          {isLast ? "Done" : "Next"}
        </button>
      </div>
    </dialog>
  );
}

/** A card beside what it speaks of, which is marked; closed, it gives the focus back. */
function useCard(root: HTMLElement, element: Element | null) {
  const card = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = card.current;
    if (!dialog || !element) return;
    const place = () => {
      const { left, top, width } = cardPlace(
        root.getBoundingClientRect(),
        element.getBoundingClientRect(),
        dialog.offsetHeight,
      );
      Object.assign(dialog.style, { left: `${left}px`, top: `${top}px`, width: `${width}px` });
    };
    if (!dialog.open) dialog.show();
    element.classList.add("sqv-toured");
    element.scrollIntoView({ block: "nearest", behavior: "auto" });
    place();
    dialog.scrollIntoView({ block: "nearest", behavior: "auto" });
    const observer = new ResizeObserver(place);
    observer.observe(root);
    return () => {
      observer.disconnect();
      element.classList.remove("sqv-toured");
    };
  }, [element]);
  useLayoutEffect(() => {
    if (element || !card.current?.open) return;
    card.current.close(); // the browser gives the focus back to what had it, where that is still there
    if (!root.matches(":focus-within")) root.focus({ preventScroll: true });
  }, [element]);
  return card;
}
