/** Making elements without a framework, for views that are not yet ported. */
export { sharp, token, widthOf } from "./draw/canvas.ts";
export { amount, percent } from "./ui/format.ts";

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] `class`, `text`, `on<event>`; anything else is an attribute. False, null
 *   and undefined leave an attribute out.
 * @param {(Node | string | null | false)[]} children
 * @returns {HTMLElement}
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (key === "class") element.className = String(value);
    else if (key === "text") element.textContent = String(value);
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
}

/** Words that are often said anew and seldom differ: the same ones again would have the browser lay the page out. @param {Node} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const ICONS = {
  camera: "M1.8 4.8h2.900l1.200-1.800h4.200l1.200 1.800h2.900v8.200H1.800zM10.400 8.700a2.400 2.400 0 1 1-4.800 0 2.400 2.400 0 0 1 4.800 0z",
  upload: "M8 10.5V2.5M4.8 5.5 8 2.3l3.2 3.2M2.5 10v3.5h11V10",
  warn: "M8 2.2 14.3 13.4H1.7zM8 6.4v3.4M8 11.6v.2",
  close: "M4 4l8 8M12 4l-8 8",
  search: "M11 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM10 10l3.5 3.5",
  pin: "M6 2.5h4l-.6 4 2.1 2.500h-7l2.100-2.500zM8 9v4.500",
};

/**
 * @param {keyof typeof ICONS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "sqv-icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * A row of choices of which one holds: a radio group with one stop for Tab and arrow keys inside.
 *
 * @param {string} label
 * @param {{value: string, text: string, title?: string}[]} options
 * @param {(value: string) => void} choose
 * @param {string} [classes]
 */
export function choices(label, options, choose, classes = "") {
  const buttons = options.map(({ value, text, title }) =>
    el("button", { class: "sqv-choice", type: "button", role: "radio", "data-value": value, title, text, onclick: () => choose(value) }),
  );
  const element = el("div", { class: `sqv-toggle ${classes}`, role: "radiogroup", "aria-label": label }, ...buttons);
  element.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const at = buttons.findIndex((button) => button.getAttribute("aria-checked") === "true");
    const next = buttons[(at + step + buttons.length) % buttons.length];
    choose(next?.dataset["value"] ?? "");
    next?.focus();
  });
  return {
    element,
    /** @param {string} value */
    show: (value) => {
      for (const button of buttons) {
        const is = button.dataset["value"] === value;
        button.setAttribute("aria-checked", String(is));
        button.tabIndex = is ? 0 : -1;
      }
    },
  };
}
