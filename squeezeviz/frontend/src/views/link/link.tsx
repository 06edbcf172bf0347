import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Copied } from "../../store/links.ts";
import { useStore } from "../../ui/store.ts";

/** What opens the page as it is now: an address, or in a notebook a line of Python. */
export function CopyLink() {
  const { links } = useStore();
  const [hasAddress, last] = [links.hasAddress(), useSignal<(Copied & { isCopied: boolean }) | null>(null)];
  const copy = async () => {
    const copied = links.copied();
    if (hasAddress) noteInHistory(copied.text);
    last.value = { ...copied, isCopied: await isCopied(copied.text) };
  };
  return (
    <span class="sqv-take sqv-link">
      <button
        class="sqv-button"
        type="button"
        title={
          hasAddress
            ? "An address that opens this page as it is now: the photo, the layer, the channel and its cell, and what is open"
            : "A line for a notebook's cell that opens the explorer as it is now"
        }
        onClick={() => void copy()}
      >
        {hasAddress ? "Copy a link" : "Copy as Python"}
      </button>
      {last.value && !last.value.isCopied && <ByHand text={last.value.text} />}
      <span class="sqv-quiet" role="status">
        {last.value && wordsOf(last.value)}
      </span>
    </span>
  );
}

/** Where no page may write to the clipboard: chosen whole, to be copied by its reader. */
function ByHand({ text }: { text: string }) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.select(), [text]);
  return <input ref={field} class="sqv-text" aria-label="What to copy" readOnly value={text} />;
}

function wordsOf({ isCopied, missing }: Copied & { isCopied: boolean }): string {
  const words = isCopied ? "copied" : "copy it from there: this browser lets no page of this kind do it";
  return missing.length ? `${words}. Not in it: ${missing.join(", ")}` : words;
}

async function isCopied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text); // there is none over plain http but on this machine
    return true;
  } catch {
    return false;
  }
}

/** The address bar shows the same, and Back leads to what it was before. */
function noteInHistory(address: string): void {
  try {
    if (address !== location.href) history.pushState(null, "", address);
  } catch {
    // a browser may allow that to no page from disk; the link is copied all the same
  }
}
