/** Numbers and files as messages carry them. */
import type { Values } from "../engine/types.ts";

type Bytes = Values | Uint8Array<ArrayBuffer>;

/** Of what was made for the message alone. */
export const viewOf = ({ buffer, byteOffset, byteLength }: Bytes): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** Of what is kept. */
export const copyOf = (values: Bytes): DataView => viewOf(values.slice());
