import type { Step } from "../store/types.ts";
import { usePress } from "./pressing.ts";
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
  const press = usePress<HTMLButtonElement, Step>({
    at: () => step,
    choose: (_, event) => {
      event.stopPropagation();
      selection.open(step);
    },
    open: () => selection.open(step),
  });
  return (
    <button
      {...press}
      class={`sqv-number ${rest.class ?? ""}`}
      type="button"
      title="Show the arithmetic (=)"
      aria-label={`${text}: show the arithmetic`}
      data-fact={fact}
    >
      {text}
    </button>
  );
}
