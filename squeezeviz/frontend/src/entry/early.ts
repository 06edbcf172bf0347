/** Runs within a page in one file, before its blocks: they are read while the engine starts. */
import { Early, leaveForPage } from "../host/early.ts";
import { EngineWorker } from "../host/engine_worker.ts";

const [program, page] = ["sqv-engine", "sqv-page"].map((id) => document.getElementById(id));
const worker = program && EngineWorker.of(program.textContent);
if (program && page && worker) leaveForPage(new Early(program, worker, Number(page.dataset.entry)));
