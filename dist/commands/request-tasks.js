import { i as Failure } from "../failure.js";
import { V as formatPlatform, k as formatReference } from "../oci.js";
import { n as undelivered } from "../outcome.js";
import { t as refusalOf } from "./judge-image.js";
// src/commands/request-tasks.ts
/** Decides on every image of a request: what is to be copied where, and what is refused. Keeps the order. */
function judgeRequest(request, file, mirrors) {
	const platforms = request.platforms && { platforms: request.platforms };
	return request.images.flatMap((image) => {
		if ("failure" in image) return [{ outcome: {
			status: "failed",
			image: image.text,
			failure: image.failure
		} }];
		const refusal = refusalOf(image.reference, file);
		if (refusal !== void 0) return [{ outcome: refusal }];
		return mirrors.map((mirror) => ({
			reference: image.reference,
			mirror,
			...platforms
		}));
	});
}
/** What the comment shows before the work begins. */
function queuedItems(tasks) {
	return tasks.map((task) => "outcome" in task ? {
		state: "ended",
		outcome: task.outcome
	} : {
		state: "queued",
		image: formatReference(task.reference)
	});
}
/**
* Does all tasks at once; how many connections that makes is `copyImage`'s to limit.
* @param onChange is given all items whenever one of them moves on
*/
async function carryOut(tasks, { copyImage, dryRun }, onChange) {
	const items = queuedItems(tasks);
	const move = (index, item) => {
		items[index] = item;
		onChange(items);
	};
	return Promise.all(tasks.map(async (task, index) => {
		if ("outcome" in task) return task.outcome;
		const onProgress = (progress) => move(index, {
			state: "running",
			progress
		});
		const outcome = await copyTask(task, copyImage, {
			dryRun,
			onProgress
		});
		move(index, {
			state: "ended",
			outcome
		});
		return outcome;
	}));
}
/** Copies nothing twice: what was delivered once in this run is not asked for again. */
function rememberDelivered(copyImage) {
	const delivered = /* @__PURE__ */ new Map();
	return async (reference, mirror, options) => {
		const platforms = options.platforms?.map(formatPlatform).toSorted().join(",") ?? "";
		const key = [
			formatReference(reference),
			mirror.text,
			platforms
		].join(" ");
		const known = delivered.get(key);
		if (known !== void 0) return known;
		const outcome = await copyImage(reference, mirror, options);
		if (outcome.status === "copied" || outcome.status === "unchanged") delivered.set(key, outcome);
		return outcome;
	};
}
/** A bug in one copy must not leave the others, and the person who asked, without an answer. */
async function copyTask({ reference, mirror, ...platforms }, copyImage, options) {
	try {
		return await copyImage(reference, mirror, {
			...platforms,
			...options
		});
	} catch (error) {
		return undelivered(formatReference(reference), Failure.from(error));
	}
}
export { rememberDelivered as i, judgeRequest as n, queuedItems as r, carryOut as t };
