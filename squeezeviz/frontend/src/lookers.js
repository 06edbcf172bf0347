/** Which layers are looked at while pictures follow each other: those are sent along with an answer, unasked. */

const OTHERS_MS = 150; // how often layers that are not the chosen one come
const WANTED_MS = 600; // a layer that nothing has drawn for so long is not sent along any more

export function createLookers() {
  /** @type {Map<string, number>} when a layer was last looked at */
  const wanted = new Map();
  let othersAt = 0;
  return {
    /** A layer is being looked at. @param {string} layer */
    want: (layer) => void wanted.set(layer, performance.now()),
    /** The layers to send along: the chosen one, and now and then those looked at besides, such as the classes' maps. @param {string} chosen */
    layers: (chosen) => {
      const now = performance.now();
      for (const [layer, at] of wanted) if (now - at > WANTED_MS) wanted.delete(layer);
      if (now - othersAt < OTHERS_MS) return [chosen];
      othersAt = now;
      return [...new Set([chosen, ...wanted.keys()])];
    },
    clear: () => wanted.clear(),
  };
}
