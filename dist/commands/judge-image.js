import { i as Failure } from "../failure.js";
import { k as formatReference } from "../oci.js";
import { n as judge, t as nearestRules } from "../policy.js";
// src/commands/judge-image.ts
/** Why an image may not be copied, with the rules that come near; undefined where it may. */
function refusalOf(reference, { path, allowlist }) {
	const verdict = judge(allowlist, reference);
	if (verdict.allowed) return void 0;
	const image = formatReference(reference);
	return {
		status: "refused",
		image,
		failure: verdict.reason === "empty" ? new Failure("allowlist-empty", { allowlist: path }) : new Failure("not-allowed", {
			image,
			allowlist: path
		}),
		nearest: nearestRules(allowlist, reference)
	};
}
export { refusalOf as t };
