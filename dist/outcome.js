import { i as Failure } from "./failure.js";
// src/outcome/outcome.ts
/** The outcome of an image that a failure kept from its mirror. */
function undelivered(image, failure, address) {
	const known = {
		image,
		...address !== void 0 && { address }
	};
	if (Failure.is(failure, "deadline-reached")) return {
		status: "left",
		...known,
		failure
	};
	if (Failure.is(failure, "pull-limit-reached")) return {
		status: "left",
		...known,
		failure
	};
	return {
		status: "failed",
		...known,
		failure
	};
}
/** Whether the image can be had from the mirror now. */
function isDelivered(outcome) {
	return outcome.status === "copied" || outcome.status === "unchanged";
}
export { undelivered as n, isDelivered as t };
