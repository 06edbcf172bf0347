/** A GIF's blocks: how many pictures there are, and whether the first has a transparent colour. */

const [PICTURE, EXTENSION, CONTROL] = [0x2c, 0x21, 0xf9];
const tableSize = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

export function gifOf(content: Uint8Array): { frames: number; hasOpacity: boolean } {
  const found = { frames: 0, hasOpacity: false };
  for (let at = 13 + tableSize(content[10] ?? 0); at < content.length; ) {
    if (content[at] === PICTURE) {
      found.frames += 1;
      at += 11 + tableSize(content[at + 9] ?? 0);
    } else if (content[at] === EXTENSION) {
      if (content[at + 1] === CONTROL && !found.frames) found.hasOpacity = ((content[at + 3] ?? 0) & 1) !== 0;
      at += 2;
    } else break;
    while (at < content.length && content[at] !== 0) at += 1 + (content[at] as number); // blocks of data
    at += 1;
  }
  return found;
}
