/** Every operator that the page computes and opens, by ONNX's name. */
import type { Op } from "../types.ts";
import { relu } from "./activation.ts";
import { concatenation } from "./concatenation.ts";
import { convolution } from "./convolution.ts";
import { addition } from "./elementwise.ts";
import { averagePooling, globalAveragePooling, globalMaxPooling, maxPooling } from "./pooling.ts";
import { softmax } from "./softmax.ts";

export const OPS: Readonly<Record<string, Op>> = {
  Add: addition,
  AveragePool: averagePooling,
  Concat: concatenation,
  Conv: convolution,
  GlobalAveragePool: globalAveragePooling,
  GlobalMaxPool: globalMaxPooling,
  MaxPool: maxPooling,
  Relu: relu,
  Softmax: softmax,
};
