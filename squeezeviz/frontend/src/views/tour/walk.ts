/** A walk round the page in a minute: where it stands. It is offered once, and can be had again from the keys. */
import { batch, signal } from "@preact/signals-core";
import type { RefObject } from "preact";
import { isNoted, note } from "../../host/notes.ts";

const SEEN = "tour";

export interface Stop {
  element: Element;
  name: string;
  words: string;
}

/** What is said of each part of the page. */
const WORDS = {
  photo: [
    "The photo",
    "The dashed frame is the part that the network gets. The blue boxes are what one cell of the chosen layer sees of it. Two fingers, or Ctrl and the wheel, look closer.",
  ],
  network: [
    "The network",
    "From left to right, as the photo runs through. Bars are channels; each block forks and joins, or squeezes and expands. Click one, or press [ and ].",
  ],
  maps: [
    "Feature maps",
    "What every channel of the chosen layer makes of the photo. Point at a cell, or tap it: what it sees is drawn on the photo. A long press opens its arithmetic.",
  ],
  channel: [
    "One channel",
    "The chosen map large, where it answers most, what it is made of and where it goes. Press k to see the kernels it has learned.",
  ],
  prediction: [
    "The answer",
    "The five most probable classes; search for any other. Numbers that are underlined open: click one, then its terms, down to a pixel.",
  ],
  variants: [
    "Preprocessed differently",
    "The same photo, preprocessed in another way, may get another answer. Side by side shows where the ways part.",
  ],
  foot: [
    "Keys",
    "Everything can be done with the keyboard: ? shows how. h holds what is chosen, to compare it with the next photo.",
  ],
} as const;

type Parts = { [Name in keyof typeof WORDS]: RefObject<HTMLElement | null> };

export class Walk {
  readonly parts: Parts;
  readonly #at = signal(-1);
  readonly #isSeen = signal(isNoted(SEEN));

  /** @param parts Of the page, in the order of the walk. */
  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Those that are on the page. */
  stops(): Stop[] {
    const names = Object.keys(WORDS) as (keyof Parts)[];
    return names.flatMap((part) => {
      const element = this.parts[part].current;
      const [name, words] = WORDS[part];
      return element?.checkVisibility() ? [{ element, name, words }] : [];
    });
  }

  /** Number of the stop; -1 while nobody walks. */
  at(): number {
    return this.#at.value;
  }

  /** Whether this browser knows the tour. */
  isSeen(): boolean {
    return this.#isSeen.value;
  }

  start(): void {
    this.#at.value = 0;
  }

  /** So many stops on; behind the last, it ends. */
  go(by: number): void {
    const next = Math.max(0, this.#at.peek() + by);
    if (next < this.stops().length) this.#at.value = next;
    else this.end();
  }

  end(): void {
    note(SEEN);
    batch(() => {
      this.#at.value = -1;
      this.#isSeen.value = true;
    });
  }
}
