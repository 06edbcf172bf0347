import { expect, test } from "vitest";
import type { Model } from "../host/comm.ts";
import { stateOf } from "./state.ts";

const get = (name: string) => (name === "state" ? "IPY_MODEL_abc" : "explorer");

test("a host that links widgets hands out the state", async () => {
  const state = {} as Model;
  const get_model = async (id: string) => (id === "abc" ? state : Promise.reject(new Error(id)));
  expect(await stateOf({ get, widget_manager: { get_model } })).toBe(state);
});

test("a host that does not is told of, with what to do", async () => {
  await expect(stateOf({ get })).rejects.toThrow(/does not link widgets.*JupyterLab.*squeezeviz export/);
});

test.each([
  ["unknown", { get, widget_manager: { get_model: () => Promise.reject(new Error("widget model not found")) } }],
  [
    "of another kind",
    { get: () => undefined as unknown as string, widget_manager: { get_model: async () => ({}) as Model } },
  ],
])("a state that is %s is told of, with what to do", async (_, view) => {
  await expect(stateOf(view)).rejects.toThrow(/state is not here.*run the cell again/);
});
