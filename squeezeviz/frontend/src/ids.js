/** An id that nobody else has. `crypto.randomUUID` exists at safe addresses only, and a classroom's server may have none. */
export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
