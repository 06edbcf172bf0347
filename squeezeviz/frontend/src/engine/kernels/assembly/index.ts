/** Compiled to WebAssembly by ../../../../kernels.js: what ../kernels.ts says of each. */
export { multiply, multiplyVector, pack } from "./product";
export { pad, slideLargest, slideProduct, slideSum } from "./slide";
export { add, clamp, hardSwish, scale, sigmoid, times } from "./cells";
