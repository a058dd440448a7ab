import { i as Failure, t as errorCode } from "./failure.js";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
// src/app/cancellation.ts
/**
* Aborted when the run is told to end. A runner that cancels a job sends SIGINT, then SIGTERM, and waits some
* seconds: enough to stop copying and to say so.
*/
function cancellation() {
	const controller = new AbortController();
	const cancel = () => controller.abort(new Failure("cancelled", {}));
	process.once("SIGINT", cancel);
	process.once("SIGTERM", cancel);
	return controller.signal;
}
// src/app/process-table.ts
/** The real process table. */
function systemProcesses() {
	return {
		host: hostname(),
		pid: process.pid,
		isRunning
	};
}
function isRunning(pid) {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return errorCode(error) === "EPERM";
	}
}
// src/app/system.ts
/** The real time. */
const systemClock = {
	now: () => Date.now(),
	async sleep(milliseconds, signal) {
		try {
			await setTimeout(milliseconds, void 0, signal ? { signal } : {});
		} catch (error) {
			throw signal?.aborted ? signal.reason : error;
		}
	},
	random: () => Math.random()
};
export { systemProcesses as n, cancellation as r, systemClock as t };
