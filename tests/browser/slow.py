"""A page that draws and hears late on purpose, as on a busy machine: a test that looks before the page has drawn fails always.

``SQUEEZEVIZ_SLOW_PAGE=150 make test ARGS=tests/browser`` makes every frame and every message of a kernel or a worker come
150 ms later than it would.
"""

import os

DELAY_MS = int(os.environ.get("SQUEEZEVIZ_SLOW_PAGE", "0"))

# Messages stay in their order: each waits equally long. What Playwright itself does in frames is in a world of its own.
LATE = """delay => {
    const soon = window.requestAnimationFrame, never = window.cancelAnimationFrame, asked = new Map();
    let count = 0;
    window.requestAnimationFrame = run => {
        const id = (count += 1);
        asked.set(id, setTimeout(() => asked.set(id, -soon.call(window, time => (asked.delete(id), run(time)))), delay));
        return id; };
    window.cancelAnimationFrame = id => {
        const waits = asked.get(id) ?? 0;
        asked.delete(id);
        if (waits < 0) never.call(window, -waits); else clearTimeout(waits); };
    const isGone = target => target.readyState === WebSocket.CLOSED;
    const late = (target, listener) => event => setTimeout(() => isGone(target)
        || (typeof listener === 'function' ? listener.call(target, event) : listener.handleEvent(event)), delay);
    for (const kind of [WebSocket, Worker]) {
        const { set } = Object.getOwnPropertyDescriptor(kind.prototype, 'onmessage'), heard = new WeakMap();
        Object.defineProperty(kind.prototype, 'onmessage', {
            get: function () { return heard.get(this) ?? null; },
            set: function (listener) { // whoever listens when it comes, as where one hands a worker on to another
                heard.set(this, listener);
                set.call(this, listener && late(this, event => heard.get(this)?.call(this, event))); },
            configurable: true });
        const { addEventListener, removeEventListener } = kind.prototype, made = new WeakMap();
        kind.prototype.addEventListener = function (type, listener, options) {
            if (type !== 'message' || !listener) return addEventListener.call(this, type, listener, options);
            if (!made.has(listener)) made.set(listener, late(this, listener));
            addEventListener.call(this, type, made.get(listener), options); };
        kind.prototype.removeEventListener = function (type, listener, options) {
            const of = type === 'message' && listener && made.get(listener);
            removeEventListener.call(this, type, of || listener, options); };
    } }"""


def made_slow(browser):
    """Return the browser, whose pages are late where the environment asks for it."""
    if DELAY_MS:
        new_context = browser.new_context

        def late_context(**options):
            context = new_context(**options)
            context.add_init_script(f"({LATE})({DELAY_MS})")
            return context

        browser.new_context = late_context
    return browser
