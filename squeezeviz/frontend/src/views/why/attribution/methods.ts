/** The methods that are offered, as people call them, by what they are made of. */
import type { AttributionMethod } from "../../../store/types.ts";
import type { Form } from "./layout.ts";

/** What a person has set. */
export interface Settings {
  method: AttributionMethod;
  /** The layer whose cells; null for the usual one. */
  over: string | null;
  form: Form;
}

export const GROUPS: readonly (readonly [string, Partial<Record<AttributionMethod, string>>])[] = [
  [
    "Gradients, over the pixels",
    {
      saliency: "Saliency",
      "input-x-gradient": "Input × gradient",
      "integrated-gradients": "Integrated gradients",
      smoothgrad: "SmoothGrad",
      "guided-backpropagation": "Guided backpropagation",
      deconvnet: "DeconvNet",
    },
  ],
  ["Relevance, over the pixels", { "lrp-epsilon": "LRP, epsilon rule", "lrp-alpha-beta": "LRP, alpha-beta rule" }],
  [
    "Class activation maps, over a layer's cells",
    {
      cam: "CAM",
      "grad-cam": "Grad-CAM",
      "grad-cam++": "Grad-CAM++",
      "hires-cam": "HiResCAM",
      "layer-cam": "LayerCAM",
    },
  ],
  ["Without gradients", { "score-cam": "Score-CAM", "recipro-cam": "Recipro-CAM" }],
];

export const titleOf = (method: AttributionMethod): string =>
  GROUPS.map(([, titles]) => titles[method]).find(Boolean) ?? method;

/** Whether it makes a map of a layer's cells, rather than of the input's pixels. */
export const isOfCells = (method: AttributionMethod): boolean =>
  !GROUPS.some(([group, titles]) => group.endsWith("over the pixels") && titles[method]);
