import { i as Failure } from "../failure.js";
import { g as formatAddress, k as parseReference, w as formatReference, y as parseAddress } from "../oci.js";
import { a as addressAt, s as sourceNameOf } from "../policy.js";
import { t as copyImage } from "./copy-image.js";
import { t as refusalOf } from "./judge-image.js";
// src/commands/copy.ts
/**
* Copies images to mirrors. Each pair has an outcome of its own, in the order in which they were given; one that
* fails holds up none of the others.
*/
async function copy(options, ports) {
	const tasks = options.images.flatMap((image) => tasksFor(image, options));
	return Promise.all(tasks.map(async (task) => {
		const outcome = "status" in task ? task : await copyImage(task, options, ports);
		ports.onOutcome?.(outcome);
		return outcome;
	}));
}
/** What is to be done for one image; what is settled without asking any registry is its outcome already. */
function tasksFor(text, { to, allowlist }) {
	try {
		const source = parseAddress(text);
		const reference = sourceName(source);
		const image = source.place.kind === "registry" && reference ? formatReference(reference) : formatAddress(source);
		const refusal = allowlist && (reference ? refusalOf(reference, allowlist) : unnamed(image));
		if (refusal) return [refusal];
		if ("place" in to) return [{
			image,
			source,
			target: to,
			followsTag: false
		}];
		return to.map((mirror) => taskFor(image, source, reference, mirror));
	} catch (error) {
		return [{
			status: "failed",
			image: text,
			failure: Failure.from(error)
		}];
	}
}
function taskFor(image, source, reference, mirror) {
	if (reference === void 0) return unnamed(image);
	return {
		image,
		source,
		target: addressAt(mirror, reference),
		followsTag: true
	};
}
/** What has no name cannot be on a list of names. */
function unnamed(where) {
	throw new Failure("repository-unlisted", { where });
}
/** The image's name in the world; undefined for one that a directory holds under no such name. */
function sourceName({ place, tag, digest }) {
	if (place.kind === "registry") {
		const { registry, repository } = place;
		return {
			registry,
			repository,
			...tag !== void 0 && { tag },
			...digest !== void 0 && { digest }
		};
	}
	const name = sourceNameOf(place.repository);
	try {
		return parseReference(`${name}${tag === void 0 ? "" : `:${tag}`}${digest === void 0 ? "" : `@${digest}`}`);
	} catch {
		return;
	}
}
export { copy as t };
