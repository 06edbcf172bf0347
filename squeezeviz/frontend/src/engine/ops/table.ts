/** Every operator that the page computes and opens, by the name that its spec has. */
import type { Op } from "../types.ts";
import { convolution } from "./convolution.ts";
import { product, quotient, slope, sum } from "./elementwise.ts";
import { functions } from "./functions.ts";
import { fullyConnected, matrixProduct } from "./linear.ts";
import { batchNormalisation, layerNormalisation, localResponse } from "./normalisation.ts";
import {
  averagePooling,
  globalAveragePooling,
  globalMaxPooling,
  globalNormPooling,
  maxAlong,
  maxPooling,
  meanAlong,
  normPooling,
  sumAlong,
} from "./pooling.ts";
import { dequantisation, quantisation } from "./quantisation.ts";
import { concatenation, moving, reshaping } from "./rearrangement.ts";
import { resizing } from "./resizing.ts";
import { logSoftmax, softmax } from "./softmax.ts";

export const OPS: Readonly<Record<string, Op>> = {
  ...functions,
  AveragePool: averagePooling,
  BatchNormalization: batchNormalisation,
  Concat: concatenation,
  Conv: convolution,
  DequantizeLinear: dequantisation,
  Div: quotient,
  Gemm: fullyConnected,
  GlobalAveragePool: globalAveragePooling,
  GlobalLpPool: globalNormPooling,
  GlobalMaxPool: globalMaxPooling,
  LRN: localResponse,
  LayerNormalization: layerNormalisation,
  LogSoftmax: logSoftmax,
  LpPool: normPooling,
  MatMul: matrixProduct,
  MaxPool: maxPooling,
  Mul: product,
  PRelu: slope,
  QuantizeLinear: quantisation,
  Rearrange: moving,
  ReduceMax: maxAlong,
  ReduceMean: meanAlong,
  ReduceSum: sumAlong,
  Reshape: reshaping,
  Resize: resizing,
  Softmax: softmax,
  Sum: sum,
};
