import { i as Failure } from "../failure.js";
import { P as parseReference, k as formatReference, w as parseAddress, x as formatAddress } from "../oci.js";
import { n as undelivered } from "../outcome.js";
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
		const refusal = allowlist && refusalOf(reference ?? unnamed(image), allowlist);
		if (refusal) return [refusal];
		if ("place" in to) return [{
			image,
			source,
			target: to,
			followsTag: false
		}];
		const name = reference ?? unnamed(image);
		return to.map((mirror) => taskFor(image, source, name, mirror));
	} catch (error) {
		return [undelivered(text, Failure.from(error))];
	}
}
/** A name that is too long for one mirror may suit the others. */
function taskFor(image, source, name, mirror) {
	try {
		return {
			image,
			source,
			target: addressAt(mirror, name),
			followsTag: true
		};
	} catch (error) {
		return undelivered(image, Failure.from(error));
	}
}
/** What has no name cannot be on a list of names, nor be given another one by a mirror. */
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
