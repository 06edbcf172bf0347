/** Kernels as colours: patches of a sheet, side by side. */
import { sharp } from "../../draw/canvas.ts";

const [PATCH_PX, GAP_PX] = [12, 3];

/** Kernels; red, green, blue, or grey; height, width. */
type Shape = readonly [count: number, colours: number, height: number, width: number];

/** What full colour stands for. */
export const largestOf = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Where a kernel's patch begins, and how large the sheet is, in CSS pixels: as good as square. */
export function layoutSheet(count: number) {
  const columns = Math.max(1, Math.ceil(Math.sqrt(count)));
  const pitch = PATCH_PX + GAP_PX;
  return {
    width: columns * pitch - GAP_PX,
    height: Math.max(1, Math.ceil(count / columns)) * pitch - GAP_PX,
    place: (kernel: number): [left: number, top: number] => [
      (kernel % columns) * pitch,
      Math.floor(kernel / columns) * pitch,
    ],
  };
}

/** Grey is 0; a weight as large as any is full colour, or none of it. */
export function colourOf([, colours, height, width]: Shape, values: Float32Array, most: number) {
  return (kernel: number, y: number, x: number): [r: number, g: number, b: number] => {
    const level = (colour: number) => {
      const at = ((kernel * colours + (colours === 1 ? 0 : colour)) * height + y) * width + x;
      return Math.round(128 + 127 * (most ? (values[at] ?? 0) / most : 0));
    };
    return [level(0), level(1), level(2)];
  };
}

export function paintSheet(canvas: HTMLCanvasElement, shape: Shape, values: Float32Array): void {
  const [count, , height, width] = shape;
  const sheet = layoutSheet(count);
  const colour = colourOf(shape, values, largestOf(values));
  const context = sharp(canvas, sheet.width, sheet.height);
  const [down, across] = [PATCH_PX / height, PATCH_PX / width];
  for (let kernel = 0; kernel < count; kernel += 1) {
    const [left, top] = sheet.place(kernel);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        context.fillStyle = `rgb(${colour(kernel, y, x).join(" ")})`;
        context.fillRect(left + x * across, top + y * down, across, down);
      }
    }
  }
}
