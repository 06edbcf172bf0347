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
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error(`this browser makes no picture of ${width} × ${height} pixels`);
  return new DataView(await blob.arrayBuffer());
}
