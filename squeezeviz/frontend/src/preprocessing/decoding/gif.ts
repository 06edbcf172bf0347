/** A GIF's blocks: how many pictures there are. */

const [PICTURE, EXTENSION] = [0x2c, 0x21];
const tableSize = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

export function framesOf(content: Uint8Array): number {
  let frames = 0;
  for (let at = 13 + tableSize(content[10] ?? 0); at < content.length; ) {
    if (content[at] === PICTURE) {
      frames += 1;
      at += 11 + tableSize(content[at + 9] ?? 0);
    } else if (content[at] === EXTENSION) at += 2;
    else break;
    while (at < content.length && content[at] !== 0) at += 1 + (content[at] as number); // blocks of data
    at += 1;
  }
  return frames;
}
