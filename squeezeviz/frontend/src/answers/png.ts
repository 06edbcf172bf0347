/** Pixels as a PNG file. */
export async function pngOf({
  pixels,
  height,
  width,
}: {
  pixels: Uint8ClampedArray<ArrayBuffer>;
  height: number;
  width: number;
}): Promise<DataView> {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/png" });
  return new DataView(await blob.arrayBuffer());
}
