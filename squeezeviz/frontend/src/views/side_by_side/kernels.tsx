import { useState } from "preact/hooks";
import type { Kernels as Known } from "../../store/types.ts";
import { amount } from "../../ui/format.ts";
import { useCalm, useDrawing } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";
import { largestOf, paintSheet } from "./sheet.ts";

const PROOF =
  "Largest difference between the layer's activation and what these kernels make of the plain pixels, over the whole photo";

/**
 * Preprocessing is weights: the first convolution with means, scale and channel order folded in, one sheet a preprocessing,
 * and the proof that it makes the same activations of the plain pixels.
 */
export function Kernels() {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="sqv-block sqv-folded" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h2>Preprocessing is weights</h2>
        <span class="sqv-quiet">means, scale and channel order folded into the first convolution</span>
      </summary>
      <p class="sqv-quiet">
        A convolution without padding takes (s·v + o) and multiplies by w; it might as well take v and multiply by w·s,
        with Σ w·o added to its bias. So each preprocessing is a set of kernels on the photo's own red, green and blue.
        What cannot be folded is geometry: resizing and cropping.
      </p>
      <div class="sqv-sheets">{isOpen && <Sheets />}</div>
    </details>
  );
}

function Sheets() {
  const { photos, preprocessings } = useStore();
  const names = useCalm(() => [photos.photo()?.preset ?? "", ...preprocessings.others()]);
  return (
    <>
      {names.map((name) => (
        <Sheet key={name} name={name} />
      ))}
    </>
  );
}

function Sheet({ name }: { name: string }) {
  const { preprocessings } = useStore();
  const { known, problem } = useCalm(() => preprocessings.kernelsOf(name));
  const canvas = useDrawing((place) => known && paintSheet(place, known.shape, known.values));
  return (
    <figure data-preset={name}>
      <figcaption>
        <b>{name}</b>
      </figcaption>
      <canvas ref={canvas} role="img" aria-label={`Kernels of ${known?.layer ?? "the first layer"} under ${name}`} />
      {problem && (
        <p class="sqv-card-problem" role="alert">
          {problem}
        </p>
      )}
      {known ? <Proof known={known} /> : !problem && <p class="sqv-quiet">…</p>}
    </figure>
  );
}

function Proof({ known: { values, difference, largest } }: { known: Known }) {
  return (
    <>
      <p class="sqv-quiet">{`grey is 0, full colour ±${amount(largestOf(values))} a pixel value`}</p>
      <p class="sqv-proof" title={PROOF}>
        same within <b data-difference={difference}>{difference.toPrecision(2)}</b>
        {` of ${amount(largest)}`}
      </p>
    </>
  );
}
