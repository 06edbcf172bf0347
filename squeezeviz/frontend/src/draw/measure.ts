/** How wide texts are, asked of the browser once each; where there is no page, so that none has to be laid out for it. */
let ruler: OffscreenCanvasRenderingContext2D | null | undefined;
const widths = new Map<string, number>();
const MOST = 5000;

/** @param font As CSS has it. */
export function measuring(font: string): (text: string) => number {
  return (text) => {
    const key = `${font}\n${text}`;
    const known = widths.get(key);
    if (known !== undefined) return known;
    ruler ??= new OffscreenCanvas(1, 1).getContext("2d");
    if (!ruler) return 0;
    ruler.font = font;
    const { width } = ruler.measureText(text);
    if (widths.size >= MOST) widths.clear();
    widths.set(key, width);
    return width;
  };
}
