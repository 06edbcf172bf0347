/** The store that components read: whatever they read of it while rendering, they follow. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Later } from "../store/later.ts";
import type { Store } from "../store/store.ts";

export const StoreContext = createContext<Store | null>(null);

export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error("a view stands outside of the page: expected a StoreContext round it");
  return store;
}

/** What the store has for views of the page's second part. */
export function useLater(): Later {
  const later = useStore().later();
  if (!later) throw new Error("a view of the page's second part stands outside of it: see views/late.tsx");
  return later;
}
