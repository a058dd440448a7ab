import { i as Failure } from "../failure.js";
import { n as deliver } from "../mirror.js";
import { g as formatAddress } from "../oci.js";
// src/commands/copy-image.ts
/** Copies one image to one place. It never throws: what goes wrong is the outcome. */
async function copyImage(task, options, ports) {
	const { image, target } = task;
	const address = formatAddress(shownAddress(target));
	try {
		const { registries, limit, holdings, clock } = ports;
		const { repository: source, key } = await registries.locate(task.source);
		const moved = task.followsTag ? await movedTag(task.source, source) : void 0;
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
			limit,
			holdings,
			now: () => clock.now(),
			address,
			...options.proof && isRemote && { stranger: await registries.open(target.place, "stranger") }
		});
		const { digest } = outcome;
		const found = tag === void 0 ? formatAddress({
			place: target.place,
			digest
		}) : address;
		return {
			...outcome,
			address: found,
			notes: moved ? [...outcome.notes, moved] : outcome.notes
		};
	} catch (error) {
		return {
			status: "failed",
			image,
			address,
			failure: Failure.from(error)
		};
	}
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
		return (await source.head(tag))?.digest ?? (await source.manifest(tag)).descriptor.digest;
	} catch (error) {
		if (Failure.is(error, "image-unknown")) return void 0;
		throw error;
	}
}
export { copyImage as t };
