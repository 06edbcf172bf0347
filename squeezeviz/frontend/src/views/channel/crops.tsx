import { sharp, sidesOf, token } from "../../draw/canvas.ts";
import { mapOf } from "../../draw/heatmaps.ts";
import { branchOf, fieldsOf, lies, sizeText } from "../../store/layers.ts";
import type { Photo } from "../../store/types.ts";
import { amount } from "../../ui/format.ts";
import { useCalm, useDrawing } from "../../ui/hooks.ts";
import { sizeOf } from "../../ui/PictureBox.tsx";
import { useStore } from "../../ui/store.ts";
import type { Chosen } from "./chosen.ts";
import { type Cell, strongest } from "./layout.ts";

const [CROP_PX, CROPS] = [48, 5];
const LEAST_PX = 24; // a few pixels alone would show nothing: some of what is round them too

/** What of the input a cell sees, as it is cut out for show. */
interface Cut {
  /** The input pixel in its middle. */
  centre: [number, number];
  /** Its side, in input pixels. */
  size: number;
  /** The part that the cell sees, where that is less: height and width, in input pixels. */
  seen: [number, number];
}

/** What the photo shows where the channel answers most. */
export function Crops({ chosen }: { chosen: Chosen }) {
  const { photos, selection } = useStore();
  const photo = useCalm(() => photos.photo());
  const { tensor, network, layer, channel } = chosen;
  const [, height, width] = tensor.shape;
  const origin = branchOf(network, layer, channel);
  const [{ least, most }, where] = [fieldsOf(origin), lies(origin)];
  const field = Math.max(...most);
  const size = Math.max(field, LEAST_PX);
  const isMap = height * width > 1;
  const cells = where && isMap ? strongest(mapOf(tensor, channel), height, width, CROPS) : [];
  const about = field === size ? `${most.join(" × ")} px each` : `${sizeText(most)} px in ${size}`;
  const cutOf = ({ y, x }: Cell): Cut => {
    const at = (axis: 0 | 1, index: number) => Number(where?.offset[axis]) + 0.5 + Number(where?.stride[axis]) * index;
    return { centre: [at(0, y), at(1, x)], size, seen: field === size ? least : most };
  };
  return (
    <>
      <div class="sqv-spread sqv-sub">
        <b>Strongest cells</b>
        <span class="sqv-quiet">{where && about}</span>
      </div>
      <div class="sqv-crops">
        {cells.map((cell, at) => (
          <button
            // By their place: the strongest stays the strongest, and keeps the focus.
            key={at}
            class="sqv-crop"
            type="button"
            aria-label={`cell ${cell.y}, ${cell.x}: ${amount(cell.value)}`}
            onClick={() => selection.chooseChannel(channel, [cell.y, cell.x])}
          >
            <Crop photo={photo} cut={cutOf(cell)} />
            <span>{amount(cell.value)}</span>
            <span class="sqv-quiet">
              {cell.y}, {cell.x}
            </span>
          </button>
        ))}
        {!cells.length && (
          <p class="sqv-quiet">{isMap ? "It answers nowhere in this photo." : "One value for the whole photo."}</p>
        )}
      </div>
    </>
  );
}

function Crop({ photo, cut: { centre, size, seen } }: { photo: Photo | null; cut: Cut }) {
  const canvas = useDrawing(
    (canvas) => {
      const context = sharp(canvas, CROP_PX, CROP_PX);
      context.fillStyle = token(canvas, "--zero");
      context.fillRect(0, 0, CROP_PX, CROP_PX);
      if (!photo) return;
      const scale = CROP_PX / size;
      const [across, down] = sizeOf(photo.seen);
      const [left, top] = [(centre[1] - size / 2) * scale, (centre[0] - size / 2) * scale];
      // Beyond the edge of the input there is nothing: the ground stays.
      context.drawImage(photo.seen, -left, -top, across * scale, down * scale);
      const [tall, wide] = [seen[0] * scale, seen[1] * scale];
      if (Math.max(tall, wide) >= CROP_PX - 2) return;
      context.strokeStyle = "rgb(255 255 255 / 85%)";
      context.strokeRect((CROP_PX - wide) / 2, (CROP_PX - tall) / 2, wide, tall);
    },
    { isMinor: true },
  );
  return <canvas ref={canvas} style={sidesOf(CROP_PX)} />;
}
