import type { CSSProperties } from "preact";
import { useRef } from "preact/hooks";
import type { Picture } from "../store/types.ts";
import { useDrawing } from "./hooks.ts";

/** In its own pixels. */
export const sizeOf = (picture: Picture): [number, number] =>
  picture instanceof HTMLImageElement ? [picture.naturalWidth, picture.naturalHeight] : [picture.width, picture.height];

interface Place {
  class?: string;
  style?: CSSProperties;
  draggable?: boolean;
  onClick?: () => void;
}

interface Props extends Place {
  picture: Picture;
  /** What it shows; empty where that is said beside it. */
  alt?: string;
}

/** A photo's picture: an image as a rule; a canvas, drawn anew with every state, while it moves. */
export function PictureBox({ picture, alt = "", ...place }: Props) {
  if (picture instanceof HTMLImageElement) return <img {...place} src={picture.src} alt={alt} />;
  return <Copy {...place} picture={picture} alt={alt} />;
}

function Copy({ picture, alt, ...place }: Place & { picture: HTMLCanvasElement; alt: string }) {
  const sized = useRef<[number, number]>([0, 0]);
  const canvas = useDrawing((copy) => {
    const size = sizeOf(picture);
    if (`${sized.current}` !== `${size}`) [copy.width, copy.height] = size;
    sized.current = size;
    copy.getContext("2d", { alpha: false })?.drawImage(picture, 0, 0);
  });
  return <canvas {...place} ref={canvas} role={alt ? "img" : undefined} aria-label={alt || undefined} />;
}
