/** The kernels in WebAssembly. */
import { RELAXED, SIMD } from "./compiled.ts";
import type { Kernels, KernelsName, Machine, Part, Product, Region, Slide } from "./machine.ts";

const PAGE_BYTES = 1 << 16;

/** What assembly/index.ts exports. */
type Exports = Record<
  | "multiply"
  | "multiplyVector"
  | "pack"
  | "pad"
  | "slideProduct"
  | "slideLargest"
  | "slideSum"
  | "add"
  | "times"
  | "scale"
  | "clamp"
  | "hardSwish"
  | "means"
  | "move"
  | "sigmoid"
  | "statistics",
  (...numbers: number[]) => void
> & { squares: Machine["squares"] };

class AssembledMachine implements Machine {
  readonly name: KernelsName;
  readonly #memory: WebAssembly.Memory;
  readonly #exports: Exports;
  readonly add: Machine["add"];
  readonly times: Machine["times"];
  readonly scale: Machine["scale"];
  readonly clamp: Machine["clamp"];
  readonly hardSwish: Machine["hardSwish"];
  readonly means: Machine["means"];
  readonly sigmoid: Machine["sigmoid"];
  readonly pack: Machine["pack"];
  readonly squares: Machine["squares"];
  readonly statistics: Machine["statistics"];

  constructor(name: KernelsName, memory: WebAssembly.Memory, exports: Exports) {
    this.name = name;
    this.#memory = memory;
    this.#exports = exports;
    this.add = exports.add;
    this.times = exports.times;
    this.scale = exports.scale;
    this.clamp = exports.clamp;
    this.hardSwish = exports.hardSwish;
    this.means = exports.means;
    this.sigmoid = exports.sigmoid;
    this.pack = exports.pack;
    this.squares = exports.squares;
    this.statistics = exports.statistics;
  }

  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  grow(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
  }

  multiply(p: Product): void {
    const columns = [p.source, p.offsets, p.inner, p.reads, p.writes, p.columns] as const;
    this.#exports.multiply(...columns, p.weights, p.bias, p.rows, p.into, p.plane, p.low, p.room);
  }

  multiplyVector({ source, inner, weights, bias, rows, into, low }: Parameters<Machine["multiplyVector"]>[0]): void {
    this.#exports.multiplyVector(source, inner, weights, bias, rows, into, low);
  }

  pad(source: number, shape: readonly number[], into: number, { top, left, rows, columns }: Part, fill: number): void {
    const [channels, height, width] = shape as [number, number, number];
    this.#exports.pad(source, channels, height, width, into, top, left, rows, columns, fill);
  }

  move(from: Region, to: Region, [channels, rows, columns]: readonly [number, number, number]): void {
    this.#exports.move(from.address, from.plane, from.row, to.address, to.plane, to.row, channels, rows, columns);
  }

  slideProduct(slide: Slide, weights: number, bias: number, low: number): void {
    this.#exports.slideProduct(...numbersOf(slide), weights, bias, low);
  }

  slideLargest(slide: Slide): void {
    this.#exports.slideLargest(...numbersOf(slide));
  }

  slideSum(slide: Slide): void {
    this.#exports.slideSum(...numbersOf(slide));
  }
}

function numbersOf({ source, plane, row, taps, tapCount, strides, into, shape }: Slide): number[] {
  return [source, plane, row, taps, tapCount, ...strides, into, ...shape];
}

function kernels(name: KernelsName, base64: string): Kernels | null {
  if (typeof WebAssembly !== "object") return null;
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  if (!WebAssembly.validate(bytes)) return null;
  let module: Promise<WebAssembly.Module> | null = null;
  const machine = async () => {
    module ??= WebAssembly.compile(bytes);
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { exports } = await WebAssembly.instantiate(await module, { env: { memory } });
    return new AssembledMachine(name, memory, exports as unknown as Exports);
  };
  return { name, machine };
}

/** Those that this browser can run, the fastest first. */
export const assembled = (): Kernels[] =>
  [kernels("relaxed SIMD", RELAXED), kernels("SIMD", SIMD)].filter((each) => each !== null);
