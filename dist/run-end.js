import { i as Failure, r as errorCode } from "./failure.js";
import { hostname } from "node:os";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
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
			await setTimeout$1(milliseconds, void 0, signal ? { signal } : {});
		} catch (error) {
			throw signal?.aborted ? signal.reason : error;
		}
	},
	random: () => Math.random()
};
// src/app/run-end.ts
/** Milliseconds: `timeout` sends its signal twice, and `npx` passes on what the terminal has sent already. */
const SAME_SIGNAL = 2e3;
/**
* Ends the run when it is told to, or when its time is over. A runner that cancels a job sends SIGINT, then SIGTERM,
* and waits some seconds: enough to stop copying and to say so.
* @param deadline milliseconds from the program's start
*/
function runEnd(deadline) {
	const controller = new AbortController();
	for (const name of ["SIGINT", "SIGTERM"]) onSignal(name, () => controller.abort(new Failure("cancelled", {})));
	const { signal } = controller;
	if (deadline === void 0) return { signal };
	const left = deadline - performance.now();
	const reach = () => controller.abort(new Failure("deadline-reached", { milliseconds: deadline }));
	setTimeout(reach, left).unref();
	return {
		signal,
		until: Math.round(Date.now() + left)
	};
}
/** A signal that comes again at once is the same one; who sends it later wants the program to end without more ado. */
function onSignal(name, cancel) {
	const listener = () => {
		cancel();
		setTimeout(() => process.off(name, listener), SAME_SIGNAL).unref();
	};
	process.on(name, listener);
}
export { systemClock as n, systemProcesses as r, runEnd as t };
