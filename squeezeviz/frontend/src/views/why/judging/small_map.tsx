import { sharp } from "../../../draw/canvas.ts";
import { fullColour } from "../../../draw/full_colour.ts";
import { oneMap } from "../../../draw/heatmaps.ts";
import type { Thumb } from "../../../store/judging.ts";
import { useDrawing } from "../../../ui/hooks.ts";
import { useStore } from "../../../ui/store.ts";
import { drawGrey } from "../evidence_map/draw.ts";
import { signedPixel } from "../signed_bar.tsx";

const SIDE_PX = 44;

/** A method's map over the photo, as small as a row; empty until it is there. */
export function SmallAttribution({ map, isOfPixels }: { map: Thumb | undefined; isOfPixels: boolean }) {
  const { photos, traits } = useStore();
  const canvas = useDrawing(
    (canvas) => {
      const context = sharp(canvas, SIDE_PX, SIDE_PX);
      const photo = photos.photo();
      if (!photo || !map) return;
      const { most } = fullColour(map.values, isOfPixels);
      const palette = traits.get("palette");
      drawGrey(context, photo.seen, SIDE_PX);
      context.globalAlpha = 0.78;
      const [rows, columns] = map.shape;
      const picture = oneMap(columns, rows, (at) => signedPixel(map.values[at] ?? 0, most, palette));
      context.drawImage(picture, 0, 0, SIDE_PX, SIDE_PX);
      context.globalAlpha = 1;
    },
    { isMinor: true },
  );
  return <canvas ref={canvas} aria-hidden="true" />;
}
