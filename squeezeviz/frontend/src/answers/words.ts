/** What went wrong, for whoever looks at the page. */
export const wordsOf = (problem: unknown): string => (problem instanceof Error ? problem.message : String(problem));
