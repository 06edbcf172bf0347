import { sizeText } from "../../store/layers.ts";
import type { Evidence, ReceptiveFieldContributions } from "../../store/types.ts";
import { signed } from "../../ui/format.ts";
import { fieldBars } from "./layout.ts";

interface Props {
  branches: Evidence["branches"];
  /** Null while they are on their way. */
  contributions: ReceptiveFieldContributions | null;
  /** Why there are none. */
  problem: string;
}

/** How much of a logit came along paths that see so many pixels. */
export function ReceptiveFieldBars({ branches, contributions, problem }: Props) {
  if (!contributions)
    return (
      <div class="sqv-receptive-fields" role="img" aria-label={problem || "on its way"}>
        <p class="sqv-quiet">{problem || "Following every path …"}</p>
      </div>
    );
  const { bars, strongest } = fieldBars(contributions.sizes);
  const each = bars.map(({ size, adds }) => `${sizeText(size)} px ${signed(adds)}`).join(", ");
  const most = strongest ? sizeText(strongest.size) : 0;
  const biases = signed(contributions.bias);
  return (
    <div
      class="sqv-receptive-fields"
      role="img"
      aria-label={`Most came along paths that see ${most} pixels. ${each}; biases ${biases}`}
      data-bias={contributions.bias}
    >
      {bars.map(({ size, adds, height, bottom }) => (
        <span key={sizeText(size)} class="sqv-receptive-fields-bar">
          <span class="sqv-receptive-fields-room">
            <i
              class={adds < 0 ? "sqv-bar-down" : "sqv-bar-up"}
              style={{ height: `${height}%`, bottom: `${bottom}%` }}
              title={`${sizeText(size)} px: ${signed(adds)} logits`}
              data-size={sizeText(size)}
              data-adds={adds}
            />
          </span>
          <span class="sqv-quiet">{sizeText(size)}</span>
        </span>
      ))}
      <p class="sqv-quiet">
        {`Biases on the way add ${biases}. ${branches.map(({ name, adds }) => `${name} ${signed(adds)}`).join(", ")}.`}
      </p>
    </div>
  );
}
