import { sharp } from "../../draw/canvas.ts";
import { mapOf, oneMap } from "../../draw/heatmaps.ts";
import { differencePixel } from "../../draw/palette.ts";
import type { Tensor } from "../../store/types.ts";
import { amount } from "../../ui/format.ts";
import { useCalm, useDrawing } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";
import { largestOf } from "../map_difference/compare.ts";

const [WIDE_PX, HIGH_PX] = [84, 8];

/** Whether the grid shows the layer's maps, or what a lower precision changes of them. */
export function DifferenceSwitch() {
  const { networks, precision } = useStore();
  if (precision.chosen() === "fp32" || !networks.can("precision")) return null;
  const is = precision.showsDifference();
  return (
    <button
      class="sqv-button sqv-small"
      type="button"
      aria-pressed={is}
      title="Of every channel, the value in low precision less that in FP32; on one scale for all"
      onClick={() => precision.showDifference(!is)}
    >
      {`${precision.name()} − FP32`}
    </button>
  );
}

/** What its colours stand for; while it is on its way, or where there is none, in words. */
export function DifferenceScale() {
  const { precision } = useStore();
  const said = useCalm(() => {
    const asked = precision.difference();
    const most = asked?.known ? largestOf(asked.known.values) : null;
    return { most, problem: asked?.problem || precision.obstacle(), isBesideAblated: precision.isBesideAblated() };
  });
  const bar = useDrawing((canvas) => {
    const context = sharp(canvas, WIDE_PX, HIGH_PX);
    for (let x = 0; x < WIDE_PX; x += 1) {
      const pixel = differencePixel((2 * x) / (WIDE_PX - 1) - 1);
      context.fillStyle = `rgb(${pixel & 0xff} ${(pixel >> 8) & 0xff} ${(pixel >> 16) & 0xff})`;
      context.fillRect(x, 0, 1.5, HIGH_PX);
    }
  });
  const { most, problem, isBesideAblated } = said;
  const range = most === null ? "computing …, maps in FP32 meanwhile" : `−${amount(most)} to ${amount(most)}`;
  return (
    <span class="sqv-tool sqv-difference-scale" role="status">
      <span class="sqv-quiet">{`${precision.name()} − FP32, all channels on one scale${isBesideAblated ? ", nothing ablated" : ""}`}</span>
      <canvas ref={bar} aria-hidden="true" hidden={most === null} />
      <span class={problem ? "sqv-card-problem" : "sqv-quiet"}>{problem || range}</span>
    </span>
  );
}

export interface Difference {
  tensor: Tensor;
  /** What full colour stands for, of every channel. */
  most: number;
}

/** What the grid shows of the layer on show; null where it shows maps. */
export function differenceOf(asked: { known: Tensor | null } | null, shown: Tensor): Difference | null {
  const made = asked?.known;
  return made && made.layer === shown.layer ? { tensor: made, most: largestOf(made.values) } : null;
}

/** One channel of it, coloured, at one pixel a cell. */
export function differenceMap({ tensor, most }: Difference, channel: number): HTMLCanvasElement {
  const [, height, width] = tensor.shape;
  const map = mapOf(tensor, channel);
  return oneMap(width, height, (cell) => differencePixel(most > 0 ? (map[cell] ?? 0) / most : 0));
}
