/** A finger on something: a tap chooses it, a long press opens it, and whoever scrolls does neither. No clock in here. */

export const LONG_PRESS_MS = 450;
const STILL_PX = 10; // a finger that rests moves by less than that

export interface Press {
  /** "held" long enough to open: a click that the browser makes of it is not one. "off": it was something else. */
  phase: "none" | "down" | "held" | "tapped" | "off";
  x: number;
  y: number;
}

/** What of a pointer event matters. */
export interface Touch {
  type: string;
  pointerType: string;
  isPrimary: boolean;
  clientX: number;
  clientY: number;
}

export const NO_PRESS: Press = { phase: "none", x: 0, y: 0 };

/** What becomes of a press with an event of a pointer. */
export function pressed(press: Press, { type, pointerType, isPrimary, clientX, clientY }: Touch): Press {
  if (type === "pointerdown") {
    if (pointerType !== "touch") return NO_PRESS;
    return { phase: isPrimary ? "down" : "off", x: clientX, y: clientY };
  }
  if (press.phase !== "down" || pointerType !== "touch") return press;
  if (type === "pointerup") return { ...press, phase: "tapped" };
  const isStill = Math.hypot(clientX - press.x, clientY - press.y) <= STILL_PX;
  return type === "pointermove" && isStill ? press : { ...press, phase: "off" };
}

/** What becomes of it once the time is over. */
export const waited = (press: Press): Press => (press.phase === "down" ? { ...press, phase: "held" } : press);
