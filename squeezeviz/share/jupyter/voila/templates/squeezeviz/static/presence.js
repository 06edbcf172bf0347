/*
 * Shows the server that this page is there, which is how its kernel lives until the websocket is open; and tells the
 * person when the kernel has ended, since the page would look as ever and answer to nothing.
 */
(() => {
  const EVERY_MS = 15_000;
  const UNTIL_KNOWN_MS = 100;

  /** @returns {string | null} the address of the page's kernel, once the server has written it into the page */
  function place() {
    const written = document.getElementById("jupyter-config-data");
    try {
      const config = JSON.parse(written?.textContent ?? "{}");
      return config.kernelId ? `${config.baseUrl}api/kernels/${config.kernelId}` : null;
    } catch {
      return null; // it is still being written
    }
  }

  /** @param {string | null} text what to say, or null to say nothing */
  function say(text) {
    let notice = document.getElementById("sqv-presence");
    if (!text) return notice?.remove();
    if (!notice) {
      notice = document.createElement("div");
      notice.id = "sqv-presence";
      notice.setAttribute("role", "alert");
      const again = document.createElement("button");
      again.type = "button";
      again.textContent = "Reload";
      again.addEventListener("click", () => location.reload());
      notice.append(document.createElement("span"), again);
      document.body.append(notice);
    }
    const words = /** @type {HTMLElement} */ (notice.firstElementChild);
    if (words.textContent !== text) words.textContent = text;
  }

  /** What there is to say, once the address is known. @param {string} address @returns {Promise<string | null>} */
  async function heard(address) {
    try {
      const answer = await fetch(address, { cache: "no-store" });
      return answer.status === 404 ? "What ran this page has ended. Reload it to go on." : null;
    } catch {
      return "The server does not answer. It may have been stopped; this page goes on asking.";
    }
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let next;
  async function look() {
    clearTimeout(next);
    const address = place();
    if (address) say(await heard(address));
    next = setTimeout(look, address ? EVERY_MS : UNTIL_KNOWN_MS);
  }

  look();
  document.addEventListener("visibilitychange", () => void (document.hidden || look()));
})();
