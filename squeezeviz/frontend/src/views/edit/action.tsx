interface Props {
  text: string;
  title: string;
  act: () => void;
  isPrimary?: boolean;
  /** Of no use now. It can still have the focus, so that it keeps it when its last use is over. */
  isOff?: boolean;
  /** Of one that stays down. */
  isPressed?: boolean;
}

/** A button of the panel. */
export function Action({ text, title, act, isPrimary = false, isOff = false, isPressed }: Props) {
  return (
    <button
      class={isPrimary ? "sqv-button sqv-primary" : "sqv-button"}
      type="button"
      title={title}
      aria-disabled={isOff}
      aria-pressed={isPressed}
      onClick={() => !isOff && act()}
    >
      {text}
    </button>
  );
}
