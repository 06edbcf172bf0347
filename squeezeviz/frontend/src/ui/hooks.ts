/** How components draw, measure, and keep calm. */
import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals-core";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { widthOf } from "../draw/canvas.ts";
import { drawn, type Manner, type Task } from "../draw/scheduler.ts";
import { useStore } from "./store.ts";

/**
 * A canvas that is drawn on in the page's frames: after each rendering of its component, and whenever a signal has changed
 * that `draw` has read. It is drawn nowhere else; Preact never sees what is on it. So are marks of an SVG, which Preact has
 * put there and `draw` moves.
 */
export function useDrawing<E extends Element = HTMLCanvasElement>(
  draw: (canvas: E) => void,
  manner: Manner = {},
): RefObject<E | null> {
  const canvas = useRef<E>(null);
  useDrawings(() => canvas.current && draw(canvas.current), manner);
  return canvas;
}

/** The same for several canvases at once, which the caller knows. */
export function useDrawings(draw: () => void, manner: Manner = {}): void {
  const latest = useRef(draw);
  const task = useRef<Task | null>(null);
  latest.current = draw;
  useLayoutEffect(() => {
    task.current = drawn(() => latest.current(), manner);
    return () => task.current?.cancel();
  }, []);
  useLayoutEffect(() => task.current?.request());
}

/** Where an element is, as the caller has it or, where it does not, for the component alone. */
export function useOwn<E>(given?: RefObject<E | null>): RefObject<E | null> {
  const own = useRef<E | null>(null);
  return given ?? own;
}

/** An element and how wide it is, in CSS pixels; 0 until it stands on the page. @param given Where the caller has it. */
export function useWidth<E extends Element>(
  given?: RefObject<E | null>,
): { ref: RefObject<E | null>; width: ReadonlySignal<number> } {
  const ref = useOwn(given);
  const width = useMemo(() => signal(0), []);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      width.value = element.clientWidth;
    });
    observer.observe(element);
    width.value = widthOf(element);
    return () => observer.disconnect();
  }, [width]);
  return { ref, width };
}

/** How much of the page's height is seen. */
export function useScreenHeight(): ReadonlySignal<number> {
  const height = useMemo(() => signal(window.innerHeight), []);
  useEffect(() => {
    const follow = () => {
      height.value = window.innerHeight;
    };
    window.addEventListener("resize", follow);
    return () => window.removeEventListener("resize", follow);
  }, [height]);
  return height;
}

/**
 * What `read` makes of signals, and another one only when its key is another: whoever follows it is not told of what leaves
 * the key as it was. Where there is nothing, the last one stays.
 *
 * @param read Of signals only.
 */
export function useKeyed<T extends { key: string }>(read: () => T | null): ReadonlySignal<T | null> {
  return useMemo(() => {
    let last: T | null = null;
    return computed(() => {
      const found = read();
      if (found && found.key !== last?.key) last = found;
      return last;
    });
  }, []);
}

/** A value, once it has stayed the same for so long; empty until then. */
export function useSettled(value: string, quietMs: number): string {
  const [settled, settle] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => settle(value), quietMs);
    return () => clearTimeout(timer);
  }, [value, quietMs]);
  return settled;
}

const EVERY_MS = 240;
const LAST_MS = 400;

/**
 * What `read` returns, at once as a rule, and a few times a second while a photo moves: figures and small pictures that
 * change faster can't be read, and cost the camera its rate.
 *
 * @param read Of signals only; nothing else changes it.
 */
export function useCalm<T>(read: () => T): T {
  const { photos } = useStore();
  const calm = useMemo(() => calmed(() => Boolean(photos.photo()?.isMoving), read), []);
  useEffect(() => calm.stop, [calm]);
  return calm.value.value;
}

function calmed<T>(isMoving: () => boolean, read: () => T) {
  const value = signal<T | undefined>(undefined);
  let last = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = (found: T) => {
    clearTimeout(timer);
    last = performance.now();
    value.value = found;
  };
  const forget = effect(() => {
    const found = read();
    const wait = isMoving() ? last + EVERY_MS - performance.now() : 0;
    if (wait <= 0) return show(found);
    // With a later frame, as a rule; the last one is shown too, when no other follows.
    clearTimeout(timer);
    timer = setTimeout(() => show(found), LAST_MS);
  });
  const stop = () => {
    clearTimeout(timer);
    forget();
  };
  return { value: value as ReadonlySignal<T>, stop };
}

/** A class of an element that others have made, while something holds. */
export function useClass(element: Element, name: string, is: boolean): void {
  useLayoutEffect(() => {
    element.classList.toggle(name, is);
  }, [element, name, is]);
}

/** Do something whenever `read` comes to hold; not where it holds from the start. */
export function useWhenever(read: () => boolean, act: () => void): void {
  useEffect(() => {
    let was = true;
    return effect(() => {
      const is = read();
      if (is && !was) untracked(act);
      was = is;
    });
  }, []);
}
