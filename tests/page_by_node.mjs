/** A standalone page's own program asked of its first photo by Node, without a browser: `node page_by_node.mjs PAGE.html REQUESTS.json`. */
import { readFileSync } from "node:fs";

const [, , page, requests] = process.argv;
const html = readFileSync(page, "utf8");
const blocks = [...html.matchAll(/id="sqv-block-(\d+)">([^<]*)</g)].map(([, index, text]) => [Number(index), text]);
const entry = Number(/data-entry="(\d+)"/.exec(html)?.[1]);
const program = /id="sqv-engine">([\s\S]*?)<\/script>/.exec(html)?.[1];

globalThis.document = {}; // as on a page: it waits for whoever calls it
new Function(program)();
const { port1, port2 } = new MessageChannel();
globalThis[Symbol.for("squeezeviz.engine")].serve(port2);

const next = (is) =>
  new Promise((resolve) => {
    port1.onmessage = ({ data }) => is(data) && resolve(data);
  });
const opened = next(({ kind }) => kind === "opened" || kind === "refused");
port1.postMessage({ kind: "open", entry }, []);
for (const [index, block] of blocks) port1.postMessage({ kind: "block", index, block }, []);
port1.postMessage({ kind: "whole" }, []);
if ((await opened).kind !== "opened") throw new Error("the page refuses its own contents");

const working = next(({ kind, content }) => kind === "told" && content.kind === "working");
port1.postMessage({ kind: "ask", content: { kind: "ready", id: "ready" }, buffers: [] }, []);
const photo = (await working).content.id;

const said = [];
for (const [at, asked] of JSON.parse(readFileSync(requests, "utf8")).entries()) {
  const answer = next(({ kind, content }) => kind === "told" && content.id === `q${at}`);
  port1.postMessage({ kind: "ask", content: { photo, ...asked, id: `q${at}` }, buffers: [] }, []);
  const { content, buffers } = await answer;
  const plain = buffers.map((view) => Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("base64"));
  said.push({ ...content, held: Object.fromEntries(content.buffers.map((name, index) => [name, plain[index]])) });
}
console.log(JSON.stringify(said));
process.exit(0);
