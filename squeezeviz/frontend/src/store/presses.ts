/**
 * A press that ends on another element than it began on is no click: while a pointer or key is down on the page, what
 * moves by itself stays.
 */

const HELD_MS = 2500; // a press whose end is not heard of, as on a scroll bar, does not hold for ever

export class Presses {
  readonly #released: () => void;
  #listeners = new AbortController();
  #heldUntil = 0;

  /** @param released Called when what has been kept may go on. */
  constructor(released: () => void) {
    this.#released = released;
  }

  isHeld(): boolean {
    return performance.now() < this.#heldUntil;
  }

  listen(): void {
    this.#listeners = new AbortController();
    const options = { capture: true, signal: this.#listeners.signal };
    const hold = ({ target }: Event) => {
      if (target instanceof Element && target.closest(".sqv")) this.#heldUntil = performance.now() + HELD_MS;
    };
    const release = () => this.#release();
    window.addEventListener("pointerdown", hold, options);
    window.addEventListener("pointerup", release, options);
    window.addEventListener("pointercancel", release, options);
    window.addEventListener("keydown", (event) => void (["Enter", " "].includes(event.key) && hold(event)), options);
    window.addEventListener("keyup", release, options);
    // The window's, not that of what had the focus before.
    window.addEventListener("blur", (event) => void (event.target === window && release()), options);
  }

  close(): void {
    this.#listeners.abort();
    this.#heldUntil = 0;
  }

  #release(): void {
    if (!this.#heldUntil) return;
    setTimeout(() => {
      this.#heldUntil = 0;
      this.#released();
    });
  }
}
