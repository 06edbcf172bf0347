// Search runs in a worker, and a browser starts none for a page from disk. There a hidden frame takes its place: it loads
// the same script, and messages go both ways.
if (location.protocol === "file:") {
  globalThis.Worker = class extends EventTarget {
    #frame = document.createElement("iframe");
    #ready;

    constructor(address) {
      super();
      this.#frame.hidden = true;
      document.documentElement.append(this.#frame);
      const inner = this.#frame.contentWindow;
      inner.importScripts = () => undefined; // languages that this site has none of
      inner.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      this.#ready = new Promise((resolve) => {
        const script = inner.document.createElement("script");
        script.src = new URL(address, document.baseURI);
        script.onload = resolve;
        inner.document.head.append(script);
      });
    }

    async postMessage(data) {
      await this.#ready;
      this.#frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }));
    }

    terminate() {
      this.#frame.remove();
    }
  };
}
