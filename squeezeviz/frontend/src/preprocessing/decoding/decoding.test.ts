/** Files by hand; that pixels are Python's show ../../../../../tests/unit/test_page_decoding.py and tests/browser/test_decoding.py. */
import { expect, test } from "vitest";
import { gifOf } from "./gif.ts";
import { segmentsOf } from "./jpeg.ts";
import { kindOf } from "./kinds.ts";
import { orientationOf } from "./metadata.ts";
import { ImageError } from "./problem.ts";
import { webpOf } from "./webp.ts";

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...part].map((c) => c.charCodeAt(0)) : part)));
const EXIF = bytes("Exif\0\0II*\0", [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
const segment = (marker: number, body: Uint8Array) => [0xff, marker, 0, body.length + 2, ...body];

test("a JPEG is handed on without what would turn or colour it", async () => {
  const frame = bytes([8, 0, 2, 0, 3, 3, 0, 0, 0]);
  const icc = bytes("ICC_PROFILE\0", [1, 1], "abc");
  const scan = [0xff, 0xda, 1, 2, 3];
  const file = bytes([0xff, 0xd8], segment(0xe1, EXIF), segment(0xe2, icc), segment(0xc0, frame), scan);
  const { bare, width, height, components, exif, icc: found } = segmentsOf(file);
  expect([width, height, components]).toEqual([3, 2, 3]);
  expect(orientationOf({ exif, xmp: "" })).toBe(6);
  expect(found).toEqual(bytes("abc"));
  const left = new Uint8Array(await bare.arrayBuffer());
  expect(left).toEqual(bytes([0xff, 0xd8], segment(0xc0, frame), scan));
  expect(() => segmentsOf(file.subarray(0, 40))).toThrow("no picture in it");
});

test("what says which way is up may be XMP, damaged or absurd", () => {
  expect(orientationOf({ exif: null, xmp: "<tiff:Orientation>8</tiff:Orientation>" })).toBe(8);
  expect(orientationOf({ exif: EXIF.subarray(0, 20), xmp: "" })).toBe(1);
  expect(orientationOf({ exif: null, xmp: 'tiff:Orientation="9"' })).toBe(1);
});

test("kinds are told by content", () => {
  const spoken = (...parts: (string | number[])[]) => kindOf(bytes(...parts))?.spoken;
  expect(spoken("\0\0\0\x1cftypmif1\0\0\0\0avifmif1")).toBe("an AVIF");
  expect(spoken("\0\0\0\x14ftypheic\0\0\0\0mif1")).toBe("HEIC/HEIF");
  expect(spoken("\0\0\0\x14ftypisom\0\0\0\0mp41")).toBe("a video");
  expect(spoken("RIFF....WEBPVP8 ")).toBe("a WebP");
  expect(spoken("\0\0")).toBe("nothing but zero bytes");
  expect(spoken([1, 2, 3])).toBeUndefined();
});

test("frames are counted, and opacity is seen", () => {
  const picture = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 1, 7, 0];
  const control = [0x21, 0xf9, 4, 1, 0, 0, 3, 0];
  const gif = bytes("GIF89a", [1, 0, 1, 0, 0, 0, 0], control, picture, picture, [0x3b]);
  expect(gifOf(gif)).toEqual({ frames: 2, hasOpacity: true });
  const webp = bytes("RIFF....WEBPVP8X", [1, 0, 0, 0, 0x10, 0], "ANMF", [0, 0, 0, 0]);
  expect(webpOf(webp)).toMatchObject({ frames: 1, hasOpacity: true });
});

test("a name of any length leaves room for what is wrong", () => {
  expect(new ImageError("x".repeat(500), "is empty").message.length).toBeLessThan(140);
});
