import { expect, test } from "vitest";
import { NO_PRESS, type Press, pressed, type Touch, waited } from "./press.ts";

const touch = (type: string, more: Partial<Touch> = {}): Touch => ({
  type,
  pointerType: "touch",
  isPrimary: true,
  clientX: 50,
  clientY: 50,
  ...more,
});
const after = (...events: Touch[]): Press => events.reduce(pressed, NO_PRESS);

test("a finger that is lifted soon has tapped", () => {
  expect(after(touch("pointerdown"), touch("pointerup")).phase).toBe("tapped");
});

test("one that rests opens, once: what it does afterwards changes nothing", () => {
  const held = waited(after(touch("pointerdown"), touch("pointermove", { clientX: 58, clientY: 45 })));
  expect(held.phase).toBe("held");
  expect(pressed(held, touch("pointermove", { clientY: 200 })).phase).toBe("held");
  expect(pressed(held, touch("pointerup")).phase).toBe("held");
});

test.each([
  ["moves away", touch("pointermove", { clientY: 61 })],
  ["scrolls the page", touch("pointercancel")],
  ["is joined by another", touch("pointerdown", { isPrimary: false, clientX: 90 })],
])("one that %s does neither", (_, event) => {
  const press = after(touch("pointerdown"), event);
  expect(press.phase).toBe("off");
  expect(waited(press).phase).toBe("off");
  expect(pressed(press, touch("pointerup")).phase).toBe("off");
});

test("the next press begins anew", () => {
  const held = waited(after(touch("pointerdown")));
  expect(pressed(held, touch("pointerdown", { clientX: 7 }))).toEqual({ phase: "down", x: 7, y: 50 });
});

test("a mouse does not press long, and ends what a finger did", () => {
  const mouse = touch("pointerdown", { pointerType: "mouse" });
  expect(waited(after(mouse)).phase).toBe("none");
  expect(pressed(waited(after(touch("pointerdown"))), mouse).phase).toBe("none");
  expect(after(touch("pointerdown"), touch("pointermove", { pointerType: "mouse", clientX: 0 })).phase).toBe("down");
});
