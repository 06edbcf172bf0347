import type { Fill, Patches, Sizes } from "./layout.ts";

const FILLS: Record<Fill, string> = { grey: "grey", mean: "the mean", blur: "blur" };

interface Props {
  patches: Patches;
  sizes: Sizes;
  change: (next: Partial<Patches>) => void;
}

/** How large the patches are, how far apart, and what they show. */
export function Pickers({ patches, sizes, change }: Props) {
  return (
    <div class="sqv-run-how">
      <select
        class="sqv-select"
        aria-label="Size of the patch"
        value={String(patches.patch_px)}
        onChange={({ currentTarget }) => change({ patch_px: Number(currentTarget.value) })}
      >
        {sizes.patches.map((px) => (
          <option key={px} value={px}>{`${px} px`}</option>
        ))}
      </select>
      <select
        class="sqv-select"
        aria-label="From one patch to the next"
        value={String(patches.stride_px)}
        onChange={({ currentTarget }) => change({ stride_px: Number(currentTarget.value) })}
      >
        {sizes.strides.map((px) => (
          <option key={px} value={px} disabled={px > patches.patch_px}>{`every ${px} px`}</option>
        ))}
      </select>
      <select
        class="sqv-select"
        aria-label="What the patch shows"
        value={patches.fill}
        onChange={({ currentTarget }) => change({ fill: currentTarget.value as Fill })}
      >
        {Object.entries(FILLS).map(([fill, text]) => (
          <option key={fill} value={fill}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
