/** Making elements without a framework. */

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

/** @type {WeakMap<Element, number>} */
const widths = new WeakMap();
const resizes = new ResizeObserver((entries) => {
  for (const { target } of entries) widths.set(target, target.clientWidth);
});

/**
 * How wide an element is, in CSS pixels. Asked for between two changes of the page, the browser would lay it out anew each
 * time; so it is asked once, and told of changes.
 * @param {Element} element
 */
export function widthOf(element) {
  const known = widths.get(element);
  if (known) return known;
  const width = element.clientWidth;
  if (width) {
    widths.set(element, width);
    resizes.observe(element);
  }
  return width;
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
 * A probability as people read it: more digits where it is small, and never a rounded 100 %.
 * @param {number} p
 */
export function percent(p) {
  const value = p * 100;
  if (value >= 99.95 && p < 1) return "> 99.9 %";
  if (value >= 10) return `${value.toFixed(1)} %`;
  if (value >= 0.005) return `${value.toFixed(2)} %`;
  return "< 0.01 %";
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

/** @type {WeakMap<HTMLCanvasElement, string>} */
const fonts = new WeakMap();

/**
 * A canvas of a size in CSS pixels, sharp on the screen that it is on.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @param {string} [size] Of the font, and how heavy. To set a font, the browser first lays out the whole page: so it is
 *   set once, and nobody else sets it.
 */
export function sharp(canvas, width, height, size = "11px") {
  const ratio = window.devicePixelRatio || 1;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  const isNew = canvas.width !== across || canvas.height !== down;
  if (isNew) {
    canvas.width = across;
    canvas.height = down;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const font = `${size} ${token(canvas, "font-family")}`;
  if (isNew || fonts.get(canvas) !== font) {
    context.font = font;
    fonts.set(canvas, font);
  }
  return context;
}

/** @type {Map<string, string>} */
const tokens = new Map();

/**
 * A property that all of the page's elements have in common: a token of the theme, or the font.
 * Asking the browser takes it through style and layout while things are being drawn; so each is asked for once a theme.
 * @param {Element} element @param {string} name
 */
export function token(element, name) {
  const key = `${document.body.dataset["jpThemeName"]} ${document.body.dataset["jpThemeLight"]} ${name}`;
  const known = tokens.get(key);
  if (known) return known;
  const value = getComputedStyle(element).getPropertyValue(name).trim();
  if (value && element.isConnected) tokens.set(key, value);
  return value;
}

/** A value of an activation as people read it: three or so digits, and a bare 0 only for exactly zero. @param {number} value */
export function amount(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 99.5) return value.toFixed(0);
  if (size >= 9.95) return value.toFixed(1);
  if (size >= 0.0995) return value.toFixed(2);
  return value.toPrecision(2);
}
