import { c as excerpt, i as Failure } from "./failure.js";
import { B as isDigest, H as matchesPlatform, K as parseJsonObject, V as formatPlatform, W as readPlatform, a as isReferrersTag, b as isManifestType, c as isArtifact, d as attestedDigest, f as editIndex, l as toDockerList, m as isForeignLayer, n as cosignTags, o as referrersTag, p as isAttestation, r as isAttachmentTag, t as BEFORE_ATTACHMENT_TAGS, u as toDockerManifest, x as formatAddress, y as isIndexType } from "./oci.js";
import { i as isProtected } from "./policy.js";
// src/mirror/tree.ts
/** Nobody publishes indexes more than two deep; real images have dozens of parts and some hundred kilobytes of manifests. */
const TREE_LIMITS = {
	depth: 4,
	parts: 5e3,
	manifests: 33554432
};
/**
* Reads the manifests below `root` from a repository, level by level, each once.
* @throws Failure `manifest-too-deep`, `manifest-too-large`, `image-too-complex`, `size-mismatch`, `manifest-invalid`, and those of the repository
*/
async function readTree(repository, root, options = {}) {
	const read = /* @__PURE__ */ new Map();
	const levels = [];
	const guard = limitsOn(`${repository.name}@${root.descriptor.digest}`, options.limits);
	let bytes = 0;
	for (let level = [root]; level.length > 0;) {
		levels.push(level);
		const children = childrenOf(repository, level, options);
		if (children.length > 0) guard.depth(levels.length);
		const unread = children.filter(({ digest }) => !read.has(digest));
		guard.parts(read.size + unread.length);
		bytes += unread.reduce((sum, { size }) => sum + size, 0);
		guard.manifests(bytes);
		await Promise.all(unread.map(async (child) => read.set(child.digest, await readChild(repository, child, options))));
		level = children.flatMap(({ digest }) => read.get(digest) ?? []);
	}
	const manifests = [...read.values()];
	const blobs = blobsOf(repository, [root, ...manifests.filter((manifest) => manifest !== void 0)], options);
	guard.parts(read.size + blobs.length);
	const isLeft = (blob) => !options.foreignLayers && isForeignLayer(blob);
	return {
		root,
		levels: eachAtItsDeepest(levels),
		blobs: blobs.filter((blob) => !isLeft(blob)),
		foreign: blobs.filter(isLeft),
		complete: !manifests.includes(void 0)
	};
}
/** Each throws where an image exceeds that limit. */
function limitsOn(image, limits = {}) {
	const { depth, parts, manifests } = {
		...TREE_LIMITS,
		...limits
	};
	return {
		depth(levels) {
			if (levels > depth) throw new Failure("manifest-too-deep", {
				image,
				limit: depth
			});
		},
		parts(count) {
			if (count > parts) throw new Failure("image-too-complex", {
				image,
				limit: parts
			});
		},
		/** By the sizes that are stated before anything is read; each manifest is held to its own. */
		manifests(bytes) {
			if (bytes > manifests) throw new Failure("manifest-too-large", {
				image,
				limit: manifests,
				together: true
			});
		}
	};
}
function childrenOf(from, manifests, options) {
	return eachOnce(from, manifests.flatMap((manifest) => entriesOf$1(manifest, options).filter((child) => !isBlob(child))));
}
/** A layer that is listed as foreign in one place and as a plain one in another is a plain one: it has to be there. */
function blobsOf(from, manifests, options) {
	const blobs = manifests.flatMap((manifest) => [...manifest.blobs, ...entriesOf$1(manifest, options).filter(isBlob)]);
	return eachOnce(from, [...blobs.filter(isForeignLayer), ...blobs.filter((blob) => !isForeignLayer(blob))]);
}
/** Of what is listed more than once the last entry. @throws Failure `size-mismatch` where not all say the same size */
function eachOnce({ name: where }, descriptors) {
	const known = /* @__PURE__ */ new Map();
	for (const descriptor of descriptors) {
		const { digest, size: actual } = descriptor;
		const { size: expected } = known.get(digest) ?? descriptor;
		if (actual !== expected) throw new Failure("size-mismatch", {
			where,
			digest,
			expected,
			actual
		});
		known.set(digest, descriptor);
	}
	return [...known.values()];
}
function entriesOf$1({ children }, { leaveOut }) {
	return leaveOut ? children.filter((child) => !leaveOut(child)) : children;
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
async function readChild(repository, child, { prune, known }) {
	if (await prune?.(child)) return void 0;
	const manifest = known?.get(child.digest) ?? await repository.manifest(child.digest, child.size);
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
// src/mirror/rewrite.ts
/** An image as its source has it. */
function asItIs(root) {
	return {
		root,
		known: /* @__PURE__ */ new Map()
	};
}
/** The indexes of an image, those above before those below; none for a single image. */
async function readIndexes({ source, limits }, { root, known }) {
	return (await readTree(source, root, {
		limits,
		known,
		prune: (child) => Promise.resolve(!isIndex(child))
	})).levels.flat().filter(isIndexManifest);
}
/**
* The image without the entries of its indexes that `isWanted` does not want, and without indexes that are empty then.
* Only indexes are read.
*/
async function withEntries(origin, image, isWanted) {
	const became = /* @__PURE__ */ new Map();
	const become = (child) => {
		const now = became.get(child.digest);
		if (!isWanted(child) || now?.children.length === 0) return void 0;
		return now?.descriptor ?? child;
	};
	for (const index of (await readIndexes(origin, image)).toReversed()) {
		const edited = editIndex(index, become, origin.image);
		if (edited !== index) became.set(index.descriptor.digest, edited);
	}
	return withNew(image, became);
}
/**
* The image without what describes its entries.
* @throws Failure `only-attestations` where nothing is left
*/
function withoutAttestations(origin, image) {
	return dropEntries(origin, image, isAttestation);
}
/**
* The image in Docker's media types. They have none for attestations and other artifacts beside images: these are left
* out.
* @throws Failure `not-expressible`, `only-attestations` where nothing is left
*/
async function inDockerTypes(origin, image) {
	const { source, image: name, limits } = origin;
	const { root, known } = image;
	const became = /* @__PURE__ */ new Map();
	const become = (child) => became.get(child.digest)?.descriptor ?? child;
	for (const manifest of (await readTree(source, root, {
		limits,
		known
	})).levels.flat().toReversed()) {
		const now = isIndexManifest(manifest) ? toDockerList(manifest, become, name) : toDockerManifest(manifest, name);
		became.set(manifest.descriptor.digest, now);
	}
	return withNew(image, became);
}
/** The image without what Docker's media types have no words for, images themselves apart. */
function withoutArtifacts(origin, image) {
	return dropEntries(origin, image, (child) => isAttestation(child) || isArtifact(child));
}
async function dropEntries(origin, image, isDropped) {
	const rest = await withEntries(origin, image, (child) => !isDropped(child));
	if (rest.root.children.length === 0 && image.root.children.length > 0) throw new Failure("only-attestations", { image: origin.image });
	return rest;
}
function withNew({ root, known }, became) {
	const made = [...became.values()].map((manifest) => [manifest.descriptor.digest, manifest]);
	return {
		root: became.get(root.descriptor.digest) ?? root,
		known: new Map([...known, ...made])
	};
}
function isIndex({ mediaType }) {
	return isIndexType(mediaType);
}
function isIndexManifest({ kind }) {
	return kind === "index";
}
// src/mirror/platforms.ts
/** A config is small; what is larger than this is none. */
const LARGEST_CONFIG = 4194304;
/** The platforms that an image serves, each once: indexes say them themselves, a single image in its config. */
async function platformsOf(origin, root) {
	if (root.kind === "image") return imagePlatform(origin.source, root);
	return servedBy(entriesOf(await readIndexes(origin, asItIs(root))));
}
/** The same of an image that was read, without the platforms that it was read without. */
async function platformsIn(source, { root, levels }) {
	if (root.kind === "image") return imagePlatform(source, root);
	const manifests = levels.flat();
	const read = new Set(manifests.map(({ descriptor }) => descriptor.digest));
	return servedBy(entriesOf(manifests.filter(({ kind }) => kind === "index")).filter(({ child }) => read.has(child.digest)));
}
/** The platforms whose manifests are there, each once: an index may be there without them. */
async function platformsThere({ source: target, limits }, root) {
	if (root.kind === "image") return imagePlatform(target, root);
	const isThere = async ({ digest }) => await target.head(digest) !== void 0;
	const prune = async (child) => !isIndexType(child.mediaType) || !await isThere(child);
	const { levels } = await readTree(target, root, {
		limits,
		prune
	});
	const entries = entriesOf(levels.flat()).filter(({ platform }) => platform && isServed(platform));
	const there = await Promise.all(entries.map(({ child }) => isThere(child)));
	return servedBy(entries.filter((_, position) => there[position]));
}
/**
* Makes sure that an image serves the platforms that are wanted.
* @throws Failure `platform-missing`, naming those that it serves
*/
async function requirePlatforms(origin, root, wanted) {
	const served = await platformsOf(origin, root);
	const missing = wanted.find((platform) => !served.some((own) => matchesPlatform(own, platform)));
	if (missing === void 0) return;
	const available = excerpt(served.map(formatPlatform).join(", "));
	throw new Failure("platform-missing", {
		image: origin.image,
		wanted: formatPlatform(missing),
		available
	});
}
/** What an image has for some platforms, each with its attestations. What is for no platform is not chosen. */
async function choosePlatforms(origin, image, wanted) {
	const indexes = await readIndexes(origin, image);
	const images = entriesOf(indexes).filter(({ child }) => !isAttestation(child));
	const isWanted = ({ platform }) => platform && wanted.some((one) => matchesPlatform(platform, one));
	const chosen = new Set(images.filter(isWanted).map(({ child }) => child.digest));
	const kept = /* @__PURE__ */ new Set();
	for (const { children, descriptor } of indexes.toReversed()) {
		const keeps = (child) => chosen.has(attestedDigest(child) ?? child.digest) || kept.has(child.digest);
		for (const { digest } of children.filter(keeps)) kept.add(digest).add(descriptor.digest);
	}
	return {
		isChosen: ({ digest }) => kept.has(digest),
		leftOut: new Set(images.map(({ child }) => child.digest).filter((digest) => !kept.has(digest))).size
	};
}
/** By the indexes of an image, those above before those below. */
function entriesOf(indexes) {
	const nested = new Set(indexes.map(({ descriptor }) => descriptor.digest));
	const inherited = /* @__PURE__ */ new Map();
	const entries = [];
	for (const { descriptor, children } of indexes) for (const child of children) {
		const platform = child.platform ?? inherited.get(descriptor.digest);
		if (!nested.has(child.digest)) entries.push({
			child,
			...platform && { platform }
		});
		else if (platform) inherited.set(child.digest, platform);
	}
	return entries;
}
function servedBy(entries) {
	const platforms = entries.flatMap(({ platform }) => platform && isServed(platform) ? [platform] : []);
	return [...new Map(platforms.map((platform) => [formatPlatform(platform), platform])).values()];
}
/** Attestations say that they are for `unknown/unknown`. */
function isServed({ os }) {
	return os !== "unknown";
}
/** The platform of a single image, from its config; none where that does not say. */
async function imagePlatform(source, manifest) {
	const [config] = manifest.blobs;
	if (config === void 0 || config.size > LARGEST_CONFIG || isForeignLayer(config)) return [];
	const chunks = [];
	for await (const chunk of source.blob(config)) chunks.push(chunk);
	const platform = readPlatform(parseJsonObject(Buffer.concat(chunks)));
	return platform ? [platform] : [];
}
// src/mirror/facts.ts
/** What there is to say about a whole image. A single image says its platform in its config, which is read for it. */
async function factsOf(repository, tree) {
	const { root } = tree;
	const { digest, mediaType } = root.descriptor;
	return {
		digest,
		mediaType,
		platforms: (await platformsIn(repository, tree)).map(formatPlatform),
		size: treeSize(tree)
	};
}
// src/mirror/form.ts
/** Whether the source's own digest at the mirror is all that could be asked for. */
function isAsAsked({ platforms, keepPlatforms, sparse, dropAttestations, dockerMediaTypes }) {
	if (dropAttestations || dockerMediaTypes) return false;
	return platforms === void 0 || keepPlatforms === true && !sparse;
}
/** Whether the image goes with the digest that it has at the source. */
function keepsDigest({ platforms, sparse, dropAttestations, dockerMediaTypes }) {
	return !dropAttestations && !dockerMediaTypes && (platforms === void 0 || sparse === true);
}
/**
* Gives an image the form that was asked for. Platforms are chosen first, so that what is not wanted is neither read
* nor in the way; a sparse copy leaves them out last, since its index goes on listing them.
* @param present what the target's tag leads to now
* @throws Failure `platform-missing`, `only-attestations`, `not-expressible`
*/
async function formImage(origin, original, present, options) {
	const wanted = await wantedPlatforms(origin, original, present, options);
	const whole = asItIs(original);
	const chosen = wanted && !options.sparse ? await strip(origin, whole, wanted) : whole;
	const bare = await dropDescriptions(origin, chosen, options);
	const formed = options.dockerMediaTypes ? await inDockerTypes(origin, bare) : bare;
	const sparse = wanted && options.sparse ? await leaveOutOthers(origin, formed, wanted) : { notes: [] };
	const changed = (kind, before, after) => before.root === after.root ? [] : [{
		kind,
		sourceDigest: original.descriptor.digest
	}];
	return {
		...formed,
		...sparse,
		notes: [
			...changed("platforms-chosen", whole, chosen),
			...changed("attestations-dropped", chosen, bare),
			...changed("media-types-changed", bare, formed),
			...sparse.notes
		]
	};
}
async function wantedPlatforms(origin, original, present, { platforms, keepPlatforms, sparse }) {
	if (platforms === void 0) return void 0;
	await requirePlatforms(origin, original, platforms);
	const stays = original.kind === "image" || sparse === true && present?.digest === original.descriptor.digest;
	if (!keepPlatforms || present === void 0 || stays) return platforms;
	const mirrored = {
		...origin,
		source: origin.target
	};
	const there = await origin.target.manifest(present.digest);
	return [...platforms, ...await (sparse ? platformsThere(mirrored, there) : platformsOf(mirrored, there))];
}
async function strip(origin, image, wanted) {
	const { isChosen } = await choosePlatforms(origin, image, wanted);
	return withEntries(origin, image, isChosen);
}
function dropDescriptions(origin, image, options) {
	if (options.dockerMediaTypes) return withoutArtifacts(origin, image);
	return options.dropAttestations ? withoutAttestations(origin, image) : Promise.resolve(image);
}
async function leaveOutOthers(origin, image, wanted) {
	if (image.root.kind === "image") return { notes: [] };
	const { isChosen, leftOut } = await choosePlatforms(origin, image, wanted);
	return {
		leaveOut: (child) => !isChosen(child),
		notes: leftOut > 0 ? [{
			kind: "platforms-left-out",
			count: leftOut
		}] : []
	};
}
// src/mirror/tag-move.ts
const LONGEST_TAG = 128;
/** Tags that are tried for a backup; more moves of one tag within a second are none that anybody means. */
const MOST_NAMES = 9;
/**
* Refuses to move a tag that has to stay where it is: the rule of registry.k8s.io.
* @param present what the tag leads to now; undefined where it is not set
* @throws Failure `tag-protected`
*/
function requireMovable({ target, tag }, present, wanted, options) {
	if (tag === void 0 || present === void 0 || present.digest === wanted || !guards(tag, options)) return;
	throw new Failure("tag-protected", {
		address: `${target.name}:${tag}`,
		tag,
		present: present.digest,
		wanted
	});
}
/**
* To be done right before a tag is set: hours may have passed since the plan was made, and others move tags too. What
* the tag leads to by now is kept under a dated tag where that is asked for.
* @param now gives milliseconds since 1970
* @throws Failure `tag-protected`, and whatever keeps the dated tag from being set: then the tag must not be moved
*/
async function prepareMove({ target, tag }, wanted, options, now) {
	if (tag === void 0 || !(options.backupTags === true || guards(tag, options))) return [];
	const present = await ledTo(target, tag);
	requireMovable({
		target,
		tag
	}, present, wanted, options);
	if (!options.backupTags || present === void 0 || present.digest === wanted) return [];
	return [{
		kind: "tag-backed-up",
		tag: await backUp(target, tag, present.digest, now()),
		digest: present.digest
	}];
}
/** A list of what refers to an image grows by itself; another one in its place would lose what only this one lists. */
function guards(tag, { tags, force }) {
	return force !== true && (isReferrersTag(tag) || tags !== void 0 && isProtected(tags, tag));
}
/** Some registries have no HEAD, or answer it wrongly: what must not be lost is not there only if GET says so, too. */
async function ledTo(target, tag) {
	const found = await target.head(tag);
	if (found !== void 0) return found;
	try {
		return (await target.manifest(tag)).descriptor;
	} catch (error) {
		if (Failure.is(error, "image-unknown") || Failure.is(error, "push-denied")) return void 0;
		throw error;
	}
}
/** Gives a manifest that is there already one more tag, and tells which. */
async function backUp(target, tag, digest, time) {
	for (let number = 1;; number += 1) {
		const name = backupTag(tag, time, number);
		const taken = await ledTo(target, name);
		if (taken?.digest === digest) return name;
		if (taken === void 0) {
			await target.putManifest(await target.manifest(digest), name);
			return name;
		}
		if (number === MOST_NAMES) throw new Failure("tag-protected", {
			address: `${target.name}:${name}`,
			tag: name,
			present: taken.digest,
			wanted: digest
		});
	}
}
/** `v1-20260131T235959Z`, the time in UTC; the tag is cut where the whole would be too long for one. */
function backupTag(tag, time, number) {
	const suffix = `-${new Date(time).toISOString().replace(/[-:]|\.\d+/g, "")}${number === 1 ? "" : `-${number}`}`;
	return `${tag.slice(0, LONGEST_TAG - suffix.length)}${suffix}`;
}
// src/mirror/target-manifests.ts
/** What a target says of a manifest that it has not, shows to no writer, lost, or is just writing. */
const UNREADABLE = [
	"image-unknown",
	"push-denied",
	"digest-mismatch",
	"registry-error"
];
/** Which manifests of an image a target has, as far as one plan has to know: each is asked for once at most. */
var TargetManifests = class {
	target;
	schedule;
	#known = /* @__PURE__ */ new Map();
	#isNew = false;
	constructor(target, schedule) {
		this.target = target;
		this.schedule = schedule;
	}
	/** What a tag or digest leads to there. */
	async head(key) {
		const found = await this.schedule.request(() => this.target.head(key));
		if (isDigest(key)) this.#known.set(key, found !== void 0);
		return found;
	}
	/** Whether it has a manifest, and with it all that is below, by the rule that children are put first. */
	async has(digest) {
		return this.#answer(digest) ?? await this.head(digest) !== void 0;
	}
	/** Whether it was asked for a manifest and had it. */
	showed(digest) {
		return this.#known.get(digest) === true;
	}
	/** Asks whether it has any image: where it has none, no manifest need be asked for. */
	async askForAny(holdings) {
		this.#isNew = await holdings.isNew(this.target, () => this.schedule.request(() => hasNoTag(this.target)));
	}
	/** The source, but for manifests that the target has: to read those there costs nothing of a pull limit. */
	nearer(source) {
		return {
			name: source.name,
			head: (key) => source.head(key),
			manifest: async (key, size) => await this.#read(key) ?? source.manifest(key, size),
			blob: (blob, offset) => source.blob(blob, offset),
			tags: (range) => source.tags(range),
			referrers: (subject, hasTag) => source.referrers(subject, hasTag)
		};
	}
	#answer(digest) {
		return this.#known.get(digest) ?? (this.#isNew ? false : void 0);
	}
	async #read(key) {
		if (!isDigest(key) || this.#answer(key) === false) return void 0;
		const found = await this.schedule.request(() => this.target.manifest(key)).catch(noManifest);
		this.#known.set(key, found !== void 0);
		return found;
	}
};
function noManifest(error) {
	if (error instanceof Failure && UNREADABLE.includes(error.code)) return void 0;
	throw error;
}
/** Whatever else keeps the list from being read, nobody says that it is empty. */
async function hasNoTag(target) {
	try {
		for await (const _ of target.tags()) return false;
		return true;
	} catch (error) {
		return Failure.is(error, "image-unknown");
	}
}
// src/mirror/plan.ts
/** From so many manifests on it pays to ask first whether the target has any image at all. */
const MANY_MANIFESTS = 3;
/**
* Finds out what must move. A tag that is up to date costs a HEAD on each side. The target is asked for each manifest
* by digest, unless it has no image at all: one that is there has all below it, by the rule that children are put
* first.
* @throws Failure `image-unknown`, `platform-missing`, `tag-protected`, `image-too-large`, and those of the repositories
*/
async function makePlan(job, options) {
	const there = new TargetManifests(job.target, options.schedule);
	const { present, wanted } = await compare(job, there, options);
	if (wanted !== void 0 && wanted === present?.digest && !options.thorough && isAsAsked(options)) return upToDate(wanted);
	if (wanted !== void 0 && keepsDigest(options)) requireMovable(job, present, wanted, options);
	const image = await formImage({
		...job,
		limits: options.limits
	}, await readRoot(job, wanted, there, options), present, options);
	const { digest } = image.root.descriptor;
	const isTagged = !options.thorough && present?.digest === digest;
	if (isTagged && !image.leaveOut) return upToDate(digest, image.notes);
	requireMovable(job, present, digest, options);
	if (present === void 0 && mayBeFirst(job, image.root, there, options)) await there.askForAny(options.holdings);
	return planTree(job, image, isTagged, there, options);
}
/**
* The target first: what it lacks is read at once, without a HEAD before the GET; so is what only the source can have,
* since it gets a digest of its own.
*/
async function compare({ source, key, tag }, there, options) {
	if (tag === void 0) {
		const wanted = await digestAt(source, key);
		return {
			wanted,
			present: await there.head(wanted)
		};
	}
	const present = await there.head(tag);
	const isRead = present === void 0 || !(isAsAsked(options) || keepsDigest(options));
	return {
		present,
		...(isDigest(key) || !isRead) && { wanted: await digestAt(source, key) }
	};
}
/**
* The digest that a tag leads to, or the digest itself. Only a GET settles that there is none: some registries know no
* HEAD.
* @throws Failure `image-unknown`
*/
async function digestAt(source, key) {
	if (isDigest(key)) return key;
	return (await source.head(key))?.digest ?? (await source.manifest(key)).descriptor.digest;
}
function upToDate(digest, notes = []) {
	return {
		digest,
		upToDate: true,
		isNew: false,
		levels: [],
		blobs: [],
		notes
	};
}
/** An image that keeps its digest may be at the target already, under another tag; any other is of its own making. */
function readRoot({ source, key }, wanted, there, options) {
	if (wanted === void 0) return source.manifest(key);
	return (keepsDigest(options) ? there.nearer(source) : source).manifest(wanted);
}
/** Whether this may be the first image of the target, and it pays to know. */
function mayBeFirst({ tag }, root, there, { thorough }) {
	const manifests = new Set(root.children.map(({ digest }) => digest));
	return tag !== void 0 && !thorough && !there.showed(root.descriptor.digest) && manifests.size >= MANY_MANIFESTS;
}
/** @param isTagged whether the target's tag leads to the image already, though not all of it may be there */
async function planTree(job, image, isTagged, there, options) {
	const { root, known, leaveOut } = image;
	const source = there.nearer(job.source);
	const looksBelow = options.thorough === true || options.foreignLayers === true;
	const isThere = async (manifest) => !looksBelow && await there.has(manifest.digest);
	const rootIsThere = isTagged || await isThere(root.descriptor);
	const isWhole = async (child) => !(leaveOut && isIndexType(child.mediaType)) && isThere(child);
	const tree = rootIsThere && !leaveOut ? treeOf(root) : await readTree(source, root, {
		...options,
		prune: isWhole,
		known,
		leaveOut
	});
	limitSize(tree, job, options);
	const levels = levelsToPut(tree, there);
	const blobs = await blobsToBring(job.target, tree.blobs, options);
	const isLed = isTagged || job.tag === void 0;
	const foreign = tree.foreign.length > 0 ? [{
		kind: "foreign-layers",
		count: tree.foreign.length
	}] : [];
	return {
		digest: root.descriptor.digest,
		upToDate: rootIsThere && isLed && levels.flat().length === 1 && blobs.length === 0,
		isNew: !rootIsThere,
		levels,
		blobs,
		...leaveOut && { leaveOut },
		...tree.complete && { facts: await factsOf(source, tree) },
		notes: [...image.notes, ...foreign]
	};
}
function limitSize(tree, { image }, { maxSize }) {
	const size = treeSize(tree);
	if (maxSize !== void 0 && size > maxSize) throw new Failure("image-too-large", {
		image,
		size,
		limit: maxSize
	});
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
/** The root is put in any case, for its tag; what was read from the target is there. */
function levelsToPut({ root, levels }, there) {
	const isToPut = (manifest) => manifest === root || !there.showed(manifest.descriptor.digest);
	return levels.map((level) => level.filter(isToPut));
}
/** To put a blob is to ask for it: only who wants to know without putting any, or trusts no link, asks before. */
async function blobsToBring(target, blobs, { schedule, holdings, thorough, dryRun }) {
	const unseen = blobs.filter((blob) => !holdings.has(target, blob));
	if (!thorough && !dryRun) return unseen;
	const present = await Promise.all(unseen.map((blob) => schedule.request(() => target.hasBlob(blob))));
	return unseen.filter((_, index) => !present[index]);
}
/** How much a plan brings. */
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
* @throws Failure `manifest-incomplete` where the target lacks what was believed to be there
*/
async function carryOut(job, plan, options) {
	const { schedule, holdings } = options;
	await bringBlobs(job, plan, options);
	holdings.begin(job.target);
	const [root = [], ...below] = plan.levels;
	for (const level of below.toReversed()) await allOf(level.map((manifest) => schedule.request(() => putOnce(job, manifest, holdings))));
	for (const manifest of root) {
		await options.beforeTag?.();
		await schedule.request(() => job.target.putManifest(manifest, job.tag));
	}
}
/**
* Tags of one image have their manifests in common, and distribution 2 empties a manifest's file while it writes it
* again: an index that lists it is refused at that moment.
*/
async function putOnce({ target }, manifest, holdings) {
	await holdings.bringManifest(target, manifest.descriptor, () => target.putManifest(manifest));
}
/** Waits for all, also when one has failed: nothing is left under way behind the caller's back. */
async function allOf(work) {
	await Promise.allSettled(work);
	await Promise.all(work);
}
/** Once one has failed the image cannot be completed: what has not begun then does not begin. */
async function bringBlobs(job, plan, options) {
	const progress = trackProgress(amountOf(plan), options.onProgress);
	const broken = new AbortController();
	const bringOne = async (blob) => {
		try {
			await bringBlob(job, blob, progress, options);
		} catch (error) {
			broken.abort(error);
			throw error;
		}
	};
	const { schedule } = options;
	await allOf(plan.blobs.map((blob) => schedule.transfer(blob.size, () => bringOne(blob), broken.signal)));
}
async function bringBlob(job, blob, progress, options) {
	const { source, target } = job;
	const open = (offset) => progress.counted(blob, source.blob(blob, offset), offset);
	const way = {
		mountFrom: mountable(job, blob, options.holdings),
		prepare: async () => source.prepare?.(blob)
	};
	const put = async () => {
		const arrival = await target.putBlob(blob, open, way);
		return options.proof && arrival === "present" && !await target.hasBlob(blob) ? target.putBlob(blob, open, way) : arrival;
	};
	if (await options.holdings.bring(target, blob, put) === "sent") options.onSent(blob);
	progress.finished(blob);
}
/** Paths of repositories of the same registry that have a blob, or may have it. */
function mountable({ registry, target, mountFrom = [] }, blob, holdings) {
	if (registry === void 0) return [];
	const holder = holdings.holderOf(registry, blob.digest);
	const names = [...holder === void 0 ? [] : [holder], ...mountFrom].filter((name) => name !== target.name);
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
// src/mirror/heap.ts
/** Items of which the foremost is taken first, in no more steps than halving takes: tens of thousands may wait. */
var Heap = class {
	#items = [];
	#precedes;
	/** @param precedes whether one item is taken before another */
	constructor(precedes) {
		this.#precedes = precedes;
	}
	push(item) {
		let hole = this.#items.length;
		for (let parent = hole - 1 >> 1; hole > 0; parent = hole - 1 >> 1) {
			const above = this.#items[parent];
			if (above === void 0 || !this.#precedes(item, above)) break;
			this.#items[hole] = above;
			hole = parent;
		}
		this.#items[hole] = item;
	}
	/** Takes the foremost item; undefined where there is none. */
	pop() {
		const [first] = this.#items;
		const last = this.#items.pop();
		if (this.#items.length > 0 && last !== void 0) this.#sink(last);
		return first;
	}
	#sink(item) {
		let hole = 0;
		for (;;) {
			const child = this.#foremostBelow(hole);
			const below = this.#items[child];
			if (below === void 0 || !this.#precedes(below, item)) break;
			this.#items[hole] = below;
			hole = child;
		}
		this.#items[hole] = item;
	}
	#foremostBelow(parent) {
		const [left, right] = [2 * parent + 1, 2 * parent + 2];
		const [one, other] = [this.#items[left], this.#items[right]];
		return one !== void 0 && other !== void 0 && this.#precedes(other, one) ? right : left;
	}
};
// src/mirror/schedule.ts
/** @param concurrency as for `createSchedule` */
function createSchedules(concurrency) {
	const schedules = /* @__PURE__ */ new Map();
	return (mirror) => {
		const schedule = schedules.get(mirror) ?? createSchedule(concurrency);
		schedules.set(mirror, schedule);
		return schedule;
	};
}
/** @param concurrency how many blobs move at once, and how many small requests beside them */
function createSchedule(concurrency) {
	const transfers = new Lane(concurrency);
	const requests = new Lane(concurrency);
	return {
		transfer: (bytes, task, signal) => transfers.run(bytes, task, signal),
		request: (task) => requests.run(0, task)
	};
}
/** So many tasks at once; of those that wait the heaviest begins first, and of equal ones the one that came first. */
var Lane = class {
	#waiting = new Heap(isBefore);
	#free;
	#arrivals = 0;
	/** Thousands may wait for one signal: it is listened to once. Whoever waits for it no more is not in here. */
	#waitingFor = /* @__PURE__ */ new WeakMap();
	constructor(width) {
		this.#free = width;
	}
	async run(weight, task, signal) {
		signal?.throwIfAborted();
		await this.#turn(weight, signal);
		try {
			return await task();
		} finally {
			this.#free += 1;
			this.#beginNext();
		}
	}
	#turn(weight, signal) {
		return new Promise((begin, giveUp) => {
			const waiting = {
				weight,
				number: this.#arrivals,
				signal,
				begin,
				giveUp
			};
			this.#arrivals += 1;
			this.#waiting.push(waiting);
			if (signal) this.#groupOf(signal).add(waiting);
			queueMicrotask(() => this.#beginNext());
		});
	}
	#beginNext() {
		while (this.#free > 0) {
			const next = this.#waiting.pop();
			if (next === void 0) return;
			const { signal } = next;
			if (signal?.aborted) continue;
			if (signal) this.#groupOf(signal).delete(next);
			this.#free -= 1;
			next.begin();
		}
	}
	#groupOf(signal) {
		const known = this.#waitingFor.get(signal);
		if (known !== void 0) return known;
		const group = /* @__PURE__ */ new Set();
		this.#waitingFor.set(signal, group);
		signal.addEventListener("abort", () => group.forEach(({ giveUp }) => giveUp(signal.reason)), { once: true });
		return group;
	}
};
function isBefore(one, other) {
	return one.weight === other.weight ? one.number < other.number : one.weight > other.weight;
}
// src/mirror/attachments.ts
/** What is looked through at most. No image that is meant well comes near it. */
const ATTACHMENT_LIMITS = {
	/** How long a chain may be, of what is attached to what is attached. */
	depth: 4,
	/** Attachments of one image. */
	count: 1e3,
	/** Bytes of their manifests, some of which are in memory at the same time. */
	bytes: 33554432,
	/** Manifests of one image that the source is asked about at once: it may be slow, and is nobody else's then. */
	atOnce: 4,
	/** Tags of a repository, and the pages that they come on. */
	tags: 1e5,
	tagPages: 10
};
/**
* Finds what is attached to manifests of a source, and to that in turn, nearest first. One list of tags tells of all
* that is attached by a tag; a source without a referrers API is asked for it once.
* @param manifests those of an image, its root first
* @throws Failure `image-too-complex`, `manifest-too-deep`, `manifest-too-large`, and those of the source
*/
async function findAttachments(source, manifests) {
	const hasTag = tagFinder(source, manifests[0]);
	const found = /* @__PURE__ */ new Map();
	const asked = /* @__PURE__ */ new Set();
	const tally = tallyOf(source);
	const turns = createSchedule(ATTACHMENT_LIMITS.atOnce);
	const ask = (subject) => turns.request(async () => {
		const attached = await attachmentsOf(source, subject, hasTag, tally);
		tally.add(attached);
		return attached;
	});
	let level = manifests;
	for (let depth = 0; level.length > 0; depth += 1) {
		for (const digest of level) asked.add(digest);
		const next = await askEach(level, ask);
		if (next.length > 0 && depth === ATTACHMENT_LIMITS.depth) throw tooDeep(source);
		for (const one of next) found.set(`${one.subject} ${one.tag ?? one.descriptor.digest}`, one);
		level = [...new Set(next.map(({ descriptor }) => descriptor.digest))].filter((digest) => !asked.has(digest));
	}
	return [...found.values()];
}
/** The first alone: what it teaches of the source spares requests for the others. */
async function askEach(digests, ask) {
	const [first, ...rest] = digests;
	return [...first === void 0 ? [] : await ask(first), ...(await Promise.all(rest.map(ask))).flat()];
}
async function attachmentsOf(source, subject, hasTag, tally) {
	tally.check();
	const referrers = await firstOf(source.referrers(subject, hasTag), ATTACHMENT_LIMITS.count + 1);
	const tagged = await Promise.all(cosignTags(subject).map(async (tag) => {
		const descriptor = await hasTag(tag) ? await source.head(tag) : void 0;
		return descriptor === void 0 ? [] : [{
			subject,
			descriptor,
			tag
		}];
	}));
	return [...referrers.map((descriptor) => ({
		subject,
		descriptor
	})), ...tagged.flat()];
}
/** Counts what is listed, also what is listed again; once that is too much nothing more is asked for. */
function tallyOf({ name: image }) {
	const limits = ATTACHMENT_LIMITS;
	let [count, bytes] = [0, 0];
	const check = () => {
		if (count > limits.count) throw new Failure("image-too-complex", {
			image,
			limit: limits.count
		});
		if (bytes > limits.bytes) throw new Failure("manifest-too-large", {
			image,
			limit: limits.bytes
		});
	};
	return {
		check,
		add(attached) {
			count += attached.length;
			bytes += attached.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
			check();
		}
	};
}
function tooDeep({ name: image }) {
	return new Failure("manifest-too-deep", {
		image,
		limit: ATTACHMENT_LIMITS.depth
	});
}
/**
* Says of a tag whether the source has it, from one list of its tags. Where that is not to be had, the tags of the
* root are asked for one by one, and others are taken not to be there.
*/
function tagFinder(source, root) {
	const ofRoot = root === void 0 ? [] : [referrersTag(root), ...cosignTags(root)];
	let listed;
	return async (tag) => {
		listed ??= listAttachmentTags(source);
		const tags = await listed;
		return tags === void 0 ? ofRoot.includes(tag) && hasTagByHead(source, tag) : tags.has(tag);
	};
}
/** What a registry says that does not list its tags, or has no end of them. */
const UNLISTED = [
	"image-unknown",
	"pull-denied",
	"registry-error",
	"registry-untrusted"
];
async function listAttachmentTags(source) {
	const { tags: most, tagPages: pages } = ATTACHMENT_LIMITS;
	try {
		const tags = await firstOf(source.tags({
			after: BEFORE_ATTACHMENT_TAGS,
			pages
		}), most + 1);
		return tags.length > most ? void 0 : new Set(tags.filter(isAttachmentTag));
	} catch (error) {
		if (error instanceof Failure && UNLISTED.includes(error.code)) return void 0;
		throw error;
	}
}
/** Some registries forbid what is not there. */
async function hasTagByHead(source, tag) {
	try {
		return await source.head(tag) !== void 0;
	} catch (error) {
		if (Failure.is(error, "pull-denied")) return false;
		throw error;
	}
}
/** The first items of what may have no end. */
async function firstOf(items, count) {
	const first = [];
	for await (const item of items) {
		first.push(item);
		if (first.length >= count) break;
	}
	return first;
}
// src/mirror/referrers.ts
/**
* Brings what belongs to an image, once in a run for one image at one target. What goes wrong with a companion is a
* note: the image is right without it.
* @throws Failure that ends the run
*/
async function bringCompanions(job, plan, options) {
	const { referrers: choice = "auto", holdings } = options;
	if (choice === "none" || choice === "auto" && !bringsManifests(plan)) return [];
	let notes = [];
	await holdings.once(job.target, `companions of ${plan.digest}`, async () => {
		notes = await new Errand(job, plan, options).run();
	});
	return notes;
}
/** Whether the target gets manifests that it had not; a sparse index may be there before some of its platforms. */
function bringsManifests({ isNew, levels }) {
	return isNew || levels.flat().length > 1;
}
/** One look for companions, and their copy. */
var Errand = class {
	#job;
	#plan;
	#options;
	/** Manifests that the target has by now, and had not before: nothing can be attached to them there. */
	#fresh;
	#backups = [];
	#trees = Promise.resolve();
	#manifestBytes = 0;
	#bytes = 0;
	#brought = 0;
	#lost = 0;
	#failure;
	constructor(job, plan, options) {
		this.#job = job;
		this.#plan = plan;
		this.#options = options;
		const digests = plan.levels.flat().map(({ descriptor }) => descriptor.digest);
		this.#fresh = new Set(digests.filter((digest) => plan.isNew || digest !== plan.digest));
	}
	async run() {
		await this.#trying(0, async () => {
			const manifests = digestsIn(await this.#levels(), this.#plan.leaveOut);
			const found = await findAttachments(this.#job.source, manifests);
			for (const [subject, attached] of bySubject(found)) await this.#trying(attached.length, () => this.#bringAll(subject, attached));
		});
		return [
			...this.#backups,
			...this.#brought > 0 ? [{
				kind: "referrers",
				count: this.#brought
			}] : [],
			...this.#failure ? [{
				kind: "referrers-failed",
				count: this.#lost,
				code: this.#failure.code
			}] : []
		];
	}
	/** The image's manifests; where none is to be copied, from the target, which has them all. */
	async #levels() {
		if (bringsManifests(this.#plan)) return this.#plan.levels;
		const { target } = this.#job;
		return (await readTree(target, await this.#ask(() => target.manifest(this.#plan.digest)), {
			...this.#options,
			leaveOut: this.#plan.leaveOut,
			prune: isLeaf
		})).levels;
	}
	async #bringAll(subject, attached) {
		const { target } = this.#job;
		if (!this.#fresh.has(subject) && await this.#ask(() => target.head(subject)) === void 0) return;
		await this.#bringReferrers(subject, attached.filter(({ tag }) => tag === void 0).map(({ descriptor }) => descriptor));
		for (const { tag, descriptor } of attached) if (tag !== void 0) await this.#trying(1, () => this.#bringTagged(tag, descriptor));
	}
	async #bringReferrers(subject, referrers) {
		const present = new Set(referrers.length === 0 ? [] : await this.#presentAt(subject));
		const missing = referrers.filter(({ digest }) => !present.has(digest));
		const isMeant = (manifest) => manifest.subject?.digest === subject;
		const manifests = (await Promise.all(missing.map((referrer) => this.#trying(1, () => this.#bringContents(referrer, isMeant))))).filter((manifest) => manifest !== void 0);
		await this.#put(subject, manifests);
	}
	async #presentAt(subject) {
		if (this.#fresh.has(subject)) return [];
		return (await this.#ask(() => firstOf(this.#job.target.referrers(subject), ATTACHMENT_LIMITS.count))).map(({ digest }) => digest);
	}
	/** All at once, which takes the fewest requests; one that is refused must not keep the others from being listed. */
	async #put(subject, manifests) {
		if (manifests.length === 0) return;
		try {
			await this.#ask(() => this.#job.target.putReferrers(subject, manifests));
			this.#countIn(manifests);
		} catch (error) {
			if (manifests.length === 1) return this.#miss(1, error);
			for (const manifest of manifests) await this.#put(subject, [manifest]);
		}
	}
	async #bringTagged(tag, descriptor) {
		const { target } = this.#job;
		if ((await this.#ask(() => target.head(tag)))?.digest === descriptor.digest) return;
		const manifest = await this.#bringContents(descriptor, () => true);
		if (manifest === void 0) return;
		const { digest } = descriptor;
		this.#backups.push(...await prepareMove({
			target,
			tag
		}, digest, this.#options, this.#options.now));
		await this.#ask(() => target.putManifest(manifest, tag));
		this.#countIn([manifest]);
	}
	/** Copies all that a companion lists. Undefined where it is gone from the source, or is not what was looked for. */
	async #bringContents(descriptor, isMeant) {
		const { schedule, holdings, onSent } = this.#options;
		const manifest = await this.#read(descriptor);
		if (manifest === void 0 || !isMeant(manifest)) return void 0;
		const { levels, blobs } = await this.#treeOf(manifest);
		const plan = {
			digest: manifest.descriptor.digest,
			levels: [[], ...levels.slice(1)],
			blobs,
			isNew: true,
			upToDate: false,
			notes: []
		};
		await carryOut(this.#job, plan, {
			schedule,
			holdings,
			onSent
		});
		return manifest;
	}
	/** One after the other, since all together they are held to what one image may have. */
	#treeOf(manifest) {
		const tree = this.#trees.then(() => this.#readTree(manifest));
		this.#trees = tree.catch(() => void 0);
		return tree;
	}
	async #readTree(manifest) {
		const manifests = ATTACHMENT_LIMITS.bytes - this.#manifestBytes;
		const limits = {
			...this.#options.limits,
			manifests
		};
		const prune = ({ size }) => {
			this.#manifestBytes += size;
			return Promise.resolve(false);
		};
		const tree = await readTree(this.#job.source, manifest, {
			...this.#options,
			limits,
			prune
		});
		this.#bytes += treeSize(tree);
		const { maxSize: limit } = this.#options;
		if (limit === void 0 || this.#bytes <= limit) return tree;
		throw new Failure("image-too-large", {
			image: this.#job.image,
			size: this.#bytes,
			limit
		});
	}
	async #read({ digest, size: expected }) {
		const { source } = this.#job;
		try {
			const manifest = await source.manifest(digest, expected);
			const { size: actual } = manifest.descriptor;
			if (actual !== expected) throw new Failure("size-mismatch", {
				where: source.name,
				digest,
				expected,
				actual
			});
			return manifest;
		} catch (error) {
			if (Failure.is(error, "image-unknown")) return void 0;
			throw error;
		}
	}
	#countIn(manifests) {
		this.#brought += manifests.length;
		for (const { descriptor } of manifests) this.#fresh.add(descriptor.digest);
	}
	/** Of the target: its places are not for a source to hold, which may be slow. */
	#ask(request) {
		return this.#options.schedule.request(request);
	}
	/** Does some work; where it fails, so many companions stay behind. */
	async #trying(count, work) {
		try {
			return await work();
		} catch (error) {
			this.#miss(count, error);
			return;
		}
	}
	#miss(count, error) {
		if (!(error instanceof Failure) || error.endsRun) throw error;
		this.#lost += count;
		this.#failure ??= error;
	}
};
function isLeaf({ mediaType }) {
	return Promise.resolve(!isIndexType(mediaType));
}
/** The digests of these manifests, and of those that they list, the root first. */
function digestsIn(levels, leaveOut = () => false) {
	const manifests = levels.flat();
	const listed = manifests.flatMap((manifest) => manifest.children).filter((child) => isManifestType(child.mediaType) && !leaveOut(child));
	return [...new Set([...manifests.map(({ descriptor }) => descriptor), ...listed].map(({ digest }) => digest))];
}
function bySubject(attachments) {
	const groups = /* @__PURE__ */ new Map();
	for (const attachment of attachments) groups.set(attachment.subject, [...groups.get(attachment.subject) ?? [], attachment]);
	return groups;
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
* Reads an image back whole: every manifest by digest, its bytes hashed, and every blob by HEAD; but for the entries
* of its indexes that were left out.
* @throws Failure `not-verified` naming the first digest that is missing
*/
async function verifyWhole(target, key, expected, { schedule, ...choices }) {
	await verifyHead(target, key, expected);
	const address = addressOf(target, key);
	try {
		const tree = await readTree(target, await target.manifest(expected), choices);
		const present = await Promise.all(tree.blobs.map((blob) => schedule.request(() => target.hasBlob(blob))));
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
* turns out to lack some of what it should have is mended, once.
* @throws Failure
*/
async function deliver(job, options) {
	const started = options.now();
	const plan = await makePlan(job, options);
	if (options.dryRun) return planned(job, plan, options);
	const course = {
		sent: {
			blobs: 0,
			bytes: 0
		},
		notes: []
	};
	const { upToDate, digest, facts, notes, leaveOut } = await bringWhole(job, plan, course, options);
	if (options.proof && upToDate && options.platforms && !leaveOut) await requirePlatforms({
		source: job.target,
		image: job.image,
		limits: options.limits
	}, await job.target.manifest(digest), options.platforms);
	return {
		status: upToDate ? "unchanged" : "copied",
		image: job.image,
		address: options.address,
		digest,
		...facts && { facts },
		sent: course.sent,
		milliseconds: options.now() - started,
		verified: options.proof ? "everything" : "tag",
		access: options.stranger ? await checkAccess(options.stranger, job.tag ?? digest, digest) : "unchecked",
		notes: [...notes, ...course.notes]
	};
}
/** What a registry refuses as incomplete, or cannot show, is looked for piece by piece and brought again. */
async function bringWhole(job, plan, course, options) {
	try {
		return await bring(job, plan, course, options);
	} catch (error) {
		if (!(options.proof && Failure.is(error, "not-verified")) && !Failure.is(error, "manifest-incomplete")) throw error;
		options.holdings.forget(job.target);
		return bring(job, await makePlan(job, {
			...options,
			thorough: true
		}), course, options);
	}
}
/** Gives the plan back with what is known of the image once it is there. */
async function bring(job, plan, course, options) {
	const calls = callbacks(job, plan, course, options);
	if (!plan.upToDate) await carryOut(job, plan, calls);
	else course.notes.push(...await bringCompanions(job, plan, {
		...options,
		onSent: calls.onSent
	}));
	const facts = await prove(job, plan, options);
	return {
		...plan,
		...facts && { facts }
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
function callbacks(job, plan, { sent, notes }, options) {
	const { address, now, onProgress } = options;
	const onSent = ({ size }) => {
		sent.blobs += 1;
		sent.bytes += size;
	};
	return {
		...options,
		onSent,
		beforeTag: async () => {
			notes.push(...await bringCompanions(job, plan, {
				...options,
				onSent
			}));
			const isKept = notes.some(({ kind }) => kind === "tag-backed-up");
			notes.push(...await prepareMove(job, plan.digest, isKept ? {
				...options,
				backupTags: false
			} : options, now));
		},
		onProgress: (done, total) => onProgress?.({
			image: job.image,
			address,
			stage: "copying",
			done,
			total
		})
	};
}
async function prove(job, plan, options) {
	const { digest, upToDate, leaveOut } = plan;
	const { address, onProgress, proof } = options;
	const key = job.tag ?? digest;
	if (!proof) {
		if (!upToDate) await verifyHead(job.target, key, digest);
		return;
	}
	onProgress?.({
		image: job.image,
		address,
		stage: "verifying",
		done: NOTHING,
		total: NOTHING
	});
	return verifyWhole(job.target, key, digest, {
		...options,
		leaveOut
	});
}
// src/mirror/holdings.ts
function createHoldings() {
	const repositories = /* @__PURE__ */ new Map();
	const holders = /* @__PURE__ */ new Map();
	const novelty = /* @__PURE__ */ new Map();
	const works = /* @__PURE__ */ new Map();
	const heldBy = ({ name }) => entry(repositories, name, () => ({
		blobs: noArrivals(),
		manifests: noArrivals()
	}));
	return {
		has: (target, blob) => heldBy(target).blobs.arrived.get(blob.digest) === blob.size,
		isNew: (target, ask) => entry(novelty, target.name, ask),
		begin: (target) => void novelty.set(target.name, Promise.resolve(false)),
		async bring(target, blob, put) {
			const how = await bringOnce(heldBy(target).blobs, blob, put);
			entry(holders, registryIn(target.name), () => /* @__PURE__ */ new Map()).set(blob.digest, target.name);
			return how;
		},
		async bringManifest(target, manifest, put) {
			await bringOnce(heldBy(target).manifests, manifest, async () => {
				await put();
				return "sent";
			});
		},
		async once(target, what, work) {
			const key = `${target.name} ${what}`;
			try {
				await entry(works, key, work);
			} catch (error) {
				works.delete(key);
				throw error;
			}
		},
		holderOf(registry, digest) {
			const name = holders.get(registry)?.get(digest);
			return name !== void 0 && repositories.get(name)?.blobs.arrived.has(digest) ? name : void 0;
		},
		forget(target) {
			const { blobs, manifests } = heldBy(target);
			blobs.arrived.clear();
			manifests.arrived.clear();
		}
	};
}
function noArrivals() {
	return {
		arrived: /* @__PURE__ */ new Map(),
		underWay: /* @__PURE__ */ new Map()
	};
}
/** Where another image's source fails, this one's own is tried. */
async function bringOnce({ arrived, underWay }, { digest, size }, put) {
	for (let other = underWay.get(digest); other !== void 0; other = underWay.get(digest)) await other.catch(() => void 0);
	if (arrived.get(digest) === size) return "present";
	const arrival = put();
	underWay.set(digest, arrival);
	try {
		const how = await arrival;
		arrived.set(digest, size);
		return how;
	} finally {
		underWay.delete(digest);
	}
}
/** The value of a key, made where there is none yet. */
function entry(map, key, make) {
	const value = map.get(key) ?? make();
	map.set(key, value);
	return value;
}
function registryIn(name) {
	return name.slice(0, name.indexOf("/"));
}
// src/mirror/source-share.ts
function createSourceShare(options) {
	const shared = /* @__PURE__ */ new Map();
	const tagLists = /* @__PURE__ */ new Map();
	return { async use(address, work) {
		const name = formatAddress(address);
		const source = shared.get(name) ?? new SharedSource(address, options, tagLists);
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
	#tagLists;
	#referrers = /* @__PURE__ */ new Map();
	#heads = /* @__PURE__ */ new Map();
	#manifests = /* @__PURE__ */ new Map();
	#fetched = /* @__PURE__ */ new Map();
	#located;
	#spool;
	constructor(address, options, tagLists) {
		this.#address = address;
		this.#options = options;
		this.#tagLists = tagLists;
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
		const { count, tags: most } = ATTACHMENT_LIMITS;
		const tagsOf = (range) => {
			dropOldest(this.#tagLists, 49);
			return firstOf(repository.tags(range), most + 1);
		};
		const referrersOf = (subject, hasTag) => firstOf(pointersOf(repository.referrers(subject, hasTag)), count + 1);
		const source = {
			name: repository.name,
			head: (wanted) => this.#head(repository, wanted),
			manifest: (wanted, size) => once(this.#manifests, wanted, () => this.#manifest(repository, wanted, size)),
			blob: (blob, offset) => this.#read(repository, blob, offset),
			tags: (range) => each(once(this.#tagLists, `${repository.name} ${JSON.stringify(range)}`, () => tagsOf(range))),
			referrers: (subject, hasTag) => each(once(this.#referrers, subject, () => referrersOf(subject, hasTag)))
		};
		return {
			repository: this.#address.place.kind === "layout" ? repository : {
				...source,
				prepare: (blob) => this.#prepare(repository, blob)
			},
			key
		};
	}
	/** What was read need not be asked for; and all mirrors get what the tag led to then. */
	async #head(source, key) {
		return (await this.#manifests.get(key))?.descriptor ?? once(this.#heads, key, () => source.head(key));
	}
	async #manifest(source, key, size) {
		const manifest = await source.manifest(key, size);
		this.#manifests.set(manifest.descriptor.digest, Promise.resolve(manifest));
		return manifest;
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
/** Keeps so many entries at most. */
function dropOldest(map, most) {
	for (const key of map.keys()) {
		if (map.size <= most) return;
		map.delete(key);
	}
}
/** Descriptors without their annotations and the like, which have no bounds and need not be kept. */
async function* pointersOf(descriptors) {
	for await (const { mediaType, digest, size } of descriptors) yield {
		mediaType: isManifestType(mediaType) ? mediaType : "",
		digest,
		size
	};
}
async function* each(items) {
	yield* await items;
}
/** Asks once for each key, also while the answer is on its way; a failure is forgotten. */
async function once(answers, key, ask) {
	const known = answers.get(key);
	if (known !== void 0) return known;
	const answer = ask();
	answers.set(key, answer);
	answer.catch(() => answers.delete(key));
	return answer;
}
export { digestAt as a, createSchedules as i, createHoldings as n, deliver as r, createSourceShare as t };
