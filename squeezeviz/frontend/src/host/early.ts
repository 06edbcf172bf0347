/**
 * The engine of a page in one file: it starts while the file is still being read, and is given each block as soon as that
 * is there. The page's own program stands behind them all, and takes it over.
 */
import { begin, end, hand } from "./engine.ts";
import type { EngineWorker } from "./engine_worker.ts";

const EARLY = Symbol.for("squeezeviz.early");
const BLOCK = "sqv-block-";

export class Early {
  readonly worker: EngineWorker;
  /** Of the blocks, by number: to read their text once more would take as long as handing it over. */
  readonly sizes = new Map<number, number>();
  #last: Element;
  readonly #watching = new MutationObserver(() => this.#hand(false));

  /** @param program The element with the engine's program; blocks stand behind it. */
  constructor(program: Element, worker: EngineWorker, entry: number) {
    this.worker = worker;
    this.#last = program;
    begin(worker, entry);
    this.#watching.observe(program.parentElement as Element, { childList: true });
  }

  /** All blocks have been read; said once, by the file behind them. */
  end(): void {
    this.#watching.disconnect();
    this.#hand(true);
    end(this.worker);
  }

  /** A block is whole once something stands behind it. */
  #hand(isEnd: boolean): void {
    for (;;) {
      const next = this.#last.nextElementSibling;
      if (!next || !(isEnd || next.nextElementSibling)) return;
      this.#last = next;
      if (isBlock(next)) {
        const [number, text] = [numberOf(next), next.textContent];
        this.sizes.set(number, text.length);
        hand(this.worker, number, text);
      }
    }
  }
}

export function leaveForPage(early: Early): void {
  Object.assign(globalThis, { [EARLY]: early });
}

/** Null where the browser makes no worker. */
export const earlyOne = (): Early | null => (globalThis as { [EARLY]?: Early })[EARLY] ?? null;

/** All blocks in a file, by number. */
export function blocksIn(document: Document): Map<number, string> {
  const elements = [...document.querySelectorAll(`script[id^="${BLOCK}"]`)];
  return new Map(elements.map((element) => [numberOf(element), element.textContent ?? ""]));
}

const isBlock = ({ id }: Element): boolean => id.startsWith(BLOCK);
const numberOf = ({ id }: Element): number => Number(id.slice(BLOCK.length));
