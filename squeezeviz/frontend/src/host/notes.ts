/**
 * What this browser has noted for good. An app has another port, and so another store, each time; cookies don't mind. A file
 * on disk has no cookies, but a store.
 */
const YEAR_S = 365 * 24 * 3600;

export function isNoted(what: string): boolean {
  if (document.cookie.split("; ").includes(`squeezeviz-${what}=1`)) return true;
  try {
    return localStorage.getItem(`squeezeviz ${what}`) === "1";
  } catch {
    return false; // stores may be forbidden
  }
}

export function note(what: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the store of cookies is asynchronous, and not in every browser
  document.cookie = `squeezeviz-${what}=1; max-age=${YEAR_S}; path=/; samesite=strict`;
  try {
    localStorage.setItem(`squeezeviz ${what}`, "1");
  } catch {
    // Then it is asked again: no harm.
  }
}
