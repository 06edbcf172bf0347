import { useRef } from "preact/hooks";
import type { Store } from "../../store/store.ts";
import type { Variant } from "../../store/types.ts";
import { percent } from "../../ui/format.ts";
import { useCalm } from "../../ui/hooks.ts";
import type { PartProps } from "../../ui/part.ts";
import { useStore } from "../../ui/store.ts";

interface Props extends PartProps {
  /** Bring what stands side by side into sight: it was opened by hand. */
  reveal: () => void;
}

/**
 * What the model would have said of the same photo otherwise preprocessed; a click preprocesses it so. More of it stands
 * side by side, below.
 */
export function Variants({ reveal, element }: Props) {
  const { networks, traits } = useStore();
  const isOpen = traits.get("comparing");
  const toggle = () => {
    traits.set({ comparing: !isOpen });
    if (!isOpen) reveal();
  };
  return (
    <section ref={element} class="sqv-block" aria-label="Preprocessed differently">
      <header class="sqv-spread">
        <h2>Preprocessed differently</h2>
        <span class="sqv-quiet">top 1</span>
      </header>
      <Rows />
      <button
        class="sqv-button"
        type="button"
        aria-expanded={isOpen}
        hidden={!networks.can("side-by-side")}
        onClick={toggle}
      >
        {isOpen ? "Close side by side" : "Side by side ↓"}
      </button>
    </section>
  );
}

/** A row for each that is compared, answered or not: what stands below stays where it is, also under a pointer. */
function Rows() {
  const store = useStore();
  const { presets, known } = useCalm(() => compared(store));
  const before = useRef<Variant[]>([]);
  if (known) before.current = known;
  const shown = before.current;
  const inUse = store.traits.get("preset");
  const best = shown.find(({ preset }) => preset === inUse);
  return (
    <div class="sqv-variants">
      {presets.map((preset) => {
        const variant = shown.find((other) => other.preset === preset);
        return (
          <Row
            key={preset}
            preset={preset}
            variant={variant}
            instead={known ? "not for this photo" : "…"}
            isInUse={preset === inUse}
            hasMoved={Boolean(variant && best && variant.class_index !== best.class_index)}
          />
        );
      })}
    </div>
  );
}

function compared({ photos, preprocessings }: Store) {
  const photo = photos.photo();
  return { presets: photo ? [photo.preset, ...preprocessings.others()] : [], known: preprocessings.variants() };
}

interface RowProps {
  preset: string;
  variant: Variant | undefined;
  /** What is said where there is no answer. */
  instead: string;
  isInUse: boolean;
  hasMoved: boolean;
}

function Row({ preset, variant, instead, isInUse, hasMoved }: RowProps) {
  const { traits } = useStore();
  const label = variant?.label ?? instead;
  return (
    <button
      class={hasMoved ? "sqv-variant sqv-moved" : "sqv-variant"}
      type="button"
      title={variant?.origin}
      aria-pressed={isInUse}
      onClick={() => traits.set({ preset })}
    >
      <span class="sqv-variant-name">{preset}</span>
      <span class="sqv-variant-label" title={label}>
        {label}
      </span>
      <span class="sqv-num">{variant ? percent(variant.probability) : ""}</span>
    </button>
  );
}
