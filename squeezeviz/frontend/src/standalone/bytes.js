/** Bytes out of the page's text; ../../../page/blocks.py wrote what is read here. */

/** @param {number} index */
function stored(index) {
  const text = document.getElementById(`sqv-block-${index}`)?.textContent;
  if (text === undefined || text === null) throw new Error(`this file is not whole: its block ${index} is missing`);
  return text;
}

/** How many bytes a block takes within the file. @param {number} index */
export const sizeOf = (index) => stored(index).length;

/** A block as it was put in. @param {number} index @returns {Uint8Array<ArrayBuffer>} */
export function bytes(index) {
  const text = atob(stored(index));
  const found = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) found[i] = text.charCodeAt(i);
  return found;
}

/** @param {Uint8Array<ArrayBuffer>} packed gzip @returns {Promise<Uint8Array<ArrayBuffer>>} */
async function unpacked(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Plain data. @param {number} index @returns {Promise<any>} */
export const plain = async (index) => JSON.parse(new TextDecoder().decode(await unpacked(bytes(index))));

/** Numbers whose first bytes all come first, then all second ones, and so on. @param {number} index @returns {Promise<Float32Array<ArrayBuffer>>} */
export async function numbers(index) {
  const mixed = await unpacked(bytes(index));
  const count = mixed.length / 4;
  const sorted = new Uint8Array(mixed.length);
  for (let i = 0; i < count; i += 1) {
    for (let part = 0; part < 4; part += 1) sorted[4 * i + part] = /** @type {number} */ (mixed[part * count + i]);
  }
  return new Float32Array(sorted.buffer); // little-endian, as every machine with a browser is
}

/**
 * A picture's pixels: red, green, blue. Each was stored as what Paeth's predictor is off by, of differences from green.
 * @param {number} index
 * @returns {Promise<{height: number, width: number, pixels: Uint8Array}>}
 */
export async function picture(index) {
  const whole = bytes(index);
  const head = new DataView(whole.buffer);
  const [height, width] = [head.getUint32(0, true), head.getUint32(4, true)];
  const pixels = await unpacked(whole.slice(8));
  const row = 3 * width;
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < row; x += 1, at += 1) {
      const left = x < 3 ? 0 : /** @type {number} */ (pixels[at - 3]);
      const above = y === 0 ? 0 : /** @type {number} */ (pixels[at - row]);
      const corner = x < 3 || y === 0 ? 0 : /** @type {number} */ (pixels[at - row - 3]);
      const [offLeft, offAbove, offCorner] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)];
      const guess = offLeft <= offAbove && offLeft <= offCorner ? left : offAbove <= offCorner ? above : corner;
      pixels[at] = /** @type {number} */ (pixels[at]) + guess; // modulo 256
    }
  }
  for (let at = 0; at < pixels.length; at += 3) {
    const green = /** @type {number} */ (pixels[at + 1]);
    pixels[at] = /** @type {number} */ (pixels[at]) + green;
    pixels[at + 2] = /** @type {number} */ (pixels[at + 2]) + green;
  }
  return { height, width, pixels };
}
