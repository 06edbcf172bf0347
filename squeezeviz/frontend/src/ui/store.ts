/** The store that components read: whatever they read of it while rendering, they follow. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Store } from "../store/store.ts";

export const StoreContext = createContext<Store | null>(null);

export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error("a view stands outside of the page: expected a StoreContext round it");
  return store;
}
