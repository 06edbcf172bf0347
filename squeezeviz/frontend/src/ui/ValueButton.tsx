import type { Step } from "../store/types.ts";
import { useStore } from "./store.ts";

interface Props {
  text: string;
  /** Which number it is. */
  step: Step;
  class?: string;
  /** What it says, where it is one of several facts. */
  fact?: string;
}

/** A number that opens into its arithmetic. */
export function ValueButton({ text, step, fact, ...rest }: Props) {
  const { selection } = useStore();
  return (
    <button
      class={`sqv-number ${rest.class ?? ""}`}
      type="button"
      title="Show the arithmetic (=)"
      aria-label={`${text}: show the arithmetic`}
      data-fact={fact}
      onClick={(event) => {
        event.stopPropagation();
        selection.open(step);
      }}
    >
      {text}
    </button>
  );
}
