/** Colours of what speaks for a class or against it: warm and blue, and a colour of its own for exactly nothing. */
import { sharp } from "../../draw/canvas.ts";
import { differencePixel, pixels } from "../../draw/palette.ts";
import { useDrawing } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";

const BAR_PX = 120;
const CLEAR = 0.06; // however little it is, it isn't nothing

/**
 * @param most That full colour stands for.
 * @param palette Whose colour of zero.
 */
export function signedPixel(value: number, most: number, palette: string): number {
  if (value === 0 || !most) return pixels(palette)[0] ?? 0;
  const share = value / most;
  return differencePixel(Math.sign(share) * Math.max(CLEAR, Math.abs(share)));
}

interface Props {
  most: number;
  write: (value: number) => string;
  /** What the colours mean. */
  says?: string;
}

/** The scale in words and colours. */
export function SignedBar({ most, write, says = "warm speaks for it, blue against it" }: Props) {
  const { traits } = useStore();
  const canvas = useDrawing((canvas) => {
    const context = sharp(canvas, BAR_PX, 8);
    for (let x = 0; x < BAR_PX; x += 1) {
      const pixel = signedPixel(x - BAR_PX / 2 + 0.5, BAR_PX / 2, traits.get("palette"));
      context.fillStyle = `rgb(${pixel & 0xff} ${(pixel >> 8) & 0xff} ${(pixel >> 16) & 0xff})`;
      context.fillRect(x, 0, 1.5, 8);
    }
  });
  return (
    <p class="sqv-signed-bar sqv-quiet">
      <span>{write(-most)}</span>
      <canvas ref={canvas} aria-hidden="true" />
      <span>{write(most)}</span>
      <span class="sqv-zero" aria-hidden="true" />0<span>{says}</span>
    </p>
  );
}
