/** Channels across a data set: what the kernel knows of them from an atlas. */

/** @import { AcrossMessage } from "./protocol.js" */
/** @import { Across, Activating, TopExample } from "./types.js" */

/**
 * @param {object} on
 * @param {ReturnType<typeof import("./answers.js").createAnswers>["get"]} on.get
 * @param {() => {name: string, photos: number, classes: number[]} | null} on.atlas
 * @param {() => string} on.model Name of the one that answers.
 * @param {(id: string) => boolean} on.isHere Whether a photo is on the page.
 * @param {(id: string, name: string) => void} on.fetch Puts a photo of the atlas on the page.
 * @param {(traits: Record<string, unknown>) => void} on.set
 */
export function createAcross({ get, atlas, model, isHere, fetch, set }) {
  return {
    /** The data set; null where there is none. */
    atlas,

    /** One channel, or why there is nothing to say of it. @param {string} layer @param {number} channel @returns {{known: Across | null, problem: string}} */
    channel: (layer, channel) =>
      get(`across ${model()} ${layer} ${channel}`, "across", { name: layer, layer, channel }, (/** @type {AcrossMessage} */ { buffers, ...message }) => ({
        ...message,
        strongest: message.strongest.map((example, at) => ({
          ...example,
          crop: new Blob([/** @type {BlobPart} */ (/** @type {unknown} */ (buffers.crops?.[at]))], { type: "image/jpeg" }),
        })),
      })),

    /** The channels that activate on a class. @param {number} index @returns {{known: Activating | null, problem: string}} */
    activatingChannels: (index) => get(`activating ${model()} ${index}`, "activating_channels", { name: `class ${index}`, class_index: index }, (message) => /** @type {Activating} */ (message)),

    /** Put the photo of a cell on the stage, and choose the cell. @param {string} layer @param {number} channel @param {TopExample} example */
    visit: (layer, channel, { photo, cell }) => {
      const id = `atlas ${photo}`; // always the same: it is on the page once
      if (isHere(id)) set({ photo: id });
      else fetch(id, photo);
      set({ layer, channel, cell });
    },
  };
}
