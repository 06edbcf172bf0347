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

const ICONS = {
  upload: "M8 10.5V2.5M4.8 5.5 8 2.3l3.2 3.2M2.5 10v3.5h11V10",
  warn: "M8 2.2 14.3 13.4H1.7zM8 6.4v3.4M8 11.6v.2",
  close: "M4 4l8 8M12 4l-8 8",
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
