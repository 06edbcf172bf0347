/** What views do with pointers: a mouse points and clicks; a finger taps, or presses long. */
import type { TargetedMouseEvent, TargetedPointerEvent } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { LONG_PRESS_MS, NO_PRESS, pressed, waited } from "./press.ts";

interface Pressable<E extends Element, What> {
  /** What is at the place of an event; null for nothing. */
  at: (event: TargetedMouseEvent<E>) => What | null;
  /** By a click, by a tap. */
  choose: (what: What, event: TargetedMouseEvent<E>) => void;
  /** By a tap, where that does less than a click. */
  tap?: (what: What) => void;
  /** By a long press. */
  open?: (what: What) => void;
  /** A mouse is over it, or over nothing any more. Nothing hovers with a finger. */
  point?: (what: What | null) => void;
}

/** Handlers of an element. Style it as `.sqv-pressed` (`base.css`), so that no text is selected, and pages still scroll. */
export function usePress<E extends Element, What>(pressable: Pressable<E, What>) {
  const latest = useRef(pressable);
  latest.current = pressable;
  const { handlers, stop } = useMemo(() => handlersOf<E, What>(() => latest.current), []);
  useEffect(() => stop, [stop]);
  return handlers;
}

function handlersOf<E extends Element, What>(now: () => Pressable<E, What>) {
  let press = NO_PRESS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  const follow = (event: TargetedPointerEvent<E>) => {
    press = pressed(press, event);
    if (press.phase !== "down") stop();
  };
  const down = (event: TargetedPointerEvent<E>) => {
    follow(event);
    if (press.phase !== "down") return;
    const what = now().at(event); // what is there when it begins
    stop();
    timer = setTimeout(() => {
      press = waited(press);
      swallowClick();
      if (what !== null) now().open?.(what);
    }, LONG_PRESS_MS);
  };
  const move = (event: TargetedPointerEvent<E>) => {
    follow(event);
    const what = event.pointerType === "touch" ? null : now().at(event);
    if (what !== null) now().point?.(what);
  };
  const leave = (event: TargetedPointerEvent<E>) => {
    follow(event);
    now().point?.(null);
  };
  const click = (event: TargetedMouseEvent<E>) => {
    const { phase } = press;
    press = NO_PRESS;
    const { at, tap, choose } = now();
    const what = at(event);
    if (what === null) return;
    if (phase === "tapped" && tap) tap(what);
    else choose(what, event);
  };
  const menu = (event: Event) => {
    if (press.phase !== "none") event.preventDefault();
  };
  const handlers = {
    onPointerDown: down,
    onPointerMove: move,
    onPointerUp: follow,
    onPointerCancel: follow,
    onPointerLeave: leave,
    onClick: click,
    onContextMenu: menu,
  };
  return { handlers, stop };
}

/** The click that a browser may make of a long press is none, wherever it lands: what was opened may have moved the page. */
function swallowClick(): void {
  const listeners = new AbortController();
  const options = { capture: true, signal: listeners.signal };
  const swallow = (event: MouseEvent) => {
    if (!event.detail) return; // a key's
    event.stopPropagation();
    event.preventDefault();
  };
  window.addEventListener("click", swallow, options);
  window.addEventListener("pointerdown", () => listeners.abort(), options);
}
