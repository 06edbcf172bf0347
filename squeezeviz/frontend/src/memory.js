/**
 * An app's page has a new kernel after every reload. What was chosen, and which samples were on the page, is kept in the
 * browser's tab meanwhile. In JupyterLab the kernel itself remembers.
 */

import { PERSISTENT } from "./protocol.ts";

/** @import { Cleanup } from "./store/types.ts" */

const COUNT = Symbol.for("squeezeviz.pages");

/** @param {import("./store/flat.ts").Store} store @returns {Cleanup} */
export function remember(store) {
  if (document.body.dataset["voila"] === undefined) return () => undefined;
  const page = /** @type {any} */ (window);
  page[COUNT] = (page[COUNT] ?? 0) + 1;
  const key = `squeezeviz ${location.pathname} ${page[COUNT]}`;
  let isRestored = false;

  const restore = () => {
    isRestored = true;
    let kept;
    try {
      kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
    } catch {
      kept = null; // whatever it was, it was not ours
    }
    if (!kept) return;
    const given = store.given();
    const known = new Set(store.entries().map(({ name }) => name));
    for (const name of kept.samples ?? []) if (!known.has(name)) store.sample(name);
    store.set(Object.fromEntries(PERSISTENT.filter((trait) => trait in kept && !given.includes(trait)).map((trait) => [trait, kept[trait]])));
  };

  return store.on(["setting", "network", "photos", "photo", "selection", "class", "look"], () => {
    if (!store.setting().samples.length || !store.network()?.name) return; // nothing can be asked for yet
    if (!isRestored) restore();
    const offered = new Set(store.setting().samples.map(({ name }) => name));
    const samples = store.entries().flatMap(({ name }) => (offered.has(name) ? [name] : []));
    sessionStorage.setItem(key, JSON.stringify({ ...Object.fromEntries(PERSISTENT.map((trait) => [trait, store.get(trait)])), samples }));
  });
}

const YEAR_S = 365 * 24 * 3600;

/**
 * Whether this browser has noted something for good. An app has another port, and so another store, each time; cookies
 * don't mind. A file on disk has no cookies, but a store.
 * @param {string} what
 */
export function isKnown(what) {
  if (document.cookie.split("; ").includes(`squeezeviz-${what}=1`)) return true;
  try {
    return localStorage.getItem(`squeezeviz ${what}`) === "1";
  } catch {
    return false; // stores may be forbidden
  }
}

/** @param {string} what */
export function know(what) {
  document.cookie = `squeezeviz-${what}=1; max-age=${YEAR_S}; path=/; samesite=strict`;
  try {
    localStorage.setItem(`squeezeviz ${what}`, "1");
  } catch {
    // Then it is asked again: no harm.
  }
}
