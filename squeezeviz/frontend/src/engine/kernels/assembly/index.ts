/** Compiled to WebAssembly by ../../../../kernels.js: what ../machine.ts says of each. */
export { multiply, multiplyVector, pack } from "./product";
export { move, pad, slideLargest, slideProduct, slideSum } from "./slide";
export { add, clamp, hardSwish, means, scale, sigmoid, squares, statistics, times } from "./cells";
