// src/app/exit-status.ts
/** What the program ends with. */
const EXIT = {
	done: 0,
	failed: 1,
	wrongUse: 2,
	left: 3
};
/**
* The exit status of a run: something failed, or nothing did but something is left, or all is done.
* @param refusalFails whether an allowlist's refusal is a failure, as where the image was asked for by the operator
*/
function exitStatusOf(outcomes, { refusalFails }) {
	const has = (status) => outcomes.some((outcome) => outcome.status === status);
	if (has("failed") || refusalFails && has("refused")) return EXIT.failed;
	return has("left") ? EXIT.left : EXIT.done;
}
// src/app/version.ts
/** This program's version, as package.json has it. */
const VERSION = "0.1.0";
export { EXIT as n, exitStatusOf as r, VERSION as t };
