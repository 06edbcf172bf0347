/** What computes, as types: arithmetic on numbers in one memory, named by their addresses in bytes. */

export type KernelsName = "relaxed SIMD" | "SIMD" | "plain";

export interface Kernels {
  readonly name: KernelsName;
  /** A memory of its own, and what computes in it. */
  machine(): Promise<Machine>;
}

/** A window's way over maps, as addresses: of maps that are padded already. */
export interface Slide {
  /** Where the maps are, and the bytes from one to the next, and from one row to the next. */
  source: number;
  plane: number;
  row: number;
  /** Where it is told what lies under a window, in bytes from its first cell; and how many cells that are. */
  taps: number;
  tapCount: number;
  strides: readonly [number, number];
  into: number;
  /** Channels, height, width. */
  shape: readonly [number, number, number];
}

/** A product of matrices: packed weights times columns that are gathered from maps, biases added. */
export interface Product {
  source: number;
  /** How far each of the `inner` numbers of a column lies from its first, in bytes. */
  offsets: number;
  inner: number;
  /** Where each column begins, and where what comes of it is written: from `source` and `into`, in bytes. */
  reads: number;
  writes: number;
  columns: number;
  /** Four rows side by side, as `pack` leaves them. */
  weights: number;
  /** As many as rows, rounded up to four. */
  bias: number;
  rows: number;
  into: number;
  /** Bytes from one row of what comes out to the next. */
  plane: number;
  /** What is below becomes this: 0, or −∞. */
  low: number;
  /** Room for `roomOf(inner)` bytes. */
  room: number;
}

export interface Machine {
  readonly name: KernelsName;
  /** The whole memory; another one once it has grown. */
  readonly buffer: ArrayBuffer;
  /** To at least so many bytes. */
  grow(bytes: number): void;
  multiply(product: Product): void;
  /** The same of one column whose numbers lie side by side. */
  multiplyVector(product: Omit<Product, "offsets" | "reads" | "writes" | "columns" | "room" | "plane">): void;
  /** Rows of a matrix four by four; what is missing of the last four is zero. */
  pack(source: number, rowStep: number, innerStep: number, rows: number, inner: number, into: number): void;
  /** A part of maps, `fill` where that lies beyond their edges. */
  pad(source: number, shape: readonly number[], into: number, part: Part, fill: number): void;
  /** Channels, rows and columns from one place to another. */
  move(from: Region, to: Region, size: readonly [number, number, number]): void;
  /** One kernel a channel. */
  slideProduct(slide: Slide, weights: number, bias: number, low: number): void;
  slideLargest(slide: Slide): void;
  slideSum(slide: Slide): void;
  /** Sums of two, each multiplied first. */
  add(a: number, b: number, into: number, count: number, factorA: number, factorB: number): void;
  times(a: number, b: number, into: number, count: number): void;
  /** A factor and an offset a channel. */
  scale(source: number, factors: number, offsets: number, into: number, channels: number, cells: number): void;
  clamp(source: number, into: number, count: number, low: number, high: number): void;
  /** x · clamp(x / 6 + ½, 0, 1) */
  hardSwish(source: number, into: number, count: number): void;
  sigmoid(source: number, into: number, count: number): void;
  /** Of each channel, summed in double precision. */
  means(source: number, into: number, channels: number, cells: number): void;
  /** Each channel's largest value (NaN where one is), then each one's mean, then each one's share of zeros. */
  statistics(source: number, into: number, channels: number, cells: number): void;
  /** The sum of all numbers' squares, in double precision. */
  squares(source: number, count: number): number;
}

/** Rows and columns of maps: from where, and how many; they may begin before the first, or end behind the last. */
export interface Part {
  top: number;
  left: number;
  rows: number;
  columns: number;
}

/** Where rows of maps are: of the first one, and the bytes from one channel and one row to the next. */
export interface Region {
  address: number;
  plane: number;
  row: number;
}
