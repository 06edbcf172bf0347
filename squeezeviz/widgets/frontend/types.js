/**
 * The shapes that cross the wire; wire.py writes and reads the same.
 *
 * @typedef {{class_index: number, wnid: string, label: string, probability: number, logit: number}} ClassScore
 *
 * @typedef {object} Photo One photo that has been answered.
 * @property {string} id
 * @property {string} name
 * @property {string} model The model that this answer is of.
 * @property {string} preset The preprocessing that this answer belongs to.
 * @property {[number, number]} size Width and height of the original, in pixels.
 * @property {[number, number, number, number]} visible What the network sees of it: left, top, right, bottom, 0–1.
 * @property {string} prepared How it was prepared, in words.
 * @property {string[]} notes What reading it took, in words.
 * @property {string} caution Why not to believe the answer; empty as a rule.
 * @property {ClassScore[]} top
 * @property {{decode: number, prepare: number, run: number}} times Milliseconds.
 * @property {string} original Object URL of the photo, scaled down for display.
 * @property {string} seen Object URL of the input tensor, mapped back to a picture.
 *
 * @typedef {{id: string, name: string, message: string}} Failure A photo that could not be answered.
 *
 * @typedef {object} Setting What the kernel offers.
 * @property {{name: string, words: string, origin: string}[]} presets
 * @property {{name: string, world: string}[]} models Those known by name, and what each knows.
 * @property {Sample[]} samples
 * @property {number} limit_bytes Larger files are not sent.
 *
 * @typedef {object} Sample
 * @property {string} name
 * @property {string} title
 * @property {string} credit
 * @property {boolean} is_drawn A drawing rather than a photo.
 * @property {string} picture Its object URL.
 *
 * @typedef {object} Ready The model, once it is loaded; or why the one asked for could not be.
 * @property {string} name Empty while there is none.
 * @property {string} world What it knows, in a few words.
 * @property {boolean} is_drawn It knows drawings only.
 * @property {string | null} error
 * @property {{headline: string, details: string} | null} fallback Why it stands in for another.
 *
 * @typedef {() => void} Cleanup
 */
export {};
