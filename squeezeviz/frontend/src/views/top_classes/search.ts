/** Finding a class by any of its names. */
import { signal } from "@preact/signals-core";
import { createRef } from "preact";
import type { Label } from "../../store/types.ts";

const MOST = 6;

/** What is typed into the field, which others may reach for, too. */
export class ClassSearch {
  readonly #text = signal("");
  readonly field = createRef<HTMLInputElement>();

  text(): string {
    return this.#text.value;
  }

  type(text: string): void {
    this.#text.value = text;
  }

  focus(): void {
    this.field.current?.focus();
  }

  /** @returns Whether there was anything. */
  clear(): boolean {
    const was = this.#text.peek() !== "";
    this.#text.value = "";
    return was;
  }
}

/** Those whose name begins so first, then by any other name, then those that have it within; each by probability. */
export function matching(typed: string, ranking: number[], labelOf: (index: number) => Label): number[] {
  const text = typed.trim().toLowerCase();
  if (!text) return [];
  const found = ranking.flatMap((index) => {
    const { label, wnid, also } = labelOf(index);
    const names = [label, ...also, wnid, String(index)].map((name) => name.toLowerCase());
    if (!names.some((name) => name.includes(text))) return [];
    const rank = names[0]?.startsWith(text) ? 0 : names.some((name) => name.startsWith(text)) ? 1 : 2;
    return [{ index, rank }];
  });
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map(({ index }) => index);
}
