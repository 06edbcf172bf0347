/** What a file is, by its first bytes: a shorter table than ../../../../image/kinds.py has, in the same words. */

export interface Kind {
  /** With its article. */
  spoken: string;
  /** What to do with it, where it is no picture; empty for a picture. */
  advice: string;
  /** Of a picture that pages are sure to read. */
  format: string;
}

const known = (format: string, spoken = `a ${format}`): Kind => ({ spoken, advice: "", format });
const other = (spoken: string, advice = "export it as PNG or JPEG"): Kind => ({ spoken, advice, format: "" });
/** A picture that few browsers read. */
const rare = (spoken: string): Kind => ({ spoken, advice: "", format: "" });

const AVIF = known("AVIF", "an AVIF");
const VIDEO = other("a video", "save one frame of it as PNG or JPEG");
const UNPACK = "unpack it, and take a picture out of it";
const RAW = other("a camera's RAW file", "develop it: export it as JPEG or TIFF in a photo program");
const TEXT = other("text", "give a picture");

/** Bytes, one a character. */
const SIGNATURES: [offset: number, bytes: string, kind: Kind][] = [
  [0, "\x89PNG", known("PNG")],
  [0, "\xff\xd8\xff", known("JPEG")],
  [0, "GIF8", known("GIF")],
  [8, "CR\x02\x00", RAW],
  [0, "II*\x00", rare("a TIFF")],
  [0, "MM\x00*", rare("a TIFF")],
  [0, "\x00\x00\x00\x0cjP  ", rare("a JPEG 2000")],
  [0, "8BPS", rare("a Photoshop document")],
  [0, "\x00\x00\x01\x00", rare("an icon (ICO)")],
  [0, "qoif", rare("a QOI")],
  [0, "%PDF", other("a PDF document", "export a page of it as PNG or JPEG")],
  [0, "%!PS", other("an EPS or PostScript drawing")],
  [0, "\x89HDF\r\n\x1a\n", other("an HDF5 file (arrays)", "take one picture out of it, and save it as PNG")],
  [0, "\x93NUMPY", other("a NumPy array", "save it as PNG")],
  [128, "DICM", other("a DICOM file (medical imaging)")],
  [0, "\x1aE\xdf\xa3", VIDEO],
  [0, "ID3", other("a sound recording", "give a picture")],
  [0, "\xff\x0a", other("a JPEG XL")],
  [0, "\x00\x00\x00\x0cJXL ", other("a JPEG XL")],
  [0, "PK\x03\x04", other("a ZIP archive (or an Office document)", UNPACK)],
  [0, "\x1f\x8b", other("a gzip archive", UNPACK)],
  [0, "7z\xbc\xaf\x27\x1c", other("a packed archive", UNPACK)],
  [0, "Rar!", other("a packed archive", UNPACK)],
];
/** Of files in boxes (ISO/IEC 14496-12). */
const BRANDS: Record<string, Kind> = {
  avif: AVIF,
  avis: AVIF,
  "crx ": RAW,
  ...Object.fromEntries(["heic", "heix", "hevc", "mif1", "msf1"].map((brand) => [brand, rare("HEIC/HEIF")])),
};

/** One character a byte. */
export const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

/** Null if its bytes say nothing. */
export function kindOf(content: Uint8Array): Kind | null {
  if (!content.length) return other("an empty file", "save or download it again");
  if (content.every((byte) => byte === 0)) {
    return other("nothing but zero bytes", "it was never copied or downloaded to its end: do so again");
  }
  for (const [offset, bytes, kind] of SIGNATURES) {
    if (textOf(content, offset, offset + bytes.length) === bytes) return kind;
  }
  if (textOf(content, 0, 2) === "BM" && textOf(content, 15, 18) === "\0\0\0") return known("BMP");
  return boxed(content) ?? written(content);
}

function boxed(content: Uint8Array): Kind | null {
  const [first, brand] = [textOf(content, 0, 4), textOf(content, 8, 12)];
  if (first === "RIFF") return brand === "WEBP" ? known("WebP") : other("a RIFF file");
  if (textOf(content, 4, 8) !== "ftyp") return null;
  const end = Math.min(new DataView(content.buffer, content.byteOffset).getUint32(0), 256, content.length);
  const brands = [brand];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(textOf(content, at, at + 4));
  const found = brands.flatMap((each) => BRANDS[each] ?? []);
  return found.includes(AVIF) ? AVIF : (found[0] ?? VIDEO);
}

function written(content: Uint8Array): Kind | null {
  const head = textOf(content, 0, 2048);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a text has none of them
  if (/[\x00-\x08\x0b\x0e-\x1a]/.test(head)) return null;
  const text = head
    .replace(/^\xef\xbb\xbf/, "")
    .trimStart()
    .toLowerCase();
  // A page carries this program as text: its own marks, written out, would be read there.
  if (/^(<svg|<\?xml|<!doctype svg|<!-{2})/.test(text) && text.includes("<svg")) return other("an SVG drawing");
  if (/^(<!doctype html|<html|<head|<body|<scrip[t]|<!-{2})/.test(text)) {
    return other("a web page (of a login or an error, perhaps)", "open its address in a browser, and save the picture");
  }
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(content.subarray(0, 2048), { stream: true });
    return TEXT;
  } catch {
    return null;
  }
}
