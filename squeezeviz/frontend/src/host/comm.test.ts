import { expect, test, vi } from "vitest";
import { Comm, type Heard, type Model } from "./comm.ts";

function opened(model: Partial<Model>) {
  const send = vi.fn(model.send);
  const silent = vi.fn();
  const comm = new Comm({ on: () => undefined, off: () => undefined, ...model, send } as unknown as Model);
  comm.open({ silent } as unknown as Heard);
  comm.close();
  return { send, silent };
}

test("a page that was saved with its widgets says at once that no kernel answers, and asks none", async () => {
  const { send, silent } = opened({ comm_live: false });
  await Promise.resolve();
  expect(silent).toHaveBeenCalledWith(true);
  expect(send).not.toHaveBeenCalled();
});

test("a kernel that has gone is noticed when it is asked", async () => {
  const { silent } = opened({
    send: () => {
      throw new Error("the comm is closed");
    },
  });
  await Promise.resolve();
  expect(silent).toHaveBeenCalledWith(true);
});

test.each([true, undefined])("a host whose models are live, or do not say so (%s), is asked", async (comm_live) => {
  const { send, silent } = opened(comm_live === undefined ? {} : { comm_live });
  await Promise.resolve();
  expect(send).toHaveBeenCalledOnce();
  expect(silent).not.toHaveBeenCalled();
});

test("while what answers is on its way nobody minds its silence, and 12 s after it has come one does", () => {
  vi.useFakeTimers();
  const silent = vi.fn();
  let arrived = () => {};
  const on = (event: string, listener: () => void) => {
    if (event === "arrived") arrived = listener;
  };
  const model = { on, off: () => undefined, send: () => undefined, isArriving: true };
  const comm = new Comm(model as unknown as Model);
  comm.open({ silent } as unknown as Heard);
  vi.advanceTimersByTime(60_000);
  expect(silent).not.toHaveBeenCalled();
  model.isArriving = false;
  arrived();
  vi.advanceTimersByTime(11_999);
  expect(silent).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(silent).toHaveBeenCalledWith(true);
  comm.close();
  vi.useRealTimers();
});
