/** Hash of the sources that this bundle is made of; build.js puts it in. */
declare const SOURCES: string;
