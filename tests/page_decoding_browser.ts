/** What the page decodes, for Chromium: see browser/test_decoding.py. */
import { decoded } from "../squeezeviz/frontend/src/preprocessing/decoding/decoded.ts";

Object.assign(globalThis, {
  /** @param text A file, base64. */
  async decode(text: string) {
    const file = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    try {
      const { picture, ...rest } = await decoded(file, "a.png");
      const pieces: string[] = [];
      for (let at = 0; at < picture.pixels.length; at += 1 << 15) {
        pieces.push(String.fromCharCode(...picture.pixels.subarray(at, at + (1 << 15))));
      }
      return { ...rest, width: picture.width, height: picture.height, pixels: btoa(pieces.join("")) };
    } catch (problem) {
      return (problem as Error).message;
    }
  },
});
