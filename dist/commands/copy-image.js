import { i as Failure } from "../failure.js";
import { a as digestAt, r as deliver } from "../mirror.js";
import { S as formatPlace, x as formatAddress } from "../oci.js";
import { n as undelivered } from "../outcome.js";
// src/commands/copy-image.ts
/** Copies one image to one place. It never throws: what goes wrong is the outcome. */
async function copyImage(task, options, ports) {
	const { image, target } = task;
	const address = formatAddress(shownAddress(target));
	try {
		ports.end?.throwIfAborted();
		return await ports.sources.use(task.source, (source) => copyFrom(source, task, options, ports));
	} catch (error) {
		return undelivered(image, sparseRefusal(error, task, options) ?? Failure.from(error), address);
	}
}
/** Most registries, and directories, want all that an index lists: then it is the sparse form that they refuse. */
function sparseRefusal(error, { target }, { sparse, platforms }) {
	if (!sparse || platforms === void 0) return void 0;
	const where = formatPlace(target.place);
	if (!(Failure.is(error, "blob-unknown") && error.facts.where === where) && !Failure.is(error, "manifest-incomplete")) return void 0;
	const detail = "detail" in error.facts ? error.facts.detail : error.facts.digest;
	return new Failure("sparse-refused", {
		where,
		detail
	}, { cause: error });
}
async function copyFrom({ repository: source, key }, task, options, { registries, schedules, holdings, clock }) {
	const { image, target, followsTag } = task;
	const moved = followsTag ? await movedTag(task.source, source) : void 0;
	const tag = moved ? void 0 : target.tag;
	const isRemote = target.place.kind === "registry";
	const outcome = await deliver({
		image,
		source,
		key,
		target: await registries.open(target.place, "mirror"),
		...tag !== void 0 && { tag },
		...target.place.kind === "registry" && {
			registry: target.place.registry,
			mountFrom: [source.name]
		}
	}, {
		...options,
		schedule: schedules(target.place.kind === "registry" ? target.place.registry : target.place.directory),
		holdings,
		now: () => clock.now(),
		address: formatAddress(shownAddress(target)),
		...options.proof && isRemote && { stranger: await registries.open(target.place, "stranger") }
	});
	const { digest } = outcome;
	const address = tag === void 0 ? formatAddress({
		place: target.place,
		digest
	}) : outcome.address;
	return {
		...outcome,
		address,
		notes: moved ? [...outcome.notes, moved] : outcome.notes
	};
}
/** The tag where there is one, since that is what people type; else the digest. */
function shownAddress(target) {
	return target.tag === void 0 ? target : {
		place: target.place,
		tag: target.tag
	};
}
async function movedTag({ tag, digest }, source) {
	if (tag === void 0 || digest === void 0) return void 0;
	const now = await tagDigest(source, tag);
	if (now === digest) return void 0;
	return {
		kind: "tag-elsewhere",
		tag,
		...now !== void 0 && { digest: now }
	};
}
/** What a tag leads to; undefined where there is none of that name. */
async function tagDigest(source, tag) {
	try {
		return await digestAt(source, tag);
	} catch (error) {
		if (Failure.is(error, "image-unknown")) return void 0;
		throw error;
	}
}
export { copyImage as t };
