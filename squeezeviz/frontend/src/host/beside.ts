/** Runs a program that came later, with what the page's own program shares with it: both have the same modules. */

/** What build.js found that both use; empty where the page is one program. */
let shared: Readonly<Record<string, unknown>> = {};

export function shareWithBeside(own: Readonly<Record<string, unknown>>): void {
  shared = own;
}

const OTHER = "it is of another version than this page. Reload the page; in a notebook, run the cell again.";

/** @returns Why it does not run, in words; empty as a rule. */
export async function runBeside(program: string): Promise<string> {
  if (!program.includes(SOURCES)) return `The rest of the page cannot be used: ${OTHER}`;
  const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  try {
    const { default: run } = await import(url);
    run(() => shared);
    return "";
  } catch (problem) {
    return `The rest of the page cannot be run: ${problem instanceof Error ? problem.message : problem}`;
  } finally {
    URL.revokeObjectURL(url);
  }
}
