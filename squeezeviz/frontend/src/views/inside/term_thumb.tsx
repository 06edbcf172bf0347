import { sharp, token } from "../../draw/canvas.ts";
import { drawChannel } from "../../draw/channel.ts";
import type { Store } from "../../store/store.ts";
import type { Photo, Term } from "../../store/types.ts";
import { useDrawing } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";

const THUMB_PX = 26;
const AROUND_PX = 4; // pixels of the photo on each side

/** A small picture of where a term stands: its channel's map, or the photo round its pixel. */
export function TermThumb({ term }: { term: Term }) {
  const store = useStore();
  const canvas = useDrawing((canvas) => {
    const context = sharp(canvas, THUMB_PX, THUMB_PX);
    context.imageSmoothingEnabled = false;
    const photo = store.photos.photo();
    const layer = store.networks.network()?.layers.find(({ name }) => name === term.layer);
    if (term.layer === "photo" || !photo) drawPixel(context, store, term);
    else if (layer) drawMap(context, store, term, layer.name);
    else drawAround(context, photo, term);
  });
  return <canvas ref={canvas} aria-hidden="true" />;
}

/** A pixel of the photo, in its own colour. */
function drawPixel(context: CanvasRenderingContext2D, { networks }: Store, { channel, value }: Term): void {
  const isGrey = networks.network()?.input[0] === 1;
  const level = (colour: number) => (colour === channel || isGrey ? value : 0);
  context.fillStyle = `rgb(${level(0)} ${level(1)} ${level(2)})`;
  context.fillRect(0, 0, THUMB_PX, THUMB_PX);
}

function drawAround(context: CanvasRenderingContext2D, { seen }: Photo, { cell: [y, x] }: Term): void {
  const size = 2 * AROUND_PX + 1;
  context.drawImage(seen, x - AROUND_PX, y - AROUND_PX, size, size, 0, 0, THUMB_PX, THUMB_PX);
  drawCell(context, AROUND_PX, AROUND_PX, size);
}

function drawMap(context: CanvasRenderingContext2D, store: Store, term: Term, layer: string): void {
  const { networks, tensors, traits, classMaps } = store;
  // A logit is one number: its picture is the map that it is the mean of.
  const isLogit = layer === networks.network()?.logits;
  const own = isLogit && networks.cams() ? classMaps.of(term.channel) : null;
  const tensor = own?.tensor ?? tensors.of(layer);
  if (!tensor) return;
  drawChannel(context, tensor, own?.channel ?? term.channel, traits.get("palette"), THUMB_PX);
  if (!isLogit && tensor.shape[2] > 1) drawCell(context, term.cell[0], term.cell[1], tensor.shape[2]);
}

/** @param size Of the map: cells across. */
function drawCell(context: CanvasRenderingContext2D, y: number, x: number, size: number): void {
  const cell = THUMB_PX / size;
  const side = Math.max(cell, 3) + 1;
  context.strokeStyle = token(context.canvas, "--accent");
  context.lineWidth = 1.5;
  context.strokeRect((x + 0.5) * cell - side / 2, (y + 0.5) * cell - side / 2, side, side);
}
