import type { TargetedKeyboardEvent } from "preact";

export interface Choice<Value extends string> {
  value: Value;
  text: string;
  title?: string;
}

interface Props<Value extends string> {
  label: string;
  options: readonly Choice<Value>[];
  value: Value;
  choose: (value: Value) => void;
  class?: string;
  isHidden?: boolean;
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** A row of choices of which one holds: one stop for Tab, and arrow keys inside. */
export function RadioGroup<Value extends string>({ label, options, value, choose, ...rest }: Props<Value>) {
  const press = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const at = (options.findIndex((option) => option.value === value) + step + options.length) % options.length;
    const next = options[at];
    if (next) choose(next.value);
    const button = event.currentTarget.children[at];
    if (button instanceof HTMLElement) button.focus();
  };
  return (
    <div
      class={`sqv-toggle ${rest.class ?? ""}`}
      role="radiogroup"
      aria-label={label}
      hidden={rest.isHidden}
      onKeyDown={press}
    >
      {options.map((option) => (
        <button
          key={option.value}
          class="sqv-choice"
          type="button"
          role="radio"
          data-value={option.value}
          title={option.title}
          aria-checked={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          onClick={() => choose(option.value)}
        >
          {option.text}
        </button>
      ))}
    </div>
  );
}
