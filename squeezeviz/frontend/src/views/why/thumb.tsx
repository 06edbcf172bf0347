import { sharp } from "../../draw/canvas.ts";
import { drawChannel } from "../../draw/channel.ts";
import { useDrawing } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";

const THUMB_PX = 26;

/** A channel's map, small; empty while it is on its way. */
export function Thumb({ layer, channel }: { layer: string; channel: number }) {
  const { tensors, traits } = useStore();
  const canvas = useDrawing((canvas) => {
    const context = sharp(canvas, THUMB_PX, THUMB_PX);
    const tensor = tensors.of(layer);
    if (tensor) drawChannel(context, tensor, channel, traits.get("palette"), THUMB_PX);
  });
  return <canvas ref={canvas} aria-hidden="true" />;
}
