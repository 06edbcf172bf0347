/** While the camera is on: what need not follow every frame. */

const EVERY_MS = 240;
const LAST_MS = 400;

/**
 * A listener that draws at once as a rule, and a few times a second while the camera's frames come: figures and small
 * pictures that change faster can't be read, and cost the frames their rate.
 * @param {import("./store/flat.ts").Store} store
 * @param {() => void} draw
 * @returns {{draw: () => void, close: () => void}}
 */
export function calmly(store, draw) {
  let last = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    last = performance.now();
    draw();
  };
  return {
    draw: () => {
      const wait = store.photo()?.isMoving ? last + EVERY_MS - performance.now() : 0;
      if (wait <= 0) return now();
      // With a later frame, as a rule; the last one is drawn too, when no other follows.
      clearTimeout(timer);
      timer = setTimeout(now, LAST_MS);
    },
    close: () => clearTimeout(timer),
  };
}
