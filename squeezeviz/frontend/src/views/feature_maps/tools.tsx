import type { Signal } from "@preact/signals-core";
import { topOf } from "../../draw/heatmaps.ts";
import { PALETTES } from "../../draw/palette.ts";
import type { Traits } from "../../protocol.ts";
import { amount } from "../../ui/format.ts";
import { useCalm, useDrawing } from "../../ui/hooks.ts";
import { Icon } from "../../ui/Icon.tsx";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import { useStore } from "../../ui/store.ts";
import { DifferenceScale } from "../precision/difference.tsx";
import { paintBar } from "./draw.ts";
import { SIZES } from "./layout.ts";

const ORDERS = (["index", "mean", "max", "sparsity"] as const).map((value) => ({ value, text: value }));
const SCALES = [
  { value: "channel", text: "channel", title: "Each map reaches full colour at its own maximum" },
  { value: "layer", text: "layer", title: "All maps reach full colour at the layer's maximum" },
] as const;

/** In which order, how large and in which colours maps are shown. */
export function Tools({ size }: { size: Signal<number> }) {
  const { precision, traits } = useStore();
  return (
    <div class="sqv-tools">
      <span class="sqv-tool sqv-sort">
        <span class="sqv-quiet">Sort</span>
        <RadioGroup
          label="Order of the maps"
          options={ORDERS}
          value={traits.get("sort")}
          choose={(sort) => traits.set({ sort })}
        />
      </span>
      <Sizes size={size} />
      {precision.showsDifference() ? <DifferenceScale /> : <Scale />}
    </div>
  );
}

/** What full colour stands for. */
function Scale() {
  const { selection, traits } = useStore();
  return (
    <span class="sqv-tool">
      <span class="sqv-quiet">Scale per</span>
      <RadioGroup
        label="Full colour stands for"
        options={SCALES}
        value={selection.scale()}
        choose={(scale) => traits.set({ scale })}
      />
      <Colours />
      <select
        class="sqv-select"
        aria-label="Palette"
        value={traits.get("palette")}
        onChange={(event) => traits.set({ palette: event.currentTarget.value as Traits["palette"] })}
      >
        {PALETTES.map((palette) => (
          <option key={palette} value={palette}>
            {palette}
          </option>
        ))}
      </select>
    </span>
  );
}

function Sizes({ size }: { size: Signal<number> }) {
  const { selection } = useStore();
  const isEnlarged = selection.isEnlarged();
  const step = (by: number) => {
    size.value = Math.min(SIZES.length - 1, Math.max(0, size.value + by));
  };
  return (
    <span class="sqv-sizes">
      <span class="sqv-step" role="group" aria-label="Size of the maps">
        <button type="button" aria-label="Smaller" onClick={() => step(-1)}>
          −
        </button>
        <output>{size.value ? `${SIZES[size.value]} px` : "fit"}</output>
        <button type="button" aria-label="Larger" onClick={() => step(1)}>
          +
        </button>
      </span>
      <button
        class="sqv-icon-button sqv-enlarge"
        type="button"
        title="The chosen map large, over all of them (z)"
        aria-label="Enlarge the chosen map"
        aria-pressed={isEnlarged}
        onClick={() => selection.enlarge(!isEnlarged)}
      >
        <Icon name="enlarge" />
      </button>
    </span>
  );
}

/** The palette, with what its ends stand for. */
function Colours() {
  const { selection, tensors, traits } = useStore();
  const bar = useDrawing((canvas) => paintBar(canvas, traits.get("palette")));
  const top = useCalm(() => {
    const tensor = tensors.shown();
    return tensor && selection.scale() === "layer" ? amount(topOf(tensor, 0, "layer")) : "own max";
  });
  return (
    <span class="sqv-colours" title="Exactly zero has a colour of its own">
      <span class="sqv-zero" />
      <canvas ref={bar} aria-hidden="true" />
      <span class="sqv-quiet">0</span>
      <span class="sqv-quiet sqv-spread">
        <span>&gt; 0</span>
        <span>{top}</span>
      </span>
    </span>
  );
}
