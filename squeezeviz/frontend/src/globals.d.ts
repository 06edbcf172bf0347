/** Hash of the sources that this bundle is made of; build.js puts it in. */
declare const SOURCES: string;

/** What both parts of the page's program use, by names that build.js has found. */
declare module "squeezeviz:both" {
  const both: Readonly<Record<string, unknown>>;
  export = both;
}
