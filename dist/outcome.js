// src/outcome/outcome.ts
/** Whether the image can be had from the mirror now. */
function isDelivered(outcome) {
	return outcome.status === "copied" || outcome.status === "unchanged";
}
export { isDelivered as t };
