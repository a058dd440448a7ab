import { c as excerpt, i as Failure } from "./failure.js";
import { c as isManifestType, f as readPlatform, g as formatAddress, l as formatPlatform, m as parseJsonObject, n as filterIndex, s as isForeignLayerType, t as attestedDigest, u as matchesPlatform } from "./oci.js";
// src/mirror/platforms.ts
/** A config is small; what is larger than this is none. */
const LARGEST_CONFIG = 4194304;
/** The platforms that an index serves, as text and without the attestations' `unknown/unknown`. */
function indexPlatforms(index) {
	return servedBy(index).map(formatPlatform);
}
/** The platforms that an image serves, each once: an index says them itself, a single image in its config. */
async function platformsOf(repository, manifest) {
	if (manifest.kind === "index") return servedBy(manifest);
	const platform = await imagePlatform(repository, manifest);
	return platform ? [platform] : [];
}
function servedBy(index) {
	const platforms = index.children.flatMap(({ platform }) => platform && isServed(platform) ? [platform] : []);
	return [...new Map(platforms.map((platform) => [formatPlatform(platform), platform])).values()];
}
function isServed({ os }) {
	return os !== "unknown";
}
/**
* An index with only the wanted platforms, each with its attestation. Those of `alsoKeep` stay where the index has
* them. All entries wanted: the index itself.
* @throws Failure `platform-missing` where a wanted platform is not in the index
*/
function choosePlatforms(index, wanted, image, alsoKeep = []) {
	const missing = wanted.find((platform) => !index.children.some((child) => isFor(child, platform)));
	if (missing) {
		const available = excerpt(indexPlatforms(index).join(", "));
		throw new Failure("platform-missing", {
			image,
			wanted: formatPlatform(missing),
			available
		});
	}
	const kept = [...wanted, ...alsoKeep];
	const chosen = index.children.filter((child) => kept.some((platform) => isFor(child, platform)));
	const digests = new Set(chosen.map(({ digest }) => digest));
	const attestations = index.children.filter((child) => digests.has(attestedDigest(child) ?? ""));
	for (const { digest } of attestations) digests.add(digest);
	return index.children.every(({ digest }) => digests.has(digest)) ? index : filterIndex(index, digests, image);
}
function isFor({ platform }, wanted) {
	return platform !== void 0 && isServed(platform) && matchesPlatform(platform, wanted);
}
/** The platform of a single image, from its config; undefined where that does not say. */
async function imagePlatform(repository, manifest) {
	const [config] = manifest.blobs;
	if (config === void 0 || config.size > LARGEST_CONFIG) return void 0;
	const chunks = [];
	for await (const chunk of repository.blob(config)) chunks.push(chunk);
	return readPlatform(parseJsonObject(Buffer.concat(chunks)));
}
// src/mirror/tree.ts
/** Indexes within indexes go so deep and no deeper; nobody publishes more than two. */
const DEEPEST = 4;
/** Manifests and blobs of one image. Real ones have dozens; a hostile one has as many as fit into its manifests. */
const MOST_PARTS = 5e3;
/** Bytes of the manifests below the root, which are all held in memory. Real ones have some hundred kilobytes. */
const LARGEST_TREE = 33554432;
/**
* Reads the manifests below `root` from a repository, level by level, each once.
* @throws Failure `manifest-too-deep`, `manifest-too-large`, `image-too-complex`, `size-mismatch`, `manifest-invalid`, and those of the repository
*/
async function readTree(repository, root, options = {}) {
	const read = /* @__PURE__ */ new Map();
	const levels = [];
	let bytes = 0;
	for (let level = [root]; level.length > 0;) {
		levels.push(level);
		const children = childrenOf(level);
		if (children.length > 0 && levels.length > DEEPEST) throw new Failure("manifest-too-deep", {
			image: repository.name,
			limit: DEEPEST
		});
		const unread = children.filter(({ digest }) => !read.has(digest));
		limitParts(read.size + unread.length, repository.name);
		bytes += unread.reduce((sum, { size }) => sum + size, 0);
		limitBytes(bytes, repository.name);
		await Promise.all(unread.map(async (child) => read.set(child.digest, await readChild(repository, child, options))));
		level = children.flatMap(({ digest }) => read.get(digest) ?? []);
	}
	const manifests = [...read.values()];
	const blobs = blobsOf([root, ...manifests.filter((manifest) => manifest !== void 0)]);
	limitParts(read.size + blobs.length, repository.name);
	return {
		root,
		levels: eachAtItsDeepest(levels),
		blobs: blobs.filter((blob) => !isForeign(blob)),
		foreign: blobs.filter(isForeign),
		complete: !manifests.includes(void 0)
	};
}
function limitParts(count, image) {
	if (count > MOST_PARTS) throw new Failure("image-too-complex", {
		image,
		limit: MOST_PARTS
	});
}
/** By the sizes that are stated before anything is read; each manifest is held to its own. */
function limitBytes(bytes, image) {
	if (bytes > LARGEST_TREE) throw new Failure("manifest-too-large", {
		image,
		limit: LARGEST_TREE
	});
}
function childrenOf(manifests) {
	const children = manifests.flatMap((manifest) => manifest.children.filter((child) => !isBlob(child)));
	return [...new Map(children.map((child) => [child.digest, child])).values()];
}
function blobsOf(manifests) {
	const blobs = manifests.flatMap((manifest) => [...manifest.blobs, ...manifest.children.filter(isBlob)]);
	return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}
/** A manifest that is listed on several levels has to be there before all that list it. */
function eachAtItsDeepest(levels) {
	const deepest = new Map(levels.flatMap((level, depth) => level.map(({ descriptor }) => [descriptor.digest, depth])));
	return levels.map((level, depth) => level.filter(({ descriptor }) => deepest.get(descriptor.digest) === depth));
}
/** An index may list plain blobs, as BuildKit's caches do. */
function isBlob(child) {
	return child.mediaType !== "" && !isManifestType(child.mediaType);
}
function isForeign(blob) {
	return isForeignLayerType(blob.mediaType) && (blob.urls ?? []).length > 0;
}
async function readChild(repository, child, { prune }) {
	if (await prune?.(child)) return void 0;
	const manifest = await repository.manifest(child.digest);
	if (manifest.descriptor.size === child.size) return manifest;
	const { digest, size: expected } = child;
	throw new Failure("size-mismatch", {
		where: repository.name,
		digest,
		expected,
		actual: manifest.descriptor.size
	});
}
/** Bytes of everything in the tree, each piece counted once. */
function treeSize(tree) {
	return [...tree.levels.flat().map(({ descriptor }) => descriptor.size), ...tree.blobs.map(({ size }) => size)].reduce((sum, size) => sum + size, 0);
}
// src/mirror/facts.ts
/** What there is to say about a whole image. A single image says its platform in its config, which is read for it. */
async function factsOf(repository, tree) {
	const { root } = tree;
	const { digest, mediaType } = root.descriptor;
	return {
		digest,
		mediaType,
		platforms: (await platformsOf(repository, root)).map(formatPlatform),
		size: treeSize(tree)
	};
}
// src/mirror/plan.ts
/**
* Finds out what must move. An image that is up to date costs a HEAD on each side. The target is asked for each
* manifest by digest: one that is there has all below it, by the rule that children are put first.
* @throws Failure `image-unknown`, `platform-missing`, `image-too-large`, and those of the repositories
*/
async function makePlan(job, options) {
	const { source, target, key, tag } = job;
	const [wanted, present] = await Promise.all([source.head(key), tag === void 0 ? void 0 : target.head(tag)]);
	const original = wanted?.digest ?? (await source.manifest(key)).descriptor.digest;
	if ((tag === void 0 ? await hasManifest(target, original) : present?.digest === original) && !options.thorough && canStay(options)) return upToDate(original);
	const manifest = await source.manifest(original);
	const root = await selectPlatforms(job, manifest, present, options);
	const notes = notesOn(root, manifest);
	if (root.descriptor.digest === present?.digest && !options.thorough) return upToDate(root.descriptor.digest, notes);
	return planTree(job, root, options, notes);
}
/** A whole image in the place of the chosen platforms is right unless exactly those were asked for. */
function canStay({ platforms, keepPlatforms }) {
	return platforms === void 0 || keepPlatforms === true;
}
function upToDate(digest, notes = []) {
	return {
		digest,
		upToDate: true,
		levels: [],
		blobs: [],
		notes
	};
}
async function hasManifest(target, digest) {
	return await target.head(digest) !== void 0;
}
async function selectPlatforms(job, manifest, present, { platforms, keepPlatforms }) {
	if (platforms === void 0) return manifest;
	if (manifest.kind === "index") {
		const kept = keepPlatforms && present ? await platformsAt(job.target, present.digest) : [];
		return choosePlatforms(manifest, platforms, job.image, kept);
	}
	const [own] = await platformsOf(job.source, manifest);
	const missing = platforms.find((platform) => own === void 0 || !matchesPlatform(own, platform));
	if (missing === void 0) return manifest;
	const available = own === void 0 ? "" : formatPlatform(own);
	throw new Failure("platform-missing", {
		image: job.image,
		wanted: formatPlatform(missing),
		available
	});
}
/**
* Makes sure that the image at the target has the platforms that were asked for: one that was up to date as a whole
* was not looked into.
* @throws Failure `platform-missing`
*/
async function requirePlatforms(job, digest, options) {
	if (options.platforms === void 0) return;
	await selectPlatforms({
		...job,
		source: job.target
	}, await job.target.manifest(digest), void 0, options);
}
async function platformsAt(repository, digest) {
	return platformsOf(repository, await repository.manifest(digest));
}
function notesOn(root, original) {
	const sourceDigest = original.descriptor.digest;
	return root.descriptor.digest === sourceDigest ? [] : [{
		kind: "platforms-chosen",
		sourceDigest
	}];
}
async function planTree(job, root, options, notes) {
	const { source, target, tag, image } = job;
	const { thorough, maxSize } = options;
	const isThere = (child) => thorough ? Promise.resolve(false) : hasManifest(target, child.digest);
	const rootIsThere = await isThere(root.descriptor);
	const tree = rootIsThere ? treeOf(root) : await readTree(source, root, { prune: isThere });
	const size = treeSize(tree);
	if (maxSize !== void 0 && size > maxSize) throw new Failure("image-too-large", {
		image,
		size,
		limit: maxSize
	});
	const blobs = await missingBlobs(target, tree.blobs, options);
	const foreign = tree.foreign.length > 0 ? [{
		kind: "foreign-layers",
		count: tree.foreign.length
	}] : [];
	return {
		digest: root.descriptor.digest,
		upToDate: rootIsThere && tag === void 0,
		levels: tree.levels,
		blobs,
		...tree.complete && { facts: await factsOf(source, tree) },
		notes: [...notes, ...foreign]
	};
}
/** The root alone: all below it is there. */
function treeOf(root) {
	return {
		root,
		levels: [[root]],
		blobs: [],
		foreign: [],
		complete: false
	};
}
async function missingBlobs(target, blobs, { limit, holdings }) {
	const isThere = (blob) => holdings.has(target, blob) || target.hasBlob(blob);
	const present = await Promise.all(blobs.map((blob) => limit(async () => isThere(blob))));
	return blobs.filter((_, index) => !present[index]);
}
/** How much a plan sends. */
function amountOf(plan) {
	return {
		blobs: plan.blobs.length,
		bytes: plan.blobs.reduce((sum, { size }) => sum + size, 0)
	};
}
// src/mirror/copy.ts
/**
* Carries a plan out: all blobs, then manifests from the leaves up, and last the root with its tag. Whatever breaks
* before that leaves the target's tag as it was.
* @returns what was sent; what turned out to be there, or was linked, does not count
*/
async function carryOut(job, plan, options) {
	const { limit, onProgress } = options;
	const sent = await sendBlobs(job, plan.blobs, options, trackProgress(amountOf(plan), onProgress));
	const [root = [], ...below] = plan.levels;
	for (const level of below.toReversed()) await Promise.all(level.map((manifest) => limit(() => putOnce(job, manifest, options))));
	for (const manifest of root) await job.target.putManifest(manifest, job.tag);
	return sent;
}
/**
* Tags of one image have their manifests in common, and distribution 2 empties a manifest's file while it writes it
* again: an index that lists it is refused at that moment.
*/
async function putOnce({ target }, manifest, { holdings }) {
	await holdings.bring(target, manifest.descriptor, async () => {
		await target.putManifest(manifest);
		return "sent";
	});
}
async function sendBlobs(job, blobs, { limit, holdings }, progress) {
	let isBroken = false;
	const sendOne = async (blob) => {
		if (isBroken) return 0;
		const open = (offset) => progress.counted(blob, job.source.blob(blob, offset), offset);
		const put = async () => {
			const from = mountable(job, blob, holdings);
			if (from.length === 0) await job.source.prepare?.(blob);
			return job.target.putBlob(blob, open, from);
		};
		try {
			const arrival = await holdings.bring(job.target, blob, put);
			progress.finished(blob);
			return arrival === "sent" ? 1 : 0;
		} catch (error) {
			isBroken = true;
			throw error;
		}
	};
	return (await Promise.allSettled(blobs.map((blob) => limit(() => sendOne(blob))))).reduce((sum, result, index) => {
		if (result.status === "rejected") throw result.reason;
		return {
			blobs: sum.blobs + result.value,
			bytes: sum.bytes + result.value * (blobs[index]?.size ?? 0)
		};
	}, {
		blobs: 0,
		bytes: 0
	});
}
/** Paths of repositories of the same registry that have a blob, or may have it. */
function mountable({ registry, target, mountFrom = [] }, blob, holdings) {
	const names = [...holdings.havingBlob(blob.digest), ...mountFrom].filter((name) => name !== target.name);
	const within = `${registry}/`;
	return names.filter((name) => name.startsWith(within)).map((name) => name.slice(within.length));
}
/** Counts what has passed; a blob that is sent anew counts from where it begins again. */
function trackProgress(total, report) {
	const passed = /* @__PURE__ */ new Map();
	let blobs = 0;
	const tell = () => report?.({
		blobs,
		bytes: [...passed.values()].reduce((sum, bytes) => sum + bytes, 0)
	}, total);
	async function* counted(blob, stream, offset) {
		let bytes = offset;
		for await (const chunk of stream) {
			bytes += chunk.byteLength;
			passed.set(blob, bytes);
			tell();
			yield chunk;
		}
	}
	return {
		counted,
		finished(blob) {
			passed.set(blob, blob.size);
			blobs += 1;
			tell();
		}
	};
}
// src/mirror/verify.ts
/**
* Asks the target what the tag, or the digest, leads to now.
* @throws Failure `not-verified` where it is not `expected`
*/
async function verifyHead(target, key, expected) {
	const found = await target.head(key);
	if (found?.digest === expected) return;
	const address = addressOf(target, key);
	throw new Failure("not-verified", {
		address,
		fault: found ? "other-digest" : "absent",
		digest: found?.digest ?? expected
	});
}
/**
* Reads an image back whole: every manifest by digest, its bytes hashed, and every blob by HEAD.
* @throws Failure `not-verified` naming the first digest that is missing
*/
async function verifyWhole(target, key, expected, limit) {
	await verifyHead(target, key, expected);
	const address = addressOf(target, key);
	try {
		const tree = await readTree(target, await target.manifest(expected));
		const present = await Promise.all(tree.blobs.map((blob) => limit(() => target.hasBlob(blob))));
		const lost = tree.blobs.find((_, index) => !present[index]);
		if (lost) throw new Failure("not-verified", {
			address,
			fault: "blob-absent",
			digest: lost.digest
		});
		return await factsOf(target, tree);
	} catch (cause) {
		if (!Failure.is(cause, "image-unknown")) throw cause;
		throw new Failure("not-verified", {
			address,
			fault: "manifest-absent",
			digest: expected
		}, { cause });
	}
}
/** Whether someone without credentials gets the same: `unchecked` where that could not be found out. */
async function checkAccess(stranger, key, expected) {
	try {
		return (await stranger.head(key))?.digest === expected ? "public" : "private";
	} catch (error) {
		return Failure.is(error, "pull-denied") ? "private" : "unchecked";
	}
}
function addressOf(target, key) {
	return `${target.name}${key.includes(":") ? "@" : ":"}${key}`;
}
// src/mirror/deliver.ts
const NOTHING = {
	blobs: 0,
	bytes: 0
};
/**
* Brings one image from one repository to another and proves that it is there: plan, copy, verify. A target that
* has the manifests but lost some of what they list is mended, once.
* @throws Failure
*/
async function deliver(job, options) {
	const started = options.now();
	const plan = await makePlan(job, options);
	if (options.dryRun) return planned(job, plan, options);
	let { digest } = plan;
	let sent = plan.upToDate ? NOTHING : await carry(job, plan, options);
	let facts;
	try {
		facts = await proveThere(job, digest, plan.upToDate, options);
	} catch (error) {
		if (!options.proof || !Failure.is(error, "not-verified")) throw error;
		options.holdings.forget(job.target);
		const repair = await makePlan(job, {
			...options,
			thorough: true
		});
		sent = sum(sent, await carry(job, repair, options));
		digest = repair.digest;
		facts = await proveThere(job, digest, false, options);
	}
	if (options.proof && plan.upToDate) await requirePlatforms(job, digest, options);
	const known = facts ?? plan.facts;
	return {
		status: plan.upToDate && sent === NOTHING ? "unchanged" : "copied",
		image: job.image,
		address: options.address,
		digest,
		...known && { facts: known },
		sent,
		milliseconds: options.now() - started,
		verified: options.proof ? "everything" : "tag",
		access: options.stranger ? await checkAccess(options.stranger, job.tag ?? digest, digest) : "unchecked",
		notes: plan.notes
	};
}
function planned(job, plan, { address }) {
	const { digest, facts, upToDate, notes } = plan;
	return {
		status: "planned",
		image: job.image,
		address,
		digest,
		...facts && { facts },
		upToDate,
		toSend: amountOf(plan),
		notes
	};
}
function carry(job, plan, { address, limit, holdings, onProgress }) {
	return carryOut(job, plan, {
		limit,
		holdings,
		onProgress: (done, total) => onProgress?.({
			image: job.image,
			address,
			stage: "copying",
			done,
			total
		})
	});
}
async function proveThere(job, digest, isSeen, options) {
	const { address, limit, onProgress, proof } = options;
	const key = job.tag ?? digest;
	if (!proof) {
		if (!isSeen) await verifyHead(job.target, key, digest);
		return;
	}
	onProgress?.({
		image: job.image,
		address,
		stage: "verifying",
		done: NOTHING,
		total: NOTHING
	});
	return verifyWhole(job.target, key, digest, limit);
}
function sum(one, other) {
	return {
		blobs: one.blobs + other.blobs,
		bytes: one.bytes + other.bytes
	};
}
// src/mirror/holdings.ts
function createHoldings() {
	const blobs = /* @__PURE__ */ new Map();
	const arrived = /* @__PURE__ */ new Map();
	const blobsOf = (target) => {
		const known = blobs.get(target.name) ?? /* @__PURE__ */ new Map();
		blobs.set(target.name, known);
		return known;
	};
	return {
		has: (target, blob) => arrived.get(blob.digest)?.has(target.name) === true,
		async bring(target, blob, put) {
			const known = blobsOf(target);
			for (let under = known.get(blob.digest); under !== void 0; under = known.get(blob.digest)) if (await under.then(() => true).catch(() => false)) return "present";
			const arrival = put();
			known.set(blob.digest, arrival);
			try {
				const how = await arrival;
				arrived.set(blob.digest, (arrived.get(blob.digest) ?? /* @__PURE__ */ new Set()).add(target.name));
				return how;
			} catch (error) {
				known.delete(blob.digest);
				throw error;
			}
		},
		havingBlob: (digest) => [...arrived.get(digest) ?? []],
		forget(target) {
			blobs.delete(target.name);
			for (const names of arrived.values()) names.delete(target.name);
		}
	};
}
// src/mirror/source-share.ts
function createSourceShare(options) {
	const shared = /* @__PURE__ */ new Map();
	return { async use(address, work) {
		const name = formatAddress(address);
		const source = shared.get(name) ?? new SharedSource(address, options);
		shared.set(name, source);
		source.users += 1;
		try {
			return await work(await source.located());
		} finally {
			source.users -= 1;
			if (source.users === 0) {
				shared.delete(name);
				await source.close();
			}
		}
	} };
}
/** One source while there is somebody who reads from it. What failed is asked for anew by the next one. */
var SharedSource = class {
	users = 0;
	#address;
	#options;
	#heads = /* @__PURE__ */ new Map();
	#manifests = /* @__PURE__ */ new Map();
	#fetched = /* @__PURE__ */ new Map();
	#located;
	#spool;
	constructor(address, options) {
		this.#address = address;
		this.#options = options;
	}
	located() {
		this.#located ??= this.#locate();
		return this.#located;
	}
	async close() {
		await (await this.#spool?.catch(() => void 0))?.remove();
	}
	async #locate() {
		const { repository, key } = await this.#options.locate(this.#address);
		const source = {
			name: repository.name,
			head: (wanted) => once(this.#heads, wanted, () => repository.head(wanted)),
			manifest: (wanted) => once(this.#manifests, wanted, () => repository.manifest(wanted)),
			blob: (blob, offset) => this.#read(repository, blob, offset)
		};
		return {
			repository: this.#address.place.kind === "layout" ? repository : {
				...source,
				prepare: (blob) => this.#prepare(repository, blob)
			},
			key
		};
	}
	async #prepare(source, blob) {
		if (this.users > 1) await once(this.#fetched, blob.digest, () => this.#bring(source, blob));
	}
	/** False where there is no room for it: then everyone reads the source. */
	async #bring(source, blob) {
		try {
			this.#spool ??= this.#options.openSpool();
			const { repository } = await this.#spool;
			await repository.putBlob(blob, (offset) => source.blob(blob, offset));
			return true;
		} catch (error) {
			if (Failure.is(error, "disk-full") || Failure.is(error, "directory-unwritable")) return false;
			throw error;
		}
	}
	async *#read(source, blob, offset) {
		yield* (await this.#fetched.get(blob.digest) === true && this.#spool ? (await this.#spool).repository : source).blob(blob, offset);
	}
};
/** Asks once for each key, also while the answer is on its way; a failure is forgotten. */
async function once(answers, key, ask) {
	const known = answers.get(key);
	if (known !== void 0) return known;
	const answer = ask();
	answers.set(key, answer);
	answer.catch(() => answers.delete(key));
	return answer;
}
export { createHoldings as n, deliver as r, createSourceShare as t };
