import { sidesOf } from "../draw/canvas.ts";
import { paintSmall, SMALL_PX } from "../draw/heatmaps.ts";
import type { Tensor } from "../store/types.ts";
import { useDrawing } from "./hooks.ts";
import { useStore } from "./store.ts";

/** One map as a tile; empty while its layer is on its way. */
export function SmallMap({ tensor, channel }: { tensor: Tensor | null; channel: number }) {
  const { selection, traits } = useStore();
  const canvas = useDrawing(
    (canvas) => {
      paintSmall(canvas, tensor, channel, { scale: selection.scale(), palette: traits.get("palette") });
    },
    { isMinor: true },
  );
  return <canvas ref={canvas} style={sidesOf(SMALL_PX)} />;
}
