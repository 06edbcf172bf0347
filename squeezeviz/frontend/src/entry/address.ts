/** The page's address says what to open (../store/links.ts): when it comes, and whenever a link or the history changes it. */
import type { Store } from "../store/store.ts";
import type { Cleanup } from "../store/types.ts";

export function followAddress({ links }: Store): Cleanup {
  const follow = () => links.follow(location.href);
  follow();
  addEventListener("hashchange", follow);
  return () => removeEventListener("hashchange", follow);
}
