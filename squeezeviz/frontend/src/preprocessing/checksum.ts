/** CRC-32, as PNG files have it. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let bits = byte;
  for (let at = 0; at < 8; at += 1) bits = bits & 1 ? 0xedb88320 ^ (bits >>> 1) : bits >>> 1;
  return bits;
});

export function checksum(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (let at = 0; at < bytes.length; at += 1) {
    sum = (TABLE[(sum ^ (bytes[at] as number)) & 255] as number) ^ (sum >>> 8);
  }
  return ~sum >>> 0;
}
