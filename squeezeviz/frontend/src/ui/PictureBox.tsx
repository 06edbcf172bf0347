import { useRef } from "preact/hooks";
import type { Picture } from "../store/types.ts";
import { useDrawing } from "./hooks.ts";

/** In its own pixels. */
export const sizeOf = (picture: Picture): [number, number] =>
  picture instanceof HTMLImageElement ? [picture.naturalWidth, picture.naturalHeight] : [picture.width, picture.height];

interface Props {
  picture: Picture;
  /** What it shows; empty where that is said beside it. */
  alt?: string;
  class?: string;
}

/** A photo's picture: an image as a rule; a canvas, drawn anew with every state, while it moves. */
export function PictureBox({ picture, alt = "", ...rest }: Props) {
  if (picture instanceof HTMLImageElement) return <img src={picture.src} alt={alt} class={rest.class} />;
  return <Copy picture={picture} alt={alt} class={rest.class} />;
}

function Copy({ picture, alt, ...rest }: Props & { picture: HTMLCanvasElement }) {
  const sized = useRef<[number, number]>([0, 0]);
  const canvas = useDrawing((copy) => {
    const size = sizeOf(picture);
    if (`${sized.current}` !== `${size}`) [copy.width, copy.height] = size;
    sized.current = size;
    copy.getContext("2d", { alpha: false })?.drawImage(picture, 0, 0);
  });
  return <canvas ref={canvas} class={rest.class} role={alt ? "img" : undefined} aria-label={alt || undefined} />;
}
