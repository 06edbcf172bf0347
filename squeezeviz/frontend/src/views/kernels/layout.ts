/** Where kernels stand: as patches, where they read colours; else as the matrix that mixes channels, or a sheet of small ones. */

const [AREA_PX, PATCH_GAP_PX, PATCH_MOST_PX, BLOCK_GAP_PX] = [560, 4, 48, 14];

/** Out, in, height, width. */
export type Shape = readonly [number, number, number, number];

/** A channel's kernels on the sheet, in CSS pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Layout {
  width: number;
  height: number;
  /** Channels side by side. */
  columns: number;
  boxOf(channel: number): Box;
  /** The channel of a point, and which of its inputs, where that can be told; null beside all of them. */
  at(x: number, y: number): { channel: number; input: number | null } | null;
}

export interface Patches extends Layout {
  wide: number;
  high: number;
}

/** A patch a kernel, in its own shape; the rows are full where they can be. */
export function layoutPatches([count, , height, across]: Shape, width: number): Patches {
  const fitting = Math.floor(width / (PATCH_MOST_PX + PATCH_GAP_PX));
  const most = Math.max(4, Math.min(fitting, Math.ceil(Math.sqrt(count * 1.6))));
  const full = Array.from({ length: most - 3 }, (_, index) => most - index).find((columns) => count % columns === 0);
  const columns = full ?? most;
  const longer = Math.min(PATCH_MOST_PX, Math.floor(width / columns) - PATCH_GAP_PX);
  const ratio = height / across;
  const wide = Math.max(1, Math.round(ratio > 1 ? longer / ratio : longer));
  const high = Math.max(1, Math.round(ratio > 1 ? longer : longer * ratio));
  const [pitch, down] = [wide + PATCH_GAP_PX, high + PATCH_GAP_PX];
  return {
    columns,
    wide,
    high,
    width: columns * pitch - PATCH_GAP_PX,
    height: Math.ceil(count / columns) * down - PATCH_GAP_PX,
    boxOf: (channel) => {
      const [left, top] = [(channel % columns) * pitch, Math.floor(channel / columns) * down];
      return { left, top, width: wide, height: high };
    },
    at: (x, y) => {
      const channel = Math.floor(y / down) * columns + Math.floor(x / pitch);
      return x >= 0 && y >= 0 && x < columns * pitch && channel < count ? { channel, input: null } : null;
    },
  };
}

export interface Matrix extends Layout {
  /** Tall matrices go on beside themselves. */
  blocks: number;
  /** Of a block. */
  rows: number;
  blockWide: number;
  /** CSS pixels of a row. */
  rowHigh: number;
  /** A kernel with the space round it, in weights. */
  patch: [wide: number, high: number];
}

/** A row a channel, a column an input. */
export function layoutMatrix([count, inputs, height, across]: Shape, width: number): Matrix {
  const isPoint = height * across === 1;
  const patch: [number, number] = isPoint ? [1, 1] : [across + 1, height + 1]; // with an extent they stand one apart
  const unit = Math.max(1, Math.min(isPoint ? 9 : 3, Math.floor(width / (inputs * patch[0]))));
  const rowHigh = patch[1] * (isPoint ? Math.max(1, Math.min(9, Math.round(AREA_PX / count))) : unit);
  const blockWide = inputs * patch[0] * unit;
  const fitting = Math.floor((width + BLOCK_GAP_PX) / (blockWide + BLOCK_GAP_PX));
  const blocks = Math.max(1, Math.min(fitting, Math.ceil((count * rowHigh) / AREA_PX)));
  const rows = Math.ceil(count / blocks);
  const pitch = blockWide + BLOCK_GAP_PX;
  return {
    columns: 1,
    blocks,
    rows,
    blockWide,
    rowHigh,
    patch,
    width: blocks * pitch - BLOCK_GAP_PX,
    height: rows * rowHigh,
    boxOf: (channel) => {
      const [left, top] = [Math.floor(channel / rows) * pitch, (channel % rows) * rowHigh];
      return { left, top, width: blockWide, height: Math.max(2, (rowHigh / patch[1]) * height) };
    },
    at: (x, y) => {
      const block = Math.floor(x / pitch);
      const input = Math.floor((x - block * pitch) / (patch[0] * unit));
      const row = Math.floor(y / rowHigh);
      const channel = block * rows + row;
      const isInside = x >= 0 && y >= 0 && input < inputs && row < rows && channel < count;
      return isInside ? { channel, input } : null;
    },
  };
}
