import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { FlatStore } from "../store/flat.ts";
import type { View } from "../store/types.ts";
import { useStore } from "./store.ts";

/** A view that is not yet ported, within one that is. */
export function OldView({ make }: { make: (store: FlatStore) => View }) {
  const store = useStore();
  const place = useRef<HTMLDivElement>(null);
  const view = useMemo(() => make(new FlatStore(store)), []);
  useLayoutEffect(() => {
    place.current?.append(view.element);
    return () => view.close?.();
  }, [view]);
  return <div ref={place} style={{ display: "contents" }} />;
}
