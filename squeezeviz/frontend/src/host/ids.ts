/** Ids of requests. `crypto.randomUUID` would need a safe address, and a classroom's server may have none. */
export const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
