/** Which of the files that a person has dropped are a model, by their endings and by what they begin with. */

const PICTURE = /\.(jpe?g|jpe|jfif|mpo|a?png|webp|gif|hei[cf]s?|hif|avifs?|tiff?|bmp|dib|jp2|ico|psd|svg)$/i;
/** Of networks, of weights beside one, and of what others write: the kernel says how to make an ONNX file of that. */
const MODEL =
  /\.(onnx|pb|onnx[._-]data|data|weights|pth?|ckpt|ptl|torchscript|pt2|pkl|pickle|h5|hdf5|keras|tflite|safetensors|caffemodel|mlmodel|engine|trt|gguf)$/i;
const HEAD_BYTES = 16;

export interface Sorted {
  photos: File[];
  /** Of one model, the network first; empty where there is none. */
  model: File[];
}

/** Whatever lies beside a network and is no picture belongs to it: exporters call files of weights as they like. */
export async function sorted(files: File[]): Promise<Sorted> {
  const kinds = await Promise.all(files.map(kindOf));
  const isBeside = files.some(({ name }) => /\.onnx$/i.test(name));
  const isModel = (_: File, at: number) => kinds[at] === "model" || (isBeside && kinds[at] === "unknown");
  const model = files.filter(isModel).sort((one, other) => Number(isNetwork(other)) - Number(isNetwork(one)));
  return { photos: files.filter((file, at) => !isModel(file, at)), model };
}

const isNetwork = ({ name }: File): boolean => /\.(onnx|pb)$/i.test(name);

async function kindOf(file: File): Promise<"picture" | "model" | "unknown"> {
  if (file.type.startsWith("image/") || PICTURE.test(file.name)) return "picture";
  if (MODEL.test(file.name)) return "model";
  try {
    const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
    return beginsAsModel(head) ? "model" : "unknown";
  } catch {
    return "unknown"; // a folder: who uploads it says so
  }
}

/** ONNX (the version of its format, then who made it), a pickle, HDF5, TensorFlow Lite, weights of safetensors. */
export function beginsAsModel(head: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = head;
  const at = (from: number, text: string) => [...text].every((letter, by) => head[from + by] === letter.charCodeAt(0));
  if (first === 8 && second >= 3 && second <= 64) return third === 0x12 || third === 0x3a;
  if (first === 0x80 && second >= 2 && second <= 5) return true;
  return at(1, "HDF\r\n") || at(4, "TFL3") || (at(8, '{"') && head[7] === 0);
}
