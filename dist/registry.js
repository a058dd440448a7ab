import { i as Failure, r as errorCode } from "./failure.js";
import { B as isDigest, D as DOCKER_HUB, F as pullKey, G as isJsonObject, K as parseJsonObject, L as algorithmOf, M as isTag, O as canonicalRegistry, R as hasherFor, S as formatPlace, _ as OCI_INDEX, g as MANIFEST_TYPES, h as readManifest, i as isReferrersList, j as isRepositoryPath, m as isForeignLayer, o as referrersTag, p as isAttestation, q as textMembers, r as isAttachmentTag, s as withReferrers, v as bareMediaType, x as formatAddress, z as hexOf } from "./oci.js";
import { t as require_undici } from "./vendor/undici.js";
import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { once, setMaxListeners } from "node:events";
import { createHash, randomUUID } from "node:crypto";
import { lookup } from "node:dns";
import { link, mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
// src/registry/layout/locate.ts
const SHOWN_NAMES = 10;
/**
* Finds a source image in a layout. Beside `REPOSITORY:TAG` it knows how other tools write layouts: an entry whose
* whole name is what was asked for (`oci:DIR:1.27`), and a directory with one image and no name for it (`oci:DIR`).
* @throws Failure `layout-invalid` where there is no layout; `image-unknown`, `input-invalid` where no name was
*   given and the directory does not have exactly one image. A name that is not there is left for the repository
*   to say.
*/
async function locateImage(store, address) {
	if (!await store.isLayout()) throw new Failure("layout-invalid", {
		path: store.directory,
		reason: "absent"
	});
	const { place, tag, digest } = address;
	const repository = store.repository(place.repository);
	if (digest !== void 0) return {
		repository,
		key: digest
	};
	const index = await store.index.read();
	if (tag === void 0) return onlyImage(store, index, address);
	const { byName } = index;
	const bare = tag === "latest" ? byName.get(place.repository) : void 0;
	if (bare === void 0 || byName.has(`${place.repository}:${tag}`)) return {
		repository,
		key: tag
	};
	return {
		repository: store.repository(""),
		key: bare.digest
	};
}
function onlyImage(store, index, address) {
	const names = [...index.byName.keys()].filter((name) => !isOfAttachment(name));
	const [only, ...others] = imagesOf(index, names);
	const text = formatAddress(address);
	if (only === void 0) throw new Failure("image-unknown", {
		image: text,
		host: store.directory
	});
	if (others.length === 0) {
		const name = names.find((one) => index.byName.get(one)?.digest === only.digest) ?? "";
		return {
			repository: store.repository(name.slice(0, Math.max(0, name.lastIndexOf(":")))),
			key: only.digest
		};
	}
	const expected = names.toSorted().slice(0, SHOWN_NAMES).map((name) => `${text}:${name}`).join(", ");
	throw new Failure("input-invalid", {
		name: "image",
		value: text,
		expected
	});
}
/** What is under one of the names, or under none at all: signatures and lists of them are no images. */
function imagesOf({ byDigest, byName }, names) {
	const named = new Set(names.map((name) => byName.get(name)?.digest));
	const attached = new Set([...byName.values()].map(({ digest }) => digest).filter((digest) => !named.has(digest)));
	return [...byDigest.values()].filter(({ digest }) => !attached.has(digest));
}
function isOfAttachment(name) {
	return isAttachmentTag(name.slice(name.lastIndexOf(":") + 1));
}
// src/registry/limits.ts
const MEBIBYTE$3 = 1048576;
/** The largest manifest that is read, in bytes. Some publishers exceed what a registry is bound to take. */
const LARGEST_MANIFEST_READ = 8 * MEBIBYTE$3;
/** The largest manifest that is taken in, in bytes (distribution-spec, "Pushing Manifests"). */
const LARGEST_MANIFEST_WRITTEN = 4 * MEBIBYTE$3;
// src/registry/layout/disk.ts
const FULL = /* @__PURE__ */ new Set(["ENOSPC", "EDQUOT"]);
const FORBIDDEN = /* @__PURE__ */ new Set([
	"EACCES",
	"EPERM",
	"EROFS"
]);
/** Whether `error` is the system's, with this code (`ENOENT`, `EEXIST`). */
function hasCode(error, code) {
	return errorCode(error) === code;
}
/** The result of some work on files; undefined where the file is not there. */
async function unlessMissing(work) {
	try {
		return await work;
	} catch (error) {
		if (hasCode(error, "ENOENT")) return void 0;
		throw error;
	}
}
/**
* Does some writing under `path`.
* @throws Failure `disk-full`, `directory-unwritable`, `layout-invalid` for what the system says of that kind
*/
async function writing(path, work) {
	try {
		return await work();
	} catch (error) {
		throw writeFailure(error, path);
	}
}
/**
* Makes a directory and those above it. Node's own way says of a read-only disk that the directory is missing.
* @throws Failure as `writing`
*/
async function makeDirectory(path) {
	try {
		await mkdir(path);
	} catch (error) {
		if (hasCode(error, "EEXIST")) return;
		if (!hasCode(error, "ENOENT")) throw writeFailure(error, path);
		await makeDirectory(dirname(path));
		await makeDirectory(path);
	}
}
/**
* Does some reading of `path`.
* @throws Failure `file-unreadable` where it may not be read
*/
async function reading(path, work) {
	try {
		return await work();
	} catch (error) {
		throw readFailure(error, path);
	}
}
/** What went wrong in reading, for people where it is known. */
function readFailure(error, path) {
	const code = errorCode(error) ?? "";
	return FORBIDDEN.has(code) ? new Failure("file-unreadable", {
		path,
		reason: code
	}, { cause: error }) : error;
}
function writeFailure(error, path) {
	const code = errorCode(error) ?? "";
	if (FULL.has(code)) return new Failure("disk-full", { path }, { cause: error });
	if (FORBIDDEN.has(code)) return new Failure("directory-unwritable", {
		path,
		reason: code
	}, { cause: error });
	if (code === "ENOTDIR") return new Failure("layout-invalid", {
		path,
		reason: "not-a-directory"
	}, { cause: error });
	return error;
}
// src/registry/layout/blob-files.ts
const READ_SIZE = 262144;
/** The content of a layout: files named by their digests (image-spec, image-layout.md, "Blobs"). */
var BlobFiles = class {
	path;
	ingest;
	signal;
	constructor(path, ingest, signal) {
		this.path = path;
		this.ingest = ingest;
		this.signal = signal;
	}
	/** A blob's size in bytes; undefined where it is not there. */
	async size(digest) {
		const path = this.pathOf(digest);
		const found = await reading(path, () => unlessMissing(stat(path)));
		return found?.isFile() ? found.size : void 0;
	}
	/** A whole blob in memory, unchecked: for small ones. */
	async bytes(digest) {
		const path = this.pathOf(digest);
		return reading(path, () => unlessMissing(readFile(path)));
	}
	/**
	* A blob's bytes, unchecked.
	* @throws Failure `blob-unknown`, naming `where`; the signal's reason
	*/
	async *read(digest, where, range = { start: 0 }) {
		const path = this.pathOf(digest);
		try {
			for await (const chunk of createReadStream(path, {
				...range,
				highWaterMark: READ_SIZE
			})) {
				this.signal?.throwIfAborted();
				yield chunk;
			}
		} catch (error) {
			if (hasCode(error, "ENOENT")) throw new Failure("blob-unknown", {
				where,
				digest
			}, { cause: error });
			throw readFailure(error, path);
		}
	}
	/** Stores a blob whose bytes `fill` writes and answers for. */
	async write(digest, fill) {
		await makeDirectory(this.folderOf(digest));
		await this.ingest.write(this.pathOf(digest), fill);
	}
	/** Publishes a file that holds this blob's bytes. */
	async place(digest, file) {
		await makeDirectory(this.folderOf(digest));
		await file.place(this.pathOf(digest));
	}
	/** Throws a blob away. */
	async remove(digest) {
		const path = this.pathOf(digest);
		await writing(path, () => rm(path, { force: true }));
	}
	folderOf(digest) {
		return join(this.path, algorithmOf(digest));
	}
	pathOf(digest) {
		return join(this.folderOf(digest), hexOf(digest));
	}
};
// src/registry/layout/index-file.ts
/** The annotation that names an entry of index.json (image-spec, annotations.md). */
const REF_NAME = "org.opencontainers.image.ref.name";
/** Marks an entry that was made by `grow`: what it leads to is of use to nobody once it has grown on. */
const GROWN = "transship.grown";
/** The table of a layout: which name leads to which manifest (image-spec, image-layout.md, "index.json"). */
var IndexFile = class {
	path;
	lock;
	ingest;
	#cached;
	#last = Promise.resolve();
	constructor(path, lock, ingest) {
		this.path = path;
		this.lock = lock;
		this.ingest = ingest;
	}
	/**
	* Reads the table; as long as the file does not change, from memory.
	* @throws Failure `layout-invalid`
	*/
	async read() {
		const version = await this.version();
		if (version === void 0) return indexOf([]);
		if (this.#cached?.version !== version) this.#cached = {
			version,
			index: indexOf((await this.load()).entries)
		};
		return this.#cached.index;
	}
	/**
	* Adds an entry, in place of the one that bore its name.
	* @throws Failure `layout-locked`, `layout-invalid`, `disk-full`
	*/
	async put(entry, name) {
		const { byName, byDigest } = await this.read();
		const present = name === void 0 ? byDigest.get(entry.digest) : byName.get(name);
		if (present?.digest === entry.digest && present.mediaType === entry.mediaType) return;
		const work = async (confirm) => this.replace(await this.load(), name, entryOf$1(entry, name), confirm);
		await this.inTurn(work);
	}
	/**
	* Lets the entry of a name grow out of the one that bears it, while nobody else writes.
	* @throws Failure as `put`, and whatever the change throws
	*/
	async grow(name, { next, discard }) {
		const work = async (confirm) => {
			const contents = await this.load();
			const present = indexOf(contents.entries).byName.get(name);
			const entry = await next(present);
			if (entry === void 0) return;
			const rest = await this.replace(contents, name, entryOf$1(entry, name, { [GROWN]: "true" }), confirm);
			if (present?.annotations?.[GROWN] !== void 0 && present.digest !== entry.digest && rest.every(({ digest }) => digest !== present.digest)) await discard(present);
		};
		await this.inTurn(work);
	}
	async inTurn(work) {
		const turn = this.#last.then(() => this.lock.hold(work));
		this.#last = turn.then(() => void 0, () => void 0);
		await turn;
	}
	/** @returns the entries that stay beside the new one */
	async replace({ document, entries }, name, added, confirm) {
		const stays = (position) => name === void 0 || nameOf(entries[position]) !== name;
		const kept = document.manifests.filter((_, position) => stays(position));
		const bytes = Buffer.from(JSON.stringify({
			...document,
			manifests: [...kept, added]
		}));
		await this.ingest.write(this.path, async (file) => {
			await file.write(bytes);
			await file.sync();
			await confirm();
		});
		return entries.filter((_, position) => stays(position));
	}
	async load() {
		const bytes = await reading(this.path, () => unlessMissing(readFile(this.path)));
		if (bytes === void 0) return {
			document: EMPTY,
			entries: []
		};
		const entries = readEntries(bytes, dirname(this.path));
		return {
			document: documentOf(bytes),
			entries
		};
	}
	/** Changes whenever the file does: every change is a rename, so the inode is a new one. */
	async version() {
		const found = await reading(this.path, () => unlessMissing(stat(this.path, { bigint: true })));
		return found && `${found.ino} ${found.mtimeNs} ${found.size}`;
	}
};
const EMPTY = {
	schemaVersion: 2,
	mediaType: OCI_INDEX,
	manifests: []
};
/** The entries, in the order of the document's `manifests`. */
function readEntries(bytes, path) {
	try {
		return readManifest(bytes, {
			image: path,
			contentType: OCI_INDEX
		}).children;
	} catch (cause) {
		throw new Failure("layout-invalid", {
			path,
			reason: "index"
		}, { cause });
	}
}
function documentOf(bytes) {
	const value = JSON.parse(Buffer.from(bytes).toString("utf8"));
	const document = typeof value === "object" && value !== null ? value : {};
	return {
		...document,
		manifests: "manifests" in document && Array.isArray(document.manifests) ? document.manifests : []
	};
}
function indexOf(entries) {
	const firstOnTop = entries.toReversed();
	const named = firstOnTop.flatMap((entry) => {
		const name = nameOf(entry);
		return name === void 0 ? [] : [[name, entry]];
	});
	return {
		byDigest: new Map(firstOnTop.map((entry) => [entry.digest, entry])),
		byName: new Map(named)
	};
}
function entryOf$1({ mediaType, digest, size }, name, marks = {}) {
	return {
		mediaType,
		digest,
		size,
		...name !== void 0 && { annotations: {
			[REF_NAME]: name,
			...marks
		} }
	};
}
function nameOf(entry) {
	return entry?.annotations?.[REF_NAME];
}
// src/registry/layout/ingest.ts
/** How long a file of an unknown writer is left alone after its last byte, in milliseconds. */
const ABANDONED_AFTER = 864e5;
/** `HOST~PID~UNIQUE`: whoever finds the file can tell whether its writer is still there. */
const FILE_NAME = /^(?<host>.*)~(?<pid>\d+)~[\da-f-]{36}$/;
/** A file in the making. It gets its name only when it is whole; until then nobody reads it. */
var IngestFile = class IngestFile {
	path;
	handle;
	#received = 0;
	constructor(path, handle) {
		this.path = path;
		this.handle = handle;
	}
	/** Starts an empty file at `path`. */
	static async create(path) {
		return writing(path, async () => new IngestFile(path, await open(path, "wx")));
	}
	/** Bytes written so far. */
	get received() {
		return this.#received;
	}
	/**
	* Adds bytes as they come. Where the stream breaks, what came before stays.
	* @throws Failure `disk-full`, and whatever the stream throws
	*/
	async append(stream) {
		for await (const chunk of stream) await this.write(chunk);
	}
	/** Adds some bytes. */
	async write(bytes) {
		await writing(this.path, () => this.handle.appendFile(bytes));
		this.#received += bytes.byteLength;
	}
	/** Brings the bytes to the disk, so that they outlive a loss of power. */
	async sync() {
		await writing(this.path, () => this.handle.datasync());
	}
	/** Gives the file its name, in one step that readers see whole. */
	async place(target) {
		await this.sync();
		await writing(target, async () => {
			await this.handle.close();
			await rename(this.path, target);
		});
	}
	/** Throws the file away. */
	async discard() {
		await this.handle.close();
		await rm(this.path, { force: true });
	}
};
/** Where files are made: a folder of the layout itself, so that a rename is all it takes to publish one. */
var IngestFolder = class {
	path;
	processes;
	clock;
	#ready;
	constructor(path, processes, clock) {
		this.path = path;
		this.processes = processes;
		this.clock = clock;
	}
	/** Starts a file. The first call also removes what dead writers have left. */
	async open() {
		this.#ready ??= this.prepare().catch((error) => {
			this.#ready = void 0;
			throw error;
		});
		await this.#ready;
		const { host, pid } = this.processes;
		return IngestFile.create(join(this.path, `${host}~${pid}~${randomUUID()}`));
	}
	/**
	* Writes a whole file: starts it, lets `fill` add the bytes, and names it. Whatever fails, nothing is left of it.
	*/
	async write(target, fill) {
		const file = await this.open();
		try {
			await fill(file);
			await file.place(target);
		} catch (error) {
			await file.discard();
			throw error;
		}
	}
	async prepare() {
		await makeDirectory(this.path);
		const names = await readdir(this.path);
		await Promise.all(names.map((name) => this.removeIfAbandoned(name)));
	}
	async removeIfAbandoned(name) {
		const path = join(this.path, name);
		const found = await unlessMissing(stat(path));
		if (found === void 0) return;
		if (this.clock.now() - found.mtimeMs > ABANDONED_AFTER || this.isOfDeadWriter(name)) await rm(path, { force: true });
	}
	isOfDeadWriter(name) {
		const { host, pid } = FILE_NAME.exec(name)?.groups ?? {};
		return host === this.processes.host && !this.processes.isRunning(Number(pid));
	}
};
// src/registry/checked.ts
/**
* Hands on a blob's bytes and checks them on the way: as many as the descriptor says, and of its digest. The chunk
* that completes the blob is held back until both are known to be right, so whoever has all bytes has the right
* ones. `where` names the place that they come from, for messages.
* @throws Failure `size-mismatch`, `digest-mismatch`, and whatever the stream throws
*/
async function* checked(stream, blob, where, start = {
	offset: 0,
	hash: hasherFor(blob.digest)
}) {
	let received = start.offset;
	let last;
	for await (const chunk of stream) {
		if (chunk.byteLength === 0) continue;
		received += chunk.byteLength;
		if (received > blob.size) throw wrongSize(blob, where, received);
		start.hash?.update(chunk);
		if (received === blob.size) last = chunk;
		else yield chunk;
	}
	if (received !== blob.size) throw wrongSize(blob, where, received);
	if (start.hash !== void 0) checkDigest(start.hash, blob, where);
	if (last !== void 0) yield last;
}
function wrongSize(blob, where, actual) {
	return new Failure("size-mismatch", {
		where,
		digest: blob.digest,
		expected: blob.size,
		actual
	});
}
function checkDigest(hash, blob, where) {
	const actual = `${algorithmOf(blob.digest)}:${hash.digest("hex")}`;
	if (actual !== blob.digest) throw new Failure("digest-mismatch", {
		where,
		expected: blob.digest,
		actual
	});
}
// src/registry/layout/layout-repository.ts
/** One repository in a layout. Its blobs and manifests are those of the whole layout; its tags are its own. */
var LayoutRepository = class {
	store;
	repository;
	name;
	constructor(store, repository) {
		this.store = store;
		this.repository = repository;
		this.name = formatPlace({
			kind: "layout",
			directory: store.directory,
			repository
		});
	}
	async head(key) {
		return this.current(key, async (entry) => {
			if (entry !== void 0) return await this.hasBlob(entry) ? pointer(entry) : void 0;
			return isDigest(key) ? this.headUnlisted(key) : void 0;
		});
	}
	async manifest(key) {
		const manifest = await this.current(key, async (entry) => {
			const digest = entry?.digest ?? (isDigest(key) ? key : void 0);
			return digest && this.load(digest, entry?.mediaType);
		});
		if (manifest === void 0) throw new Failure("image-unknown", {
			image: this.imageName(key),
			host: this.name
		});
		return manifest;
	}
	async putManifest(manifest, tag) {
		const { bytes, descriptor } = manifest;
		await this.store.prepare();
		await this.requireContent(manifest);
		await this.store.blobs.write(descriptor.digest, (file) => file.write(bytes));
		if (tag !== void 0) await this.store.index.put(descriptor, this.entryName(tag));
		else if (!tellsItsType(manifest)) await this.store.index.put(descriptor);
	}
	async hasBlob(blob) {
		return await this.store.blobs.size(blob.digest) === blob.size;
	}
	blob(blob, offset = 0) {
		return checked(this.store.blobs.read(blob.digest, this.name, { start: offset }), blob, this.name, offset === 0 ? void 0 : { offset });
	}
	async putBlob(blob, open, { prepare } = {}) {
		if (await this.hasBlob(blob)) return "present";
		await prepare?.();
		await this.store.prepare();
		await this.store.blobs.write(blob.digest, (file) => file.append(checked(open(0), blob, this.name)));
		return "sent";
	}
	async *tags({ after = "" } = {}) {
		const { byName } = await this.store.index.read();
		const start = this.entryName("");
		yield* [...byName.keys()].filter((name) => name.startsWith(start)).map((name) => name.slice(start.length)).filter((tag) => isTag(tag) && tag > after).toSorted();
	}
	/** The list stands under the tag of the specification, where other tools that read layouts look for it. */
	async *referrers(subject) {
		yield* (await this.current(referrersTag(subject), (entry) => this.referrersList(subject, entry)))?.children ?? [];
	}
	async putReferrers(subject, referrers) {
		for (const referrer of referrers) await this.putManifest(referrer);
		const name = this.entryName(referrersTag(subject));
		await this.store.index.grow(name, {
			next: async (present) => {
				const list = withReferrers(await this.referrersList(subject, present), referrers, name);
				if (list === void 0) return void 0;
				const limit = LARGEST_MANIFEST_WRITTEN;
				if (list.bytes.byteLength > limit) throw new Failure("manifest-too-large", {
					image: name,
					limit
				});
				await this.store.blobs.write(list.descriptor.digest, (file) => file.write(list.bytes));
				return list.descriptor;
			},
			discard: ({ digest }) => this.store.blobs.remove(digest)
		});
	}
	async entry(key) {
		const { byName, byDigest } = await this.store.index.read();
		return isDigest(key) ? byDigest.get(key) : byName.get(this.entryName(key));
	}
	/** What a key leads to now: a list of referrers may have grown on, and the old one be gone, since its entry was read. */
	async current(key, read) {
		const entry = await this.entry(key);
		const found = await read(entry);
		return found === void 0 && (await this.entry(key))?.digest !== entry?.digest ? this.current(key, read) : found;
	}
	async referrersList(subject, entry) {
		try {
			const list = entry && await this.load(entry.digest, entry.mediaType);
			return list && isReferrersList(list, subject) ? list : void 0;
		} catch (error) {
			if (isNoManifest(error)) return void 0;
			throw error;
		}
	}
	entryName(tag) {
		return this.repository === "" ? tag : `${this.repository}:${tag}`;
	}
	/** Children of an index are not in index.json; what they are is read from their bytes. */
	async headUnlisted(digest) {
		try {
			return (await this.load(digest))?.descriptor;
		} catch (error) {
			if (isNoManifest(error)) return void 0;
			throw error;
		}
	}
	async load(digest, mediaType) {
		const image = this.imageName(digest);
		const size = await this.store.blobs.size(digest);
		const { largestManifest: limit } = this.store;
		if (size !== void 0 && size > limit) throw new Failure("manifest-too-large", {
			image,
			limit
		});
		const bytes = await this.store.blobs.bytes(digest);
		return bytes && readManifest(bytes, {
			image,
			digest,
			...mediaType && { contentType: mediaType }
		});
	}
	async requireContent(manifest) {
		const listed = [...manifest.children, ...manifest.blobs].filter((item) => !isForeignLayer(item));
		const missing = listed[(await Promise.all(listed.map((item) => this.hasBlob(item)))).indexOf(false)];
		if (missing !== void 0) throw new Failure("blob-unknown", {
			where: this.name,
			digest: missing.digest
		});
	}
	imageName(key) {
		return `${this.name}${isDigest(key) ? "@" : ":"}${key}`;
	}
};
function pointer({ mediaType, digest, size }) {
	return {
		mediaType,
		digest,
		size
	};
}
/** Whether the bytes alone say what the manifest is; if not, index.json has to. */
function tellsItsType({ bytes, descriptor }) {
	try {
		return readManifest(bytes, { image: descriptor.digest }).descriptor.mediaType === descriptor.mediaType;
	} catch {
		return false;
	}
}
function isNoManifest(error) {
	return Failure.is(error, "manifest-invalid") || Failure.is(error, "manifest-unsupported") || Failure.is(error, "manifest-too-large") || Failure.is(error, "digest-mismatch");
}
// src/registry/layout/lock.ts
/** A lock is held for milliseconds; one older than this was left behind. */
const STALE_AFTER = 3e4;
/** Nobody takes so long from making the file to writing into it, unless it died in between. */
const EMPTY_AFTER = 1e3;
const SHORTEST_WAIT = 5;
var LockLost = class extends Error {};
/**
* A lock between processes, and between machines that share a disk: a file that only one can create. A lock whose
* process is gone, or that is old, is broken.
*/
var FileLock = class {
	path;
	processes;
	clock;
	patience;
	constructor(path, processes, clock, patience = 1e4) {
		this.path = path;
		this.processes = processes;
		this.clock = clock;
		this.patience = patience;
	}
	/**
	* Does some work while no one else does theirs. `work` calls `confirm` right before it makes its result visible:
	* a process that slept so long that its lock was broken starts over rather than undo the work of others.
	* @throws Failure `layout-locked` where the lock cannot be had in time
	*/
	async hold(work) {
		const token = await this.acquire();
		const confirm = async () => {
			if (await this.read() !== token) throw new LockLost();
		};
		try {
			return await work(confirm);
		} catch (error) {
			if (!(error instanceof LockLost)) throw error;
		} finally {
			if (await this.read() === token) await rm(this.path, { force: true });
		}
		return this.hold(work);
	}
	async acquire() {
		const { host, pid } = this.processes;
		const token = JSON.stringify({
			host,
			pid,
			id: randomUUID()
		});
		const deadline = this.clock.now() + this.patience;
		while (!await this.create(token)) {
			if (await this.breakIfStale()) continue;
			if (this.clock.now() >= deadline) throw new Failure("layout-locked", {
				path: this.path,
				holder: describe(await this.read())
			});
			await this.clock.sleep(SHORTEST_WAIT + this.clock.random() * 45);
		}
		return token;
	}
	async create(token) {
		return writing(this.path, async () => {
			try {
				await writeFile(this.path, token, { flag: "wx" });
				return true;
			} catch (error) {
				if (hasCode(error, "EEXIST")) return false;
				if (hasCode(error, "ENOSPC")) await rm(this.path, { force: true });
				throw error;
			}
		});
	}
	async breakIfStale() {
		const [token, found] = await Promise.all([this.read(), unlessMissing(stat(this.path))]);
		if (token === void 0 || found === void 0) return true;
		if (!(this.clock.now() - found.mtimeMs > (token === "" ? EMPTY_AFTER : STALE_AFTER)) && !this.isOfDeadHolder(token)) return false;
		await this.remove(token);
		return true;
	}
	isOfDeadHolder(token) {
		const holder = parseHolder(token);
		return holder !== void 0 && holder.host === this.processes.host && !this.processes.isRunning(holder.pid);
	}
	/** Takes the stale lock away by a rename, so that of two who try it only one does; a fresh one is put back. */
	async remove(stale) {
		const aside = `${this.path}.${randomUUID()}`;
		const moved = await unlessMissing(rename(this.path, aside).then(() => readFile(aside, "utf8")));
		if (moved === void 0) return;
		if (moved !== stale) await link(aside, this.path).catch(() => {});
		await rm(aside, { force: true });
	}
	read() {
		return unlessMissing(readFile(this.path, "utf8"));
	}
};
function parseHolder(token) {
	try {
		const value = JSON.parse(token);
		if (typeof value !== "object" || value === null || !("host" in value) || !("pid" in value)) return void 0;
		const { host, pid } = value;
		return typeof host === "string" && typeof pid === "number" ? {
			host,
			pid
		} : void 0;
	} catch {
		return;
	}
}
function describe(token) {
	const holder = parseHolder(token ?? "");
	return holder === void 0 ? "unknown" : `process ${holder.pid} on ${holder.host}`;
}
// src/registry/layout/store.ts
const MARK = "oci-layout";
const VERSION = "1.0.0";
const MARK_BYTES = Buffer.from(JSON.stringify({ imageLayoutVersion: VERSION }));
/**
* A directory that is an OCI image layout (image-spec, image-layout.md), shared by many repositories: all have their
* blobs in common, and each tag is an entry of index.json named `REPOSITORY:TAG`.
*/
var LayoutStore = class LayoutStore {
	directory;
	blobs;
	index;
	/** Bytes of the largest manifest that is read. */
	largestManifest;
	#ingest;
	#prepared;
	constructor(directory, ports) {
		this.directory = directory;
		const { processes, clock, largestManifest = LARGEST_MANIFEST_READ, signal } = ports;
		this.largestManifest = largestManifest;
		this.#ingest = new IngestFolder(join(directory, ".ingest"), processes, clock);
		const lock = new FileLock(join(directory, "index.json.lock"), processes, clock);
		this.blobs = new BlobFiles(join(directory, "blobs"), this.#ingest, signal);
		this.index = new IndexFile(join(directory, "index.json"), lock, this.#ingest);
	}
	/**
	* Opens a directory: a layout, or one that is empty or does not exist and becomes a layout with the first write.
	* @throws Failure `layout-invalid` where it is something else
	*/
	static async open(directory, ports) {
		const store = new LayoutStore(directory, ports);
		const names = await store.list();
		if (!await store.isLayout() && !names.every(isOurs)) throw store.invalid("not-empty");
		return store;
	}
	/** Whether the directory is a layout by now. */
	async isLayout() {
		const path = join(this.directory, MARK);
		const text = await this.looking(() => unlessMissing(readFile(path, "utf8")));
		if (text === void 0) return false;
		if (versionOf(text) !== VERSION) throw this.invalid("version");
		return true;
	}
	/** Makes the directory a layout if it is not one yet. */
	async prepare() {
		this.#prepared ??= this.create().catch((error) => {
			this.#prepared = void 0;
			throw error;
		});
		await this.#prepared;
	}
	/** One repository of the layout; the empty name is for entries whose whole name is a tag, as others write them. */
	repository(name) {
		return new LayoutRepository(this, name);
	}
	/** All repositories that have a tag, in the order of their names. */
	async repositories() {
		const { byName } = await this.index.read();
		const named = [...byName.keys()].map((name) => name.slice(0, Math.max(0, name.lastIndexOf(":"))));
		return [...new Set(named)].filter(isRepositoryPath).toSorted();
	}
	/** Starts a file for a blob whose digest is not known yet. */
	async startBlob() {
		await this.prepare();
		return this.#ingest.open();
	}
	async create() {
		await makeDirectory(join(this.directory, "blobs", "sha256"));
		if (await this.isLayout()) return;
		await this.#ingest.write(join(this.directory, MARK), (file) => file.write(MARK_BYTES));
	}
	async list() {
		return await this.looking(() => unlessMissing(readdir(this.directory))) ?? [];
	}
	async looking(work) {
		try {
			return await reading(this.directory, work);
		} catch (error) {
			throw hasCode(error, "ENOTDIR") ? this.invalid("not-a-directory") : error;
		}
	}
	invalid(reason) {
		return new Failure("layout-invalid", {
			path: this.directory,
			reason
		});
	}
};
/** What may be there before the mark is: a start that was cut short, and what a new disk has of itself. */
function isOurs(name) {
	return name === "blobs" || name === "lost+found" || name.startsWith(".");
}
function versionOf(text) {
	try {
		const value = JSON.parse(text);
		return typeof value === "object" && value !== null && "imageLayoutVersion" in value && value.imageLayoutVersion;
	} catch {
		return;
	}
}
// src/registry/remote/challenge.ts
const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const SPACE = /[ \t]*/y;
const SEPARATORS = /[ \t,]*/y;
const TOKEN68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;
/**
* Reads `WWW-Authenticate` as its grammar says (RFC 9110, 11.6.1): several headers, several challenges in one,
* quoted strings that hold commas and escapes, schemes in any case. What cannot be read ends the list.
*/
function parseChallenges(headers) {
	return headers.flatMap((text) => parseOne(new Cursor(text)));
}
function parseOne(cursor) {
	const challenges = [];
	for (;;) {
		cursor.take(SEPARATORS);
		const name = cursor.take(TOKEN);
		if (name === "") return challenges;
		const current = challenges.at(-1);
		const value = parameterValue(cursor);
		if (value !== void 0 && current) current.parameters[name.toLowerCase()] ??= value;
		else if (value === void 0) {
			challenges.push({
				scheme: name.toLowerCase(),
				parameters: {}
			});
			cursor.take(SPACE);
			cursor.take(TOKEN68);
		}
	}
}
/** The value behind a `=`, or undefined where the name just read was a scheme. */
function parameterValue(cursor) {
	const start = cursor.position;
	cursor.take(SPACE);
	if (!cursor.skip("=")) {
		cursor.position = start;
		return;
	}
	cursor.take(SPACE);
	return cursor.skip("\"") ? quotedRest(cursor) : cursor.take(TOKEN);
}
function quotedRest(cursor) {
	let value = "";
	for (;;) {
		const character = cursor.next();
		if (character === void 0 || character === "\"") return value;
		value += character === "\\" ? cursor.next() ?? "" : character;
	}
}
var Cursor = class {
	text;
	position = 0;
	constructor(text) {
		this.text = text;
	}
	/** Takes what the sticky pattern matches here, possibly nothing. */
	take(pattern) {
		pattern.lastIndex = this.position;
		const match = pattern.exec(this.text)?.[0] ?? "";
		this.position += match.length;
		return match;
	}
	skip(character) {
		if (this.text[this.position] !== character) return false;
		this.position += 1;
		return true;
	}
	next() {
		const character = this.text[this.position];
		this.position += 1;
		return character;
	}
};
// src/registry/bounded.ts
/** Reads a whole body that must be small. Undefined when it is longer than `limit` bytes: reading stops there. */
async function readBounded(body, limit) {
	const chunks = [];
	let size = 0;
	for await (const chunk of body) {
		size += chunk.byteLength;
		if (size > limit) return void 0;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}
// src/registry/remote/exchange.ts
/** The one value of a header, the first where there are several. */
function header(response, name) {
	const value = response.headers[name];
	return Array.isArray(value) ? value[0] : value;
}
/** All values of a header. */
function headerValues(response, name) {
	const value = response.headers[name];
	if (value === void 0) return [];
	return Array.isArray(value) ? value : [value];
}
/**
* The same answer with its body in memory, so that it holds no connection while other requests are made. A body
* that is longer than `limit` bytes, or breaks, is left out.
*/
async function detached(response, limit) {
	const bytes = await readBounded(response.body, limit).catch(() => void 0);
	return inMemory(response, bytes === void 0 ? [] : [bytes]);
}
/**
* The same answer with its body read, or with the beginning of a body that is longer than `limit` bytes: enough of it
* for whoever reads it to see that it is too long.
* @throws whatever breaks the body
*/
async function received(response, limit) {
	const chunks = [];
	let size = 0;
	for await (const chunk of response.body) {
		chunks.push(chunk);
		size += chunk.byteLength;
		if (size > limit) break;
	}
	return inMemory(response, chunks);
}
function inMemory(response, chunks) {
	return {
		...response,
		body: streamOf$1(chunks),
		discard: () => Promise.resolve()
	};
}
async function* streamOf$1(chunks) {
	yield* chunks;
}
// src/registry/remote/scopes.ts
/** The scope that reading a repository needs (distribution, token scope specification). */
function pullScope(repository) {
	return `repository:${repository}:pull`;
}
/** The scope that writing to a repository needs; `push` named first, as some token services read no further. */
function pushScope(repository) {
	return `repository:${repository}:push,pull`;
}
/** One scope a resource, with all the actions asked for on it; the order of first mention is kept. */
function mergeScopes(scopes) {
	const merged = /* @__PURE__ */ new Map();
	for (const scope of scopes) {
		const [, resource = scope, actions] = /^(.*):([^:]*)$/.exec(scope) ?? [];
		const wanted = merged.get(resource) ?? /* @__PURE__ */ new Set();
		for (const action of actions?.split(",") ?? []) wanted.add(action);
		merged.set(resource, wanted);
	}
	return [...merged].map(([resource, wanted]) => wanted.size === 0 ? resource : `${resource}:${[...wanted].join(",")}`);
}
// src/registry/remote/retry-after.ts
/**
* Milliseconds that a `Retry-After` asks for: seconds, or a date (RFC 9110, 10.2.3). A date that has passed, or
* one that cannot be read, says nothing.
*/
function retryAfter(value, now) {
	if (value === void 0) return void 0;
	if (/^\d+$/.test(value.trim())) return Number(value) * 1e3;
	const date = Date.parse(value);
	return Number.isNaN(date) || date <= now ? void 0 : date - now;
}
/** Milliseconds that a host asks to be left alone for; 0 where it does not. */
function pauseAsked(response, now) {
	return (response.status === 429 || response.status === 503) && retryAfter(header(response, "retry-after"), now) || 0;
}
// src/registry/remote/problem.ts
const LONGEST_BODY = 65536;
const LONGEST_DETAIL = 300;
const DIGEST = /\bsha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})\b/;
/** Reads an answer that is no success, and releases its connection. */
async function readProblem(response, now) {
	const errors = errorsOf(await readBounded(response.body, LONGEST_BODY).catch(() => void 0));
	const words = errors.map(({ code, message }) => [code, message].filter(Boolean).join(": ")).join("; ");
	const digest = DIGEST.exec(errors.map(({ message, detail }) => `${message} ${detail}`).join(" "))?.[0];
	const wait = retryAfter(header(response, "retry-after"), now);
	return {
		status: response.status,
		codes: errors.flatMap(({ code }) => code === void 0 ? [] : [code]),
		detail: oneLine(words),
		...digest !== void 0 && { digest },
		...wait !== void 0 && { retryAfter: wait }
	};
}
/** A problem as a failure, for every status that means the same wherever it comes up. */
function failureOf(problem, deed) {
	const { host, repository, does } = deed;
	const { status, detail } = problem;
	if (does === "push" && lacksRepository(problem)) {
		const product = productOf(problem, deed);
		return new Failure("repository-missing", {
			host,
			repository,
			detail,
			...product && { product }
		});
	}
	if (status === 401 || status === 403) return new Failure(does === "push" ? "push-denied" : "pull-denied", {
		host,
		repository,
		detail
	});
	if (status === 429) {
		const seconds = problem.retryAfter === void 0 ? void 0 : Math.ceil(problem.retryAfter / 1e3);
		return new Failure("registry-throttled", {
			host,
			...seconds !== void 0 && { seconds }
		});
	}
	return new Failure("registry-error", {
		host,
		status,
		detail
	});
}
/** Harbor says it of the project, and to some as a refusal. */
const NO_PROJECT = /\bproject \S+ not found\b/i;
const ECR_HOST = /\.dkr[.-]ecr\b.*\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/;
function lacksRepository({ status, codes, detail }) {
	const isUnknown = codes.includes("NAME_UNKNOWN") || codes.includes("RepositoryNotFoundException");
	return status === 404 && isUnknown || [
		401,
		403,
		404
	].includes(status) && NO_PROJECT.test(detail);
}
function productOf({ codes, detail }, { host }) {
	if (NO_PROJECT.test(detail)) return "harbor";
	return ECR_HOST.test(host) || codes.includes("RepositoryNotFoundException") ? "ecr" : void 0;
}
/** A proxy's HTML page, say, has none: the status has to do. */
function errorsOf(bytes) {
	const errors = bytes && parseJsonObject(bytes)?.errors;
	return Array.isArray(errors) ? errors.filter(isJsonObject).slice(0, 5).map(textMembers) : [];
}
function oneLine(words) {
	const line = words.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").replace(/\?\S*/g, "?…").trim();
	return line.length > LONGEST_DETAIL ? `${line.slice(0, LONGEST_DETAIL)}…` : line;
}
// src/registry/remote/tokens.ts
const SHORTEST_LIFE = 60;
const LONGEST_ANSWER = 131072;
/** A token is used for this part of its life: a long upload must not begin with one about to run out. */
const USABLE_PART = .7;
/** Requests for the same scopes share one fetch, however many come at once. */
function createTokens(options) {
	const fetched = /* @__PURE__ */ new Map();
	const fetchOnce = (key, scopes) => {
		const token = fetchToken(options, scopes);
		fetched.set(key, token);
		token.catch(() => fetched.delete(key));
		return token;
	};
	return { async get(scopes, refused) {
		const key = scopes.join(" ");
		for (;;) {
			const kept = fetched.get(key);
			if (kept === void 0) return (await fetchOnce(key, scopes)).value;
			const { value, until } = await kept;
			if (!(refused !== void 0 && value === refused) && options.clock.now() < until) return value;
			if (fetched.get(key) === kept) fetched.delete(key);
		}
	} };
}
async function fetchToken(options, scopes) {
	const { realm, credential, clock } = options;
	const response = await askForToken(options, scopes);
	if (response.status === 200) {
		const answer = await readAnswer(response);
		const value = answer.token ?? answer.access_token;
		if (typeof value === "string" && value !== "") return {
			value,
			until: clock.now() + lifeOf(answer.expires_in) * 1e3 * USABLE_PART
		};
		throw new Failure("registry-error", {
			host: realm.host,
			status: 200,
			detail: "no token in the answer"
		});
	}
	const problem = await readProblem(response, clock.now());
	if (!(problem.status === 400 || problem.status === 401 || problem.status === 403)) throw failureOf(problem, {
		host: realm.host,
		repository: realm.pathname,
		does: "pull"
	});
	if (credential !== void 0) throw new Failure("credentials-unusable", {
		host: realm.host,
		reason: "refused"
	});
	return {
		value: void 0,
		until: 1e400
	};
}
async function askForToken(options, scopes) {
	const { exchange, credential } = options;
	if (credential?.kind !== "identity") return exchange(byGet(options, scopes));
	const response = await exchange(byPost(options, scopes, credential.token));
	if (response.status !== 404 && response.status !== 405) return response;
	await response.discard();
	return exchange(byGet(options, scopes));
}
/** Seconds, counted from now: `issued_at` is not believed, since a skewed clock would void every token at once. */
function lifeOf(seconds) {
	return typeof seconds === "number" && seconds > SHORTEST_LIFE ? seconds : SHORTEST_LIFE;
}
/** Distribution's token specification: scopes repeated, credentials as Basic. */
function byGet({ realm, service, credential }, scopes) {
	const url = new URL(realm);
	if (service !== void 0) url.searchParams.set("service", service);
	for (const scope of scopes) url.searchParams.append("scope", scope);
	const pair = credentialPair(credential);
	return {
		method: "GET",
		url,
		contentWithin: LONGEST_ANSWER,
		...pair !== void 0 && { headers: { authorization: `Basic ${pair}` } }
	};
}
function credentialPair(credential) {
	if (credential === void 0 || credential.kind === "bearer") return void 0;
	const pair = credential.kind === "basic" ? `${credential.username}:${credential.password}` : `<token>:${credential.token}`;
	return Buffer.from(pair).toString("base64");
}
/** Distribution's OAuth2 specification, for identity tokens. */
function byPost({ realm, service }, scopes, refreshToken) {
	const form = new URLSearchParams({
		grant_type: "refresh_token",
		refresh_token: refreshToken,
		client_id: "transship",
		scope: scopes.join(" "),
		...service !== void 0 && { service }
	});
	return {
		method: "POST",
		url: realm,
		contentWithin: LONGEST_ANSWER,
		headers: { "content-type": "application/x-www-form-urlencoded" },
		body: { bytes: new TextEncoder().encode(form.toString()) }
	};
}
async function readAnswer(response) {
	const bytes = await readBounded(response.body, LONGEST_ANSWER);
	return (bytes && parseJsonObject(bytes)) ?? {};
}
// src/registry/remote/authorization.ts
const LONGEST_REFUSAL = 65536;
/**
* Answers a registry's challenges. Nothing is shown before the registry asks; from then on requests carry what
* it wants from the start. A second refusal with fresh credentials is final.
*/
function withAuthorization(exchange, options) {
	const { origin } = options;
	let scheme;
	return async (request) => {
		if (request.url.origin !== origin.origin) return exchange(request);
		const shown = await (scheme === void 0 ? void 0 : await scheme)?.authorize(request.scopes ?? []);
		const answer = await exchange(withHeader(request, shown));
		if (answer.status !== 401 || answer.url.origin !== origin.origin) return answer;
		const first = await detached(answer, LONGEST_REFUSAL);
		const challenges = await challengesOf(first, exchange, origin);
		scheme ??= schemeFor(challenges, options);
		const agreed = await scheme;
		const fresh = await agreed.authorize(scopesOf(request, challenges), shown);
		if (fresh === void 0 || fresh === shown && agreed.final) return first;
		return exchange(withHeader(request, fresh));
	};
}
const none = {
	final: true,
	authorize: () => Promise.resolve(void 0)
};
async function schemeFor(challenges, { origin, credential, tokenExchange, clock }) {
	const found = await credential();
	const bearer = challenges.find(({ scheme }) => scheme === "bearer");
	if (found?.kind === "bearer") return fixed(`Bearer ${found.token}`);
	if (bearer) return bearerScheme(createTokens({
		exchange: tokenExchange,
		realm: realmOf(bearer, origin),
		service: bearer.parameters.service,
		credential: found,
		clock
	}));
	if (!challenges.some(({ scheme }) => scheme === "basic") || found?.kind !== "basic") return none;
	return fixed(`Basic ${Buffer.from(`${found.username}:${found.password}`).toString("base64")}`);
}
function fixed(value) {
	return {
		final: true,
		authorize: () => Promise.resolve(value)
	};
}
function bearerScheme(tokens) {
	return {
		final: false,
		authorize: async (scopes, refused) => {
			const token = await tokens.get(scopes, refused?.slice(7));
			return token && `Bearer ${token}`;
		}
	};
}
/** The token service's address. Credentials go there, so it may not be less protected than the registry is. */
function realmOf({ parameters }, origin) {
	const { realm = "" } = parameters;
	const url = URL.canParse(realm) ? new URL(realm) : void 0;
	const isSafe = url?.protocol === "https:" || url?.protocol === "http:" && origin.protocol === "http:";
	if (!url || !isSafe) throw new Failure("registry-untrusted", {
		host: origin.host,
		reason: "realm"
	});
	return url;
}
/** Some registries refuse without a word; their `/v2/` then says what they want. */
async function challengesOf(response, exchange, origin) {
	const own = parseChallenges(headerValues(response, "www-authenticate"));
	if (own.length > 0) return own;
	const ping = await exchange({
		method: "GET",
		url: new URL("/v2/", origin)
	});
	await ping.discard();
	if (ping.url.origin !== origin.origin) return [];
	return parseChallenges(headerValues(ping, "www-authenticate"));
}
/** What is needed here, and what the registry says is needed: it may name its scopes in a way of its own. */
function scopesOf(request, challenges) {
	const asked = challenges.find(({ scheme }) => scheme === "bearer")?.parameters.scope ?? "";
	return mergeScopes([...request.scopes ?? [], ...asked.split(" ").filter(Boolean)]);
}
function withHeader(request, authorization) {
	return authorization === void 0 ? request : {
		...request,
		headers: {
			...request.headers,
			authorization
		}
	};
}
// src/registry/remote/credentials.ts
/** No credentials at all, as a stranger would come. */
const anonymous = () => Promise.resolve(void 0);
/** Docker keeps Docker Hub's credentials under the address of its first index. */
const DOCKER_HUB_KEY = "https://index.docker.io/v1/";
/**
* Reads Docker's configuration; keys it does not know are left alone.
* @throws Failure `credentials-unusable` where it is not JSON
*/
function parseDockerConfig(bytes, path) {
	const document = parseJsonObject(bytes);
	if (!document) throw new Failure("credentials-unusable", {
		host: path,
		reason: "not-json"
	});
	const { credsStore } = document;
	const auths = Object.entries(objectOf(document.auths)).map(([key, entry]) => [key, textMembers(objectOf(entry))]);
	return {
		credHelpers: textMembers(objectOf(document.credHelpers)),
		...typeof credsStore === "string" && credsStore !== "" && { credsStore },
		auths: Object.fromEntries(auths)
	};
}
/**
* Looks a host up as Docker does: its own helper, then the store for all, then the file itself. Configurations
* are asked in order; the first that knows the host wins.
*/
function dockerCredentials(configs, helper) {
	return async (host) => {
		for (const config of configs) {
			const found = await lookUp(config, helper, host);
			if (found) return found;
		}
	};
}
async function lookUp(config, helper, host) {
	const key = host === "docker.io" ? DOCKER_HUB_KEY : host;
	const program = entryFor(config.credHelpers, host) ?? config.credsStore;
	if (program) {
		const answer = await helper(program, key);
		if (answer) return fromPair(answer.Username, answer.Secret);
	}
	const entry = entryFor(config.auths, host);
	return entry && fromEntry(entry, host);
}
/** Keys are hosts, or addresses with scheme and path as older clients wrote them. */
function entryFor(entries, host) {
	return (Object.hasOwn(entries, host) ? entries[host] : void 0) ?? Object.entries(entries).find(([key]) => hostOfKey(key) === host)?.[1];
}
function hostOfKey(key) {
	const withoutScheme = key.replace(/^https?:\/\//, "");
	return canonicalRegistry(withoutScheme.split("/", 1)[0] ?? "");
}
function fromEntry(entry, host) {
	const { identitytoken, registrytoken, username, password, auth } = entry;
	if (identitytoken) return {
		kind: "identity",
		token: identitytoken
	};
	if (registrytoken) return {
		kind: "bearer",
		token: registrytoken
	};
	if (username && password) return {
		kind: "basic",
		username,
		password
	};
	if (!auth) return void 0;
	const pair = Buffer.from(auth, "base64").toString("utf8");
	const colon = pair.indexOf(":");
	if (colon <= 0) throw new Failure("credentials-unusable", {
		host,
		reason: "not-a-pair"
	});
	return fromPair(pair.slice(0, colon), pair.slice(colon + 1).replace(/\0+$/, ""));
}
/** A helper says `<token>` for the user where the secret is an identity token. */
function fromPair(username, secret) {
	return username === "<token>" ? {
		kind: "identity",
		token: secret
	} : {
		kind: "basic",
		username,
		password: secret
	};
}
function objectOf(value) {
	return isJsonObject(value) ? value : {};
}
// src/registry/remote/endpoint.ts
/** Docker Hub's name is not the host that serves it. */
const WELL_KNOWN = { [DOCKER_HUB]: "https://registry-1.docker.io" };
const SCHEME = /^(https?):\/\//;
/**
* Finds where a registry is spoken to: the endpoint it is mapped to, else its own host. Plain http is for loopback,
* for hosts named as insecure, and for endpoints that say `http://`.
* @throws Failure `input-invalid` for an endpoint that is no address
*/
function endpointFor(registry, { endpoints, insecure }) {
	const mapped = mappedTo(registry, endpoints);
	const text = mapped ?? WELL_KNOWN[registry] ?? registry;
	const address = addressOf(text, insecure);
	if (address === void 0) throw new Failure("input-invalid", {
		name: "endpoints",
		value: text,
		expected: "host[:port][/prefix]"
	});
	return {
		origin: address.origin,
		credentialHost: mapped === void 0 ? registry : canonicalRegistry(address.host),
		prefix: address.path === "" ? "" : `${address.path}/`
	};
}
/**
* The hosts that the operator has named: of endpoints, of registries without TLS, and of these registries; with a
* port where it is not the scheme's own. An endpoint that is no address names none.
*/
function namedHosts(registries, { endpoints, insecure }) {
	const spokenTo = registries.map((registry) => mappedTo(registry, endpoints) ?? WELL_KNOWN[registry] ?? registry);
	return [
		...Object.values(endpoints),
		...insecure,
		...spokenTo
	].flatMap((text) => addressOf(text, insecure)?.origin.host ?? []);
}
function mappedTo(registry, endpoints) {
	return Object.entries(endpoints).find(([name]) => canonicalRegistry(name) === registry)?.[1];
}
/** The parts of `[scheme://]host[:port][/path]`; undefined where it is something else. */
function addressOf(text, insecure) {
	const host = text.replace(SCHEME, "").split("/", 1)[0] ?? "";
	const scheme = SCHEME.exec(text)?.[1] ?? (isLoopback(host) || insecure.includes(host) ? "http" : "https");
	const path = text.replace(SCHEME, "").slice(host.length).replace(/^\/|\/$/g, "");
	const address = `${scheme}://${host}`;
	return URL.canParse(address) && (path === "" || isRepositoryPath(path)) && !/[@?#]/.test(text) ? {
		origin: new URL(address),
		host,
		path
	} : void 0;
}
/** Whether a host, with or without a port, is this machine itself. */
function isLoopback(host) {
	const name = host.replace(/:\d+$/, "");
	return name === "localhost" || name === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(name);
}
// src/registry/remote/signals.ts
/**
* What ends a request: its own signal, and the run's end unless it tidies up after that. To be released when the
* request is over: `AbortSignal.any` would leave something with the run's signal for every request of a long run.
*/
function endOf(request, run) {
	const { signal: own, afterCancel } = request;
	if (!own || !run || afterCancel) return {
		signal: own ?? (afterCancel ? void 0 : run),
		release() {}
	};
	const controller = new AbortController();
	const followed = [own, run];
	const follow = () => controller.abort(followed.find(({ aborted }) => aborted)?.reason);
	for (const signal of followed) signal.addEventListener("abort", follow);
	if (followed.some(({ aborted }) => aborted)) follow();
	return {
		signal: controller.signal,
		release() {
			for (const signal of followed) signal.removeEventListener("abort", follow);
		}
	};
}
/** Aborted as soon as one of them is. */
function anySignal(one, other) {
	return one && other ? AbortSignal.any([one, other]) : one ?? other;
}
/** Why a signal was aborted, as a failure: `cancelled` unless the reason is one. */
function abortFailure({ reason }) {
	return reason instanceof Failure ? reason : new Failure("cancelled", {}, { cause: reason });
}
// src/registry/remote/gate.ts
/**
* Lets requests out when their host can take them, and learns from what it answers. It stands around the exchange
* itself, so that every hop, token and retry passes it. A place is held until the answer has been read.
* @param run ends all waiting
* @throws Failure `registry-throttled` where the host wants to be left alone for too long
*/
function withGate(exchange, hosts, run) {
	return async (request) => {
		const place = await placeFor(request, hosts, run);
		try {
			const response = await exchange(request);
			place.answered(response);
			return leavingAfter(response, place);
		} catch (error) {
			if (isBroken(error)) place.suspected();
			place.leave();
			throw error;
		}
	};
}
async function placeFor(request, hosts, run) {
	const end = endOf(request, run);
	const { signal } = end;
	try {
		return await hosts.at(request.url).enter(laneOf(request), signal, request.urgent);
	} catch (error) {
		throw signal?.aborted ? abortFailure(signal) : error;
	} finally {
		end.release();
	}
}
function laneOf({ method, reads, body }) {
	if (body && "open" in body) return "upload";
	return method === "GET" && reads === "blob" ? "download" : "small";
}
/** Docker Hub is known to refuse those who ask too much with headers that no strict parser takes. */
function isBroken(error) {
	return Failure.is(error, "registry-unreachable") && error.facts.reason === "malformed";
}
function leavingAfter(response, place) {
	return {
		...response,
		body: leavingAtEnd(response.body, place),
		discard: () => response.discard().finally(() => place.leave())
	};
}
async function* leavingAtEnd(body, place) {
	try {
		yield* body;
	} finally {
		place.leave();
	}
}
// src/registry/remote/lanes.ts
/** Requests of one kind to one host: so many at once, and the others in the order in which they came. */
var Lane = class {
	limit;
	#taken = 0;
	/** A set keeps their order. */
	#waiting = /* @__PURE__ */ new Set();
	/** Thousands may wait for one signal: it is listened to once. */
	#heard = /* @__PURE__ */ new WeakSet();
	/** @param limit how many may be in it now */
	constructor(limit) {
		this.limit = limit;
	}
	/** How many would be let in at once. */
	get free() {
		return Math.max(0, this.limit() - this.#taken - this.#waiting.size);
	}
	/**
	* Resolves when there is room. Whoever is let in has to `leave`.
	* @param urgent does not wait, whether there is room or not
	* @throws the signal's reason when that is aborted first; then it waits no longer
	*/
	async enter(signal, urgent = false) {
		signal?.throwIfAborted();
		if (urgent || this.free > 0) this.#taken += 1;
		else await this.#turn(signal);
	}
	leave() {
		this.#taken -= 1;
		this.admit();
	}
	/** Lets in whom there is room for: to be called when the limit has grown, too. */
	admit() {
		for (const waiting of this.#waiting) {
			if (this.#taken >= this.limit()) return;
			this.#taken += 1;
			this.#waiting.delete(waiting);
			waiting.letIn();
		}
	}
	#turn(signal) {
		return new Promise((letIn, giveUp) => {
			this.#waiting.add({
				signal,
				letIn,
				giveUp
			});
			if (signal) this.#listenTo(signal);
		});
	}
	#listenTo(signal) {
		if (this.#heard.has(signal)) return;
		this.#heard.add(signal);
		signal.addEventListener("abort", () => this.#dismiss(signal), { once: true });
	}
	#dismiss(signal) {
		for (const waiting of this.#waiting) {
			if (waiting.signal !== signal) continue;
			this.#waiting.delete(waiting);
			waiting.giveUp(signal.reason);
		}
	}
};
// src/registry/remote/pace.ts
/**
* How many requests of a kind a host is sent at once: as many as the run allows, half of it each time that the host
* asks for less, and from there back up, one more after as many answers in good order as the limit is.
*/
var Pace = class {
	most;
	#limit;
	#successes = 0;
	#era = 0;
	/** @param most the run's limit */
	constructor(most) {
		this.most = most;
		this.#limit = most;
	}
	get limit() {
		return this.#limit;
	}
	/**
	* Counts the times that it was halved. A request is of the era in which it left: what a later halving has answered
	* already does not halve again, nor do successes of before count.
	*/
	get era() {
		return this.#era;
	}
	get isFull() {
		return this.#limit === this.most;
	}
	succeeded(era) {
		if (era !== this.#era || this.isFull) return;
		this.#successes += 1;
		if (this.#successes < this.#limit) return;
		this.#limit += 1;
		this.#successes = 0;
	}
	throttled(era) {
		if (era !== this.#era) return;
		this.#era += 1;
		this.#limit = Math.max(1, Math.floor(this.#limit / 2));
		this.#successes = 0;
	}
};
/** What a run knows of the hosts that it talks to, in whatever role. */
var Hosts = class {
	options;
	#hosts = /* @__PURE__ */ new Map();
	constructor(options) {
		this.options = options;
	}
	/** The host of an address; ports are hosts of their own. */
	at({ host }) {
		const known = this.#hosts.get(host) ?? new Host(host, this.options);
		this.#hosts.set(host, known);
		return known;
	}
};
/** One host: how much it is sent at once, and until when it wants to be left alone. */
var Host = class {
	name;
	options;
	#pace;
	#lanes;
	#quietUntil = 0;
	constructor(name, options) {
		this.name = name;
		this.options = options;
		const pace = new Pace(options.concurrency);
		const limit = () => pace.limit;
		this.#pace = pace;
		this.#lanes = {
			small: new Lane(limit),
			download: new Lane(limit),
			upload: new Lane(limit)
		};
	}
	/** How many downloads could begin right now; none while the host has asked for less. */
	get idleDownloads() {
		return this.#pace.isFull && this.#pauseLeft() <= 0 ? this.#lanes.download.free : 0;
	}
	/**
	* Resolves when a request may leave: there is a place for it, and no pause that the host has asked for is left.
	* @param urgent it does not wait for a place, as others who hold one may wait for it
	* @throws Failure `registry-throttled` where the pause is too long to be waited for; else the signal's reason
	*/
	async enter(lane, signal, urgent) {
		this.#refuseLongPause();
		await this.#lanes[lane].enter(signal, urgent);
		try {
			await this.#pauseOver(signal);
			return this.#place(this.#lanes[lane]);
		} catch (error) {
			this.#lanes[lane].leave();
			throw error;
		}
	}
	#place(lane) {
		const { era } = this.#pace;
		let isHeld = true;
		return {
			answered: (response) => this.#answered(response, era),
			suspected: () => this.#pace.throttled(era),
			leave: () => {
				if (isHeld) setImmediate(() => lane.leave());
				isHeld = false;
			}
		};
	}
	#answered(response, era) {
		const now = this.options.clock.now();
		const pause = pauseAsked(response, now);
		this.#quietUntil = Math.max(this.#quietUntil, now + pause);
		if (response.status === 429 || pause > 0) this.#pace.throttled(era);
		else if (response.status < 500) this.#pace.succeeded(era);
		for (const lane of Object.values(this.#lanes)) lane.admit();
	}
	async #pauseOver(signal) {
		for (let left = this.#pauseLeft(); left > 0; left = this.#pauseLeft()) {
			this.#refuseLongPause();
			await this.options.clock.sleep(left, signal);
		}
	}
	#pauseLeft() {
		return this.#quietUntil - this.options.clock.now();
	}
	#refuseLongPause() {
		const { clock, until = 1e400 } = this.options;
		const left = this.#pauseLeft();
		if (left <= 0 || left <= Math.min(12e4, until - clock.now())) return;
		throw new Failure("registry-throttled", {
			host: this.name,
			seconds: Math.ceil(left / 1e3)
		});
	}
};
// src/registry/remote/trust.ts
var import_undici = require_undici();
/** IANA's registry of special-purpose IPv4 addresses (RFC 6890), and multicast. */
const SPECIAL_IPV4 = blockList("ipv4", [
	"0.0.0.0/8",
	"10.0.0.0/8",
	"100.64.0.0/10",
	"127.0.0.0/8",
	"169.254.0.0/16",
	"172.16.0.0/12",
	"192.0.0.0/24",
	"192.0.2.0/24",
	"192.88.99.0/24",
	"192.168.0.0/16",
	"198.18.0.0/15",
	"198.51.100.0/24",
	"203.0.113.0/24",
	"224.0.0.0/4",
	"240.0.0.0/4",
	"168.63.129.16/32"
]);
/** All that is given out for the internet (RFC 4291, 2.4). What is outside is a private use, or none yet. */
const GLOBAL_IPV6 = blockList("ipv6", ["2000::/3"]);
/** What IANA has set aside of that: protocols such as Teredo, documentation, 6to4. */
const SPECIAL_IPV6 = blockList("ipv6", [
	"2001::/23",
	"2001:db8::/32",
	"2002::/16",
	"3fff::/20"
]);
/** Addresses whose last four bytes are the IPv4 address that is reached: IPv4-mapped, and NAT64 (RFC 6052). */
const CARRIERS_OF_IPV4 = blockList("ipv6", ["::ffff:0:0/96", "64:ff9b::/96"]);
/**
* Whether an IP address is one of the internet: not loopback, private, link-local, multicast, or otherwise special.
* What is no address at all, or has a zone, is not.
*/
function isPublicAddress(address) {
	if (isIPv4(address)) return !SPECIAL_IPV4.check(address, "ipv4");
	if (!isIPv6(address) || address.includes("%")) return false;
	if (CARRIERS_OF_IPV4.check(address, "ipv6")) return isPublicAddress(carriedIpv4(address));
	return GLOBAL_IPV6.check(address, "ipv6") && !SPECIAL_IPV6.check(address, "ipv6");
}
/** The last two groups of an IPv6 address, as IPv4. */
function carriedIpv4(address) {
	return new URL(`http://[${address}]`).hostname.slice(1, -1).split(":").slice(-2).map((group) => Number.parseInt(group || "0", 16)).flatMap((value) => [value >> 8, value & 255]).join(".");
}
function blockList(family, subnets) {
	const list = new BlockList();
	for (const subnet of subnets) {
		const [network = "", prefix] = subnet.split("/");
		list.addSubnet(network, Number(prefix), family);
	}
	return list;
}
// src/registry/remote/connectors.ts
const CONNECT_TIMEOUT = 3e4;
/** The network of this machine. */
const systemNetwork = {
	lookup,
	isPublic: isPublicAddress
};
/** A host whose addresses are none of the internet. */
var PrivateAddressError = class extends Error {
	name = "PrivateAddressError";
};
/**
* Connects to public addresses alone. A name is judged by the very addresses that are then connected to: a name
* server that gives another answer the next time gains nothing.
*/
function publicConnector(network) {
	const connect = (0, import_undici.buildConnector)({
		timeout: CONNECT_TIMEOUT,
		lookup: publicLookup(network)
	});
	return (options, callback) => {
		if (isIP(options.hostname) !== 0 && !network.isPublic(options.hostname)) callback(new PrivateAddressError(), null);
		else connect(options, callback);
	};
}
/**
* Connects to any address.
* @param onPrivate is told of origins that turned out not to be on the internet, once any TLS with them stands
*/
function anyConnector(network, onPrivate) {
	const connect = (0, import_undici.buildConnector)({
		timeout: CONNECT_TIMEOUT,
		lookup: network.lookup
	});
	return (options, callback) => {
		connect(options, (...[error, socket]) => {
			if (error) return callback(error, null);
			const { protocol, hostname, host = hostname } = options;
			if (socket.remoteAddress !== void 0 && !network.isPublic(socket.remoteAddress)) onPrivate(new URL(`${protocol}//${host}`).origin);
			callback(null, socket);
		});
	};
}
/** Finds only public addresses; of a name that has others too, those are not tried. */
function publicLookup(network) {
	return (hostname, options, callback) => {
		network.lookup(hostname, {
			...options,
			all: true
		}, (error, found) => {
			if (error) return callback(error, []);
			const addresses = listOf(found).filter(({ address }) => network.isPublic(address));
			const [first] = addresses;
			if (first === void 0) callback(new PrivateAddressError(), []);
			else if (options.all) callback(null, addresses);
			else callback(null, first.address, first.family);
		});
	};
}
function listOf(found) {
	return typeof found === "string" ? [{
		address: found,
		family: isIP(found)
	}] : found;
}
// src/registry/remote/network-failure.ts
const REASONS = {
	ENOTFOUND: "unknown-host",
	EAI_AGAIN: "unknown-host",
	ECONNREFUSED: "refused",
	EHOSTUNREACH: "refused",
	ENETUNREACH: "refused",
	ETIMEDOUT: "timeout",
	UND_ERR_CONNECT_TIMEOUT: "timeout",
	UND_ERR_HEADERS_TIMEOUT: "timeout",
	UND_ERR_BODY_TIMEOUT: "timeout",
	ECONNRESET: "reset",
	EPIPE: "reset",
	UND_ERR_SOCKET: "reset",
	UND_ERR_ABORTED: "reset",
	UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "reset",
	ERR_SSL_WRONG_VERSION_NUMBER: "not-tls",
	ERR_SSL_PACKET_LENGTH_TOO_LONG: "not-tls",
	EPROTO: "not-tls"
};
/** An error of the network as a failure; a failure that passes through, or aborted it, stays what it was. */
function networkFailure(error, host, signal) {
	if (signal?.aborted) return abortFailure(signal);
	if (error instanceof Failure) return error;
	const cause = innermost(error);
	if (cause instanceof import_undici.errors.HTTPParserError) return parserFailure(cause, host);
	const code = errorCode(cause) ?? "unknown";
	const reason = REASONS[code] ?? (isCertificateCode(code) ? "certificate" : "protocol");
	return new Failure("registry-unreachable", {
		host,
		reason,
		detail: reason === "protocol" || reason === "certificate" ? code : ""
	}, { cause: error });
}
/** What does not even begin as HTTP is another protocol; the rest is HTTP with mistakes in it. */
function parserFailure(cause, host) {
	const detail = /\((.*)\)$/.exec(cause.message)?.[1] ?? "";
	const reason = detail.startsWith("Expected HTTP/") ? "protocol" : "malformed";
	return new Failure("registry-unreachable", {
		host,
		reason,
		detail
	}, { cause });
}
/** What really went wrong: several addresses of one host fail together, and libraries wrap what they were given. */
function innermost(error) {
	if (typeof error !== "object" || error === null) return error;
	if ("errors" in error && Array.isArray(error.errors) && error.errors.length > 0) return innermost(error.errors[0]);
	return "cause" in error && error.cause ? innermost(error.cause) : error;
}
function isCertificateCode(code) {
	return /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code);
}
// src/registry/remote/http-client.ts
/**
* Hosts that the operator did not name are a registry's word, or a stranger's: they are reached at public addresses
* only, unless the registry that they serve is itself none of the internet.
*/
function createHttpClient(options) {
	const { connections, network = systemNetwork } = options;
	const privateOrigins = /* @__PURE__ */ new Set();
	const anywhere = new import_undici.Agent({
		connections,
		allowH2: false,
		connect: anyConnector(network, (origin) => privateOrigins.add(origin))
	});
	const internet = new import_undici.Agent({
		connections,
		allowH2: false,
		connect: publicConnector(network)
	});
	const isPrivateOnPurpose = ({ host, origin }) => options.isNamed(host) && privateOrigins.has(origin);
	const isTrusted = ({ url, registry }) => options.isNamed(url.host) || registry !== void 0 && isPrivateOnPurpose(registry);
	const exchange = async (request) => {
		const end = endOf(request, options.signal);
		const { signal } = end;
		const agent = isTrusted(request) ? anywhere : internet;
		try {
			return responseOf(request, await agent.request({
				origin: request.url.origin,
				path: request.url.pathname + request.url.search,
				method: request.method,
				headers: {
					"user-agent": options.userAgent,
					...lengthOf(request),
					...request.headers
				},
				headersTimeout: 0,
				bodyTimeout: 0,
				reset: false,
				...request.body && { body: bodyOf(request.body) },
				...signal && { signal }
			}), end);
		} catch (error) {
			end.release();
			if (error instanceof PrivateAddressError) throw privateAddress(request, error);
			throw networkFailure(error, request.url.host, signal);
		}
	};
	return {
		exchange,
		async close() {
			await Promise.all([anywhere.destroy(), internet.destroy()]);
		}
	};
}
/** Which registry leads to which host; of a registry itself only that it does. */
function privateAddress({ url, registry = url }, cause) {
	const leadsTo = url.host === registry.host ? {} : { leadsTo: url.host };
	return new Failure("registry-untrusted", {
		host: registry.host,
		reason: "private-address",
		...leadsTo
	}, { cause });
}
function responseOf(request, answer, end) {
	const { host } = request.url;
	return {
		status: answer.statusCode,
		headers: answer.headers,
		url: request.url,
		body: translated(answer.body, host, end),
		discard: () => answer.body.dump({ limit: 65536 }).catch(() => void 0).finally(() => end.release())
	};
}
/** The body's bytes, its errors told as failures. */
async function* translated(body, host, end) {
	try {
		yield* body;
	} catch (error) {
		throw networkFailure(error, host, end.signal);
	} finally {
		end.release();
	}
}
/** Object storage refuses chunked uploads, so every body says its length; so does a POST without one. */
function lengthOf({ method, body }) {
	if (body === void 0) return method === "POST" || method === "PUT" ? { "content-length": "0" } : {};
	return { "content-length": String("bytes" in body ? body.bytes.byteLength : body.size) };
}
function bodyOf(body) {
	return "bytes" in body ? body.bytes : Readable.from(body.open(), { objectMode: false });
}
// src/registry/remote/linking.ts
/** Bytes that a link of 10 MB/s carries while a request is answered: what is larger is not sent on a guess. */
const LARGE = 1024 ** 2;
/**
* What a run has learned of a registry: whether it links a blob from where it is, also into the very repository that
* has it. Then one POST asks whether a blob is there and, if not, opens its upload. Some registries never link and
* always open an upload: as long as one has not shown that it links, large blobs are asked for first.
*/
var Linking = class {
	#works;
	/** Whether a blob is to be asked for by HEAD, since the answer to a POST could not be relied on. */
	asksFirst(blob) {
		return this.#works === false || this.#works === void 0 && blob.size > LARGE;
	}
	/** It linked a blob. What it was once caught at counts more. */
	proved() {
		this.#works ??= true;
	}
	/** It refused to link from a repository into itself, or linked what was not there. */
	failed() {
		this.#works = false;
	}
};
// src/registry/remote/pull-limits.ts
/** Seconds for which a limit is believed that does not say over how long it counts. */
const UNTOLD_WINDOW = 60;
/**
* Keeps within what a registry says is left of its pull limit (Docker Hub's `ratelimit-remaining: 76;w=21600`): each
* GET of a manifest takes one, all else is free. Who is asked, and by whom, makes the limit: this is for one registry
* and one credential. A registry that says nothing is not limited.
* @throws Failure `pull-limit-reached` instead of sending a GET that would cut into the reserve
*/
function withPullLimit(exchange, options) {
	const limit = new PullLimit(options);
	return async (request) => {
		if (request.reads !== "manifest") return exchange(request);
		const response = await (request.method === "GET" ? limit.spend(() => exchange(request)) : exchange(request));
		limit.learn(response);
		return response;
	};
}
var PullLimit = class {
	options;
	#known;
	#underWay = 0;
	constructor(options) {
		this.options = options;
	}
	async spend(pull) {
		this.#take();
		this.#underWay += 1;
		try {
			return await pull();
		} finally {
			this.#underWay -= 1;
		}
	}
	/** While other pulls are under way an answer may not have counted them: then the lower figure holds. */
	learn(response) {
		if (response.url.origin !== this.options.origin.origin) return;
		const told = readLimit(response);
		if (told === void 0) return;
		const { remaining, seconds } = told;
		const known = this.#current();
		this.#known = {
			...told,
			remaining: known && this.#underWay > 0 ? Math.min(known.remaining, remaining) : remaining,
			until: this.options.clock.now() + (seconds ?? UNTOLD_WINDOW) * 1e3
		};
	}
	#take() {
		const known = this.#current();
		if (known === void 0) return;
		const { remaining, seconds } = known;
		const { origin, reserve } = this.options;
		if (remaining <= reserve) throw new Failure("pull-limit-reached", {
			host: origin.host,
			remaining,
			...seconds !== void 0 && { seconds }
		});
		this.#known = {
			...known,
			remaining: remaining - 1
		};
	}
	/** Who has heard nothing for as long as the limit counts back knows nothing any more. */
	#current() {
		return this.#known && this.options.clock.now() < this.#known.until ? this.#known : void 0;
	}
};
/** `76;w=21600`, or a bare number; the window, in seconds, may stand with the limit alone. Else undefined. */
function readLimit(response) {
	const value = header(response, "ratelimit-remaining") ?? "";
	const remaining = /^\s*(\d+)/.exec(value)?.[1];
	if (remaining === void 0) return void 0;
	const window = [value, header(response, "ratelimit-limit") ?? ""].map(windowIn).find((seconds) => seconds);
	return {
		remaining: Number(remaining),
		...window !== void 0 && { seconds: window }
	};
}
function windowIn(value) {
	const seconds = /;\s*w=(\d+)/.exec(value)?.[1];
	return seconds === void 0 ? void 0 : Number(seconds);
}
// src/registry/remote/redirects.ts
const MOST_HOPS = 10;
const REDIRECTS = /* @__PURE__ */ new Set([
	301,
	302,
	303,
	307,
	308
]);
/**
* Follows redirects by hand: a body is opened anew at every hop, and `Authorization` never leaves the origin it
* was meant for. Object storage refuses a request that carries one besides its own signature.
* @throws Failure `registry-untrusted` for a step down from https to http, and for a loop
*/
function withRedirects(exchange) {
	return async (first) => {
		let request = first;
		for (let hop = 0; hop <= MOST_HOPS; hop += 1) {
			const response = await exchange(request);
			const location = header(response, "location");
			if (!REDIRECTS.has(response.status) || location === void 0) return response;
			if (request.staysAtOrigin && leadsElsewhere(response, location)) return response;
			await response.discard();
			request = redirected(request, response, location);
		}
		throw new Failure("registry-untrusted", {
			host: first.url.host,
			reason: "redirect-loop"
		});
	};
}
function leadsElsewhere({ url }, location) {
	return !URL.canParse(location, url.href) || new URL(location, url).origin !== url.origin;
}
function redirected(request, response, location) {
	const url = resolveLocation(response, location);
	const { body, ...rest } = request;
	const fetches = response.status === 303 && request.method !== "HEAD";
	return {
		...rest,
		url,
		headers: url.origin === request.url.origin ? request.headers ?? {} : withoutAuthorization(request.headers),
		...fetches ? { method: "GET" } : body && { body }
	};
}
/**
* Where a `Location` leads: it may be relative and is resolved against the request that it answers.
* @throws Failure `registry-untrusted` where it is no http address or would give up TLS
*/
function resolveLocation(response, location) {
	const { host } = response.url;
	if (!URL.canParse(location, response.url.href)) throw new Failure("registry-untrusted", {
		host,
		reason: "not-an-address"
	});
	const url = new URL(location, response.url);
	if (url.protocol !== "https:" && url.protocol !== "http:") throw new Failure("registry-untrusted", {
		host,
		reason: "not-an-address"
	});
	if (response.url.protocol === "https:" && url.protocol === "http:") throw new Failure("registry-untrusted", {
		host,
		reason: "leaves-tls"
	});
	return url;
}
function withoutAuthorization(headers = {}) {
	return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "authorization"));
}
// src/registry/remote/pages.ts
const NEXT = /<([^>]*)>\s*;[^,]*\brel="?next"?/i;
/** No list is as long; one that seems to be has no end. */
const MOST_PAGES = 1e3;
/**
* A list of a registry, page by page. Only the `Link` header says whether there is more: a short page proves nothing.
* An empty page or a repeated link ends it.
* @throws Failure `registry-untrusted` where the rest is at another origin: half a list is none; `registry-error`
*   where there are more pages than are asked for
*/
async function* walkPages(first, reader) {
	const { ask, read, pages = MOST_PAGES } = reader;
	const seen = /* @__PURE__ */ new Set();
	let url = first;
	while (url !== void 0 && !seen.has(url.href)) {
		if (seen.size === pages) throw endless(url, pages);
		seen.add(url.href);
		const response = await ask(url);
		const items = await read(response, seen.size);
		yield* items;
		url = items.length === 0 ? void 0 : nextPage(response);
	}
}
function endless({ host }, pages) {
	return new Failure("registry-error", {
		host,
		status: 200,
		detail: `a list of more than ${pages} pages`
	});
}
function nextPage(response) {
	const link = headerValues(response, "link").map((value) => NEXT.exec(value)?.[1]).find((target) => target !== void 0);
	if (link === void 0 || !URL.canParse(link, response.url.href)) return void 0;
	const url = new URL(link, response.url);
	if (url.origin === response.url.origin) return url;
	const { host } = response.url;
	throw new Failure("registry-untrusted", {
		host,
		reason: "foreign-link",
		leadsTo: url.host
	});
}
// src/registry/remote/backoff.ts
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 2e4;
/**
* Milliseconds to wait after so many failures: up to a limit that doubles with each, and all of it left to chance, so
* that requests which failed together do not come back together.
* @param first the limit after the first failure, in milliseconds
*/
function backoff(failures, clock, first = FIRST_PAUSE) {
	return Math.round(Math.min(LONGEST_PAUSE, first * 2 ** (failures - 1)) * clock.random());
}
// src/registry/remote/retries.ts
const ATTEMPTS = 4;
/** On a bad line several connections break in a row, and to try once more costs little. */
const ATTEMPTS_AFTER_RESETS = 8;
/**
* Milliseconds from the first failure on in which there are other tries: services that stumble are back by then, and
* several pauses that a host asked for end before a job does.
*/
const LONGEST_EFFORT = 3e5;
const PASSING_STATUSES = /* @__PURE__ */ new Set([
	408,
	425,
	429,
	500,
	502,
	503,
	504,
	522
]);
/** A name that does not resolve and a certificate that is wrong will be so a second later, too. */
const PASSING_REASONS = /* @__PURE__ */ new Set([
	"reset",
	"timeout",
	"protocol",
	"malformed"
]);
/**
* Sends again what failed in passing: connections that broke, small answers that did not arrive whole, and answers
* that say "not now". The pauses double, with jitter. Where the host asks for one it is the gate that waits: for all
* requests to it.
*/
function withRetries(exchange, clock) {
	return async (request) => {
		let giveUpAt;
		for (let attempt = 1;; attempt += 1) {
			const result = await attemptOnce(exchange, request);
			giveUpAt ??= clock.now() + LONGEST_EFFORT;
			if (!isPassing(result) || attempt >= attemptsFor(request, result) || clock.now() > giveUpAt) return unwrap(result);
			await pauseAfter$1(result, attempt, clock, request.signal);
		}
	};
}
/** A POST may open an upload session that nobody uses, which is harmless; a PATCH changes what it is sent to. */
function attemptsFor({ method, attempts }, result) {
	if (attempts !== void 0) return attempts;
	if (method === "PATCH") return 1;
	return isReset(result) ? ATTEMPTS_AFTER_RESETS : ATTEMPTS;
}
async function attemptOnce(exchange, request) {
	try {
		const response = await exchange(request);
		const { contentWithin } = request;
		return contentWithin === void 0 || response.status !== 200 ? response : await received(response, contentWithin);
	} catch (error) {
		if (Failure.is(error, "registry-unreachable") || Failure.is(error, "registry-stalled")) return error;
		throw error;
	}
}
/** Whether a status says "not now": another try may get another answer. */
function isPassingStatus(status) {
	return PASSING_STATUSES.has(status);
}
function isPassing(result) {
	if (!(result instanceof Failure)) return isPassingStatus(result.status);
	return !Failure.is(result, "registry-unreachable") || PASSING_REASONS.has(result.facts.reason);
}
/** Whether the connection broke, whatever it was for. */
function isReset(result) {
	return Failure.is(result, "registry-unreachable") && result.facts.reason === "reset";
}
function unwrap(result) {
	if (result instanceof Failure) throw result;
	return result;
}
async function pauseAfter$1(result, attempt, clock, signal) {
	if (!(result instanceof Failure)) {
		await result.discard();
		if (pauseAsked(result, clock.now()) > 0) return;
	}
	await clock.sleep(backoff(attempt, clock), signal);
}
// src/registry/remote/referrers.ts
/** One that knows nothing yet. */
function createReferrersMemory() {
	return {
		withoutApi: /* @__PURE__ */ new Set(),
		turns: /* @__PURE__ */ new Map()
	};
}
/**
* What refers to a manifest, by the referrers API (distribution-spec, "Listing Referrers"), else by the list that
* clients keep under a tag ("Referrers Tag Schema"). That tag counts as well where the API has nothing to say: some
* registries answer everything with an empty list.
* @throws Failure `registry-untrusted`, `manifest-too-large`, `manifest-invalid`, and what any request may meet
*/
async function* listReferrers(context, subject, { url, memory, manifest, hasTag = () => Promise.resolve(true) }) {
	const { withoutApi } = memory;
	if (!withoutApi.has(context.host) && !withoutApi.has(context.name)) {
		let isEmpty = true;
		for await (const referrer of listFromApi(context, url, withoutApi)) {
			isEmpty = false;
			yield referrer;
		}
		if (!isEmpty) return;
	}
	const tag = referrersTag(subject);
	if (await hasTag(tag)) yield* (await listAt(manifest, tag, subject))?.children ?? [];
}
/** The list under a tag; undefined where there is none, or something else. */
async function listAt(manifest, tag, subject) {
	try {
		const list = await manifest(tag);
		return isReferrersList(list, subject) ? list : void 0;
	} catch (error) {
		if (Failure.is(error, "image-unknown")) return void 0;
		if (Failure.is(error, "manifest-invalid") || Failure.is(error, "manifest-unsupported")) return void 0;
		throw error;
	}
}
/** Nothing where there is no API, which is then remembered. */
function listFromApi(context, first, withoutApi) {
	return walkPages(first, {
		ask: (url) => context.exchange({
			method: "GET",
			url,
			headers: { accept: OCI_INDEX },
			scopes: context.scopes,
			staysAtOrigin: true,
			contentWithin: LARGEST_MANIFEST_READ
		}),
		async read(response, page) {
			const index = await readPage(context, response, page === 1);
			const isForbidden = response.status === 401 || response.status === 403;
			if (index === void 0) withoutApi.add(isForbidden ? context.name : context.host);
			return index?.children ?? [];
		}
	});
}
/** An index; undefined where a first page is none, and shows that there is no API. */
async function readPage(context, response, isFirst) {
	const { clock, host, repository, name: image } = context;
	if (response.status !== 200) {
		const problem = await readProblem(response, clock.now());
		if (isFirst && isRefusal(response.status)) return void 0;
		throw failureOf(problem, {
			host,
			repository,
			does: "pull"
		});
	}
	const bytes = await readBounded(response.body, LARGEST_MANIFEST_READ);
	if (bytes === void 0) throw new Failure("manifest-too-large", {
		image,
		limit: LARGEST_MANIFEST_READ
	});
	try {
		const index = readManifest(bytes, {
			image,
			contentType: header(response, "content-type") ?? "application/vnd.oci.image.index.v1+json"
		});
		if (index.kind !== "index") throw new Failure("manifest-invalid", {
			image,
			reason: "not-a-list",
			detail: ""
		});
		return index;
	} catch (error) {
		if (!isFirst || !(error instanceof Failure)) throw error;
		return;
	}
}
/** Any answer but one that says "not now", and a registry that is unwell. */
function isRefusal(status) {
	return status < 500 ? !isPassingStatus(status) : status === 501;
}
/**
* Enters manifests into the list under a tag, keeping what is listed there. Two programs that do so at the same time
* may undo each other, as the specification says; within this one they wait for each other.
* @throws Failure `manifest-too-large` where the list would be longer than registries take
*/
async function addToList(repository, subject, referrers, { turns }) {
	const tag = referrersTag(subject);
	const image = `${repository.name}:${tag}`;
	const change = async () => {
		const present = await listAt((key) => repository.manifest(key), tag, subject);
		const list = withReferrers(present, referrers, image);
		if (list === void 0) return;
		const limit = LARGEST_MANIFEST_WRITTEN;
		if (list.bytes.byteLength > limit) throw new Failure("manifest-too-large", {
			image,
			limit
		});
		await repository.putManifest(list, tag);
	};
	const turn = (turns.get(image) ?? Promise.resolve()).then(change);
	const over = turn.catch(() => void 0);
	turns.set(image, over);
	try {
		await turn;
	} finally {
		if (turns.get(image) === over) turns.delete(image);
	}
}
// src/registry/remote/source-pace.ts
const MEBIBYTE$2 = 1048576;
/** The part of the time from which on whoever was waited for is what holds a stream up. */
const MOSTLY = .8;
/**
* Bytes per millisecond. A connection that is as fast is not what a copy waits for: checking and sending on what it
* brings takes as long, and so does opening others.
*/
const FAST = 64 * MEBIBYTE$2 / 1e3;
/** Tells whether a stream is held up by its source, and not by its reader, from how its last MiBs came. */
var SourcePace = class {
	#now;
	#window;
	#slowRate;
	#isRunning = false;
	#since = 0;
	#bytes = 0;
	/** Milliseconds in which the reader waited for the source, and the source for the reader. */
	#waited = 0;
	#held = 0;
	/** @param window bytes that are judged at once */
	constructor(now, window) {
		this.#now = now;
		this.#window = window;
	}
	/** Bytes per millisecond, where the source was what held the last window up; undefined where it was not. */
	get slowRate() {
		return this.#slowRate;
	}
	/** A stream begins: what was known of another one counts no more. Nor does the time to its first byte. */
	restart() {
		this.#isRunning = false;
		this.#slowRate = void 0;
		this.#clear();
	}
	/** A chunk has come. */
	came(bytes) {
		const lap = this.#lap();
		if (!this.#isRunning) {
			this.#isRunning = true;
			return;
		}
		this.#waited += lap;
		this.#bytes += bytes;
		if (this.#bytes >= this.#window) this.#judge();
	}
	/** The reader is done with the chunk, and waits for the next one. */
	taken() {
		this.#held += this.#lap();
	}
	#judge() {
		const time = this.#waited + this.#held;
		const isSlow = this.#waited > MOSTLY * time && this.#bytes < FAST * time;
		this.#slowRate = isSlow ? this.#bytes / time : void 0;
		this.#clear();
	}
	#clear() {
		this.#bytes = 0;
		this.#waited = 0;
		this.#held = 0;
	}
	#lap() {
		const now = this.#now();
		const lap = now - this.#since;
		this.#since = now;
		return lap;
	}
};
// src/registry/remote/segment.ts
/**
* Part of a blob that is fetched whether or not its turn has come, and kept until it is read. What breaks it for
* good leaves it incomplete, and is no error: whoever reads on from there sees it.
*/
var Segment = class {
	start;
	end;
	#chunks = [];
	#controller = new AbortController();
	#onNews;
	#received = 0;
	#isOver = false;
	#wake = () => {};
	/**
	* @param open gives the range's bytes, or fewer, and never more
	* @param onNews is called with the bytes that have come now, and with 0 when nothing more will
	*/
	constructor(range, open, onNews) {
		this.start = range.start;
		this.end = range.end;
		this.#onNews = onNews;
		this.#fill(open(range, this.#controller.signal));
	}
	/** Its first bytes have come. */
	get hasBegun() {
		return this.#received > 0;
	}
	/** Nothing more will come. */
	get isOver() {
		return this.#isOver;
	}
	/** It ended before its last byte. */
	get isIncomplete() {
		return this.#isOver && this.#received < this.end - this.start;
	}
	/** What there is of it from `from` on, in order, and then what comes. Can be read once. */
	async *read(from = this.start) {
		for (let position = this.start;;) {
			const chunk = this.#chunks.shift();
			if (chunk !== void 0) {
				const skip = Math.max(0, from - position);
				position += chunk.byteLength;
				if (skip < chunk.byteLength) yield chunk.subarray(skip);
			} else if (this.#isOver) return;
			else await new Promise((resolve) => this.#wake = resolve);
		}
	}
	/** Releases its connection and its memory at once. */
	close() {
		this.#controller.abort(new Failure("cancelled", {}));
		this.#chunks.length = 0;
	}
	async #fill(stream) {
		try {
			for await (const chunk of stream) {
				this.#received += chunk.byteLength;
				this.#chunks.push(chunk);
				this.#tell(chunk.byteLength);
			}
		} catch {}
		await new Promise(setImmediate);
		this.#isOver = true;
		this.#tell(0);
	}
	#tell(bytes) {
		this.#wake();
		this.#onNews(bytes);
	}
};
// src/registry/remote/parallel-download.ts
/** Connections for one blob: what more of them would bring is little beside what they take from others. */
const MOST_CONNECTIONS = 4;
/** Segments' worth of bytes after which it is judged whether they came faster. */
const TRIAL = 5;
/** How much faster than one connection several have to be. */
const LEAST_GAIN = 1.25;
/**
* A blob's bytes from `offset` on, in order. They begin to come over one connection. Where that turns out to be what
* holds them up, and much is left, segments ahead of it are fetched over others as long as these are idle; it is
* left when it reaches the first of these. What the segments cannot serve comes over one connection again.
* @throws whatever `whole` throws
*/
async function* inParallel(source, offset) {
	const pace = new SourcePace(source.now, source.pool.sizes.window);
	const ahead = new SegmentsAhead(source);
	let position = offset;
	try {
		do {
			pace.restart();
			for await (const chunk of source.whole(position)) {
				position += chunk.byteLength;
				pace.came(chunk.byteLength);
				yield chunk;
				pace.taken();
				ahead.prepare(position, pace.slowRate);
				if (ahead.reaches(position)) break;
			}
			if (!ahead.reaches(position)) return;
			for await (const chunk of ahead.readFrom(position)) {
				position += chunk.byteLength;
				yield chunk;
			}
			ahead.clear();
		} while (position < source.size);
	} finally {
		ahead.clear();
	}
}
/** The segments of one blob that are in memory or on their way, without a gap between them. */
var SegmentsAhead = class {
	#source;
	#segments = [];
	/** Where the next segment begins. */
	#next = 0;
	#trial;
	#isUseless = false;
	constructor(source) {
		this.#source = source;
	}
	/** Whether the bytes from `position` on come from here. */
	reaches(position) {
		const [first] = this.#segments;
		return first !== void 0 && first.hasBegun && position >= first.start;
	}
	/**
	* Begins segments ahead of a connection that is slow, the second when the first has shown that they are served.
	* @param slowRate bytes per millisecond; undefined where that connection is not what holds the blob up
	*/
	prepare(position, slowRate) {
		const [first] = this.#segments;
		if (first === void 0) {
			if (slowRate !== void 0) this.#begin(position, slowRate);
		} else if (first.isIncomplete || position >= first.end) this.#abandon();
		else this.#extend();
	}
	/** The bytes from `position` on, until there are no more segments. */
	async *readFrom(position) {
		for (let [segment] = this.#segments; segment !== void 0; [segment] = this.#segments) {
			yield* segment.read(position);
			if (segment.isIncomplete) return this.#abandon();
			this.#dropFirst();
			this.#extend();
		}
	}
	clear() {
		while (this.#segments.length > 0) this.#dropFirst();
	}
	#begin(position, rate) {
		const { size, pool, now } = this.#source;
		if (size - position < pool.sizes.worthwhile) return;
		this.#next = position + pool.sizes.segment;
		this.#trial = {
			since: now(),
			rate,
			arrived: 0
		};
		this.#fetchNext();
	}
	/** With none left there is nothing to extend: one connection that need not ask again and again does as well. */
	#extend() {
		const [first] = this.#segments;
		if (first?.hasBegun && !this.#segments.some(({ isIncomplete }) => isIncomplete)) this.#fetchNext();
	}
	/** One at a time: how many others are idle is known again when this one has taken its place. */
	#fetchNext() {
		const { host, size, range, idle, pool } = this.#source;
		if (this.#isUseless || this.#next >= size || pool.isExcluded(host)) return;
		if (this.#segments.filter(({ isOver }) => !isOver).length >= MOST_CONNECTIONS || idle() < 1 || !pool.take()) return;
		const end = Math.min(size, this.#next + pool.sizes.segment);
		this.#segments.push(new Segment({
			start: this.#next,
			end
		}, range, (bytes) => this.#arrived(bytes)));
		this.#next = end;
	}
	#arrived(bytes) {
		if (this.#trial !== void 0) this.#judge(this.#trial, bytes);
		this.#extend();
	}
	/** More connections that bring no more, because the line or the reader is the limit, are not opened again. */
	#judge(trial, bytes) {
		const { pool, now } = this.#source;
		trial.arrived += bytes;
		if (trial.arrived < TRIAL * pool.sizes.segment) return;
		this.#isUseless = trial.arrived < LEAST_GAIN * trial.rate * (now() - trial.since);
		this.#trial = void 0;
	}
	#abandon() {
		this.#source.pool.exclude(this.#source.host);
		this.clear();
	}
	#dropFirst() {
		this.#segments.shift()?.close();
		this.#source.pool.giveBack();
	}
};
// src/registry/remote/range-body.ts
/** Milliseconds for the answer's head: a server may let one connection wait for the end of another. */
const ANSWER_WITHIN = 1e4;
/**
* The body of exactly this range of a blob, and never more. Any other answer is not spliced in; nor does the transport
* ask again, since whoever is told to wait had better not ask over several connections.
* @throws Failure `size-mismatch` where the answer is not that range, and those of the transport
*/
async function rangeBody({ exchange, scopes, name }, url, blob, { start, end }, signal) {
	const response = await exchange({
		method: "GET",
		url,
		scopes,
		headers: { range: `bytes=${start}-${end - 1}` },
		reads: "blob",
		attempts: 1,
		answerWithin: ANSWER_WITHIN,
		signal
	});
	if (!isRange(response, {
		start,
		end
	}, blob.size)) {
		await response.discard();
		const actual = Number(header(response, "content-length") ?? 0);
		throw new Failure("size-mismatch", {
			where: name,
			digest: blob.digest,
			expected: end - start,
			actual
		});
	}
	return atMost(response.body, end - start);
}
/** Whether an answer is this range of a blob of `size` bytes (RFC 9110, sections 14.4 and 15.3.7). */
function isRange(response, { start, end }, size) {
	const length = Number(header(response, "content-length") ?? end - start);
	const [, range, total] = /^bytes (\d+-\d+)\/(\d+|\*)$/.exec(header(response, "content-range") ?? "") ?? [];
	const isOfBlob = total === "*" || Number(total) === size;
	return response.status === 206 && range === `${start}-${end - 1}` && isOfBlob && length === end - start;
}
async function* atMost(stream, bytes) {
	let left = bytes;
	for await (const chunk of stream) {
		if (left > 0) yield chunk.subarray(0, left);
		left -= chunk.byteLength;
		if (left < 0) return;
	}
}
// src/registry/remote/watchdog.ts
/** Longest time without enough bytes, in milliseconds, unless told. */
const PATIENCE = 6e4;
/** Bytes a second that are enough, unless told. */
const LEAST_RATE = 1024;
/** Waiting is noticed this often within the patience, which needs no clock and costs fast streams nothing. */
const SAMPLES = 20;
/** How many bytes have to come while the patience is waited through; a single one at least. */
function enoughBytes({ patience, leastRate = LEAST_RATE }) {
	return Math.max(1, leastRate * patience / 1e3);
}
/**
* Watches whoever gives the bytes: time counts only while the next chunk is waited for, so a reader that holds
* the stream back is not taken for a stall. undici's own body timer does not run during backpressure at all.
*/
async function* watchSource(stream, options) {
	const watch = startWatch(options);
	const iterator = stream[Symbol.asyncIterator]();
	try {
		for (;;) {
			watch.waiting();
			const next = await iterator.next();
			if (next.done) return;
			watch.passed(next.value.byteLength);
			yield next.value;
		}
	} finally {
		watch.stop();
		await iterator.return?.();
	}
}
/** Watches whoever takes the bytes: time counts only while a chunk that was handed on is not asked past. */
async function* watchSink(stream, options) {
	const watch = startWatch(options);
	try {
		for await (const chunk of stream) {
			watch.waiting();
			yield chunk;
			watch.passed(chunk.byteLength);
		}
	} finally {
		watch.stop();
	}
}
/** Counts the waiting since enough bytes have come; what came before that does not excuse what comes not. */
function startWatch(options) {
	const { host, patience, abort } = options;
	const enough = enoughBytes(options);
	let [isWaiting, samples, bytes] = [
		false,
		0,
		0
	];
	const timer = setInterval(() => {
		if (!isWaiting) return;
		samples += 1;
		if (samples < SAMPLES) return;
		clearInterval(timer);
		abort(new Failure("registry-stalled", {
			host,
			seconds: Math.round(patience / 1e3)
		}));
	}, Math.ceil(patience / SAMPLES)).unref();
	return {
		waiting() {
			isWaiting = true;
		},
		passed(count) {
			isWaiting = false;
			bytes += count;
			if (bytes >= enough) [samples, bytes] = [0, 0];
		},
		stop: () => clearInterval(timer)
	};
}
// src/registry/remote/download.ts
/** How often a body may break without progress in between: a trickle that goes on from try to try is none. */
const TRIES_WITHOUT_PROGRESS = 4;
/**
* A blob's bytes from `offset`, checked as they pass. A body that breaks is taken up where it broke, by `Range`;
* what has passed is not fetched again. A large blob that comes slowly is fetched over several connections.
* @throws Failure `blob-unknown`, `size-mismatch`, `digest-mismatch`, and those of the transport
*/
function download(context, url, blob, offset) {
	const stream = blob.size - offset >= context.segments.sizes.worthwhile ? inParallel(sourceOf(context, url, blob), offset) : whole(context, url, blob, offset);
	return offset === 0 ? checked(stream, blob, context.name) : checked(stream, blob, context.name, { offset });
}
function sourceOf(context, url, blob) {
	const { host, clock, segments, idleDownloads } = context;
	const served = { at: url };
	return {
		host,
		size: blob.size,
		whole: (offset) => whole(context, url, blob, offset, served),
		range: (range, signal) => segment(context, url, blob, range, signal),
		idle: () => idleDownloads ? Math.min(idleDownloads(url), idleDownloads(served.at)) : 0,
		pool: segments,
		now: () => clock.now()
	};
}
/** All bytes from `offset` on, over one connection at a time. `served` is told where they come from. */
function whole(context, url, blob, offset, served = { at: url }) {
	return resumed(context, offset, blob.size, {
		open: (from) => bodyFrom(context, url, blob, from, served),
		mayResume: (error, hasBegun) => hasBegun && isBreak$1(error)
	});
}
/** A range's bytes; it breaks where it is not served as asked. */
function segment(context, url, blob, { start, end }, signal) {
	return resumed(context, start, end, {
		open: (from) => rangeBody(context, url, blob, {
			start: from,
			end
		}, signal),
		mayResume: (error) => isBreak$1(error) && !isTimeout(error),
		signal
	});
}
/** The bytes from `start` up to `end`; a body that breaks is taken up where it broke. */
async function* resumed(context, start, end, { open, mayResume, signal }) {
	let received = start;
	let failures = 0;
	let hasBegun = false;
	for (;;) {
		const from = received;
		try {
			const body = await open(from);
			hasBegun = true;
			for await (const chunk of body) {
				received += chunk.byteLength;
				if (received - from >= enoughBytes(context)) failures = 0;
				yield chunk;
			}
			return;
		} catch (error) {
			if (!mayResume(error, hasBegun)) throw error;
			if (received >= end) return;
			failures += 1;
			if (failures >= TRIES_WITHOUT_PROGRESS) throw error;
			await context.clock.sleep(backoff(failures, context.clock), signal);
		}
	}
}
/** Only broken connections are worth another try; what is wrong in itself stays so. */
function isBreak$1(error) {
	return Failure.is(error, "registry-stalled") || Failure.is(error, "registry-unreachable");
}
function isTimeout(error) {
	return Failure.is(error, "registry-unreachable") && error.facts.reason === "timeout";
}
/**
* The body from `offset` on. A registry that ignores the range sends all, and what has passed before is left out;
* one that sends a range from elsewhere is asked for all, since its range must not be spliced in.
*/
async function bodyFrom(context, url, blob, offset, served) {
	const { host, name, segments } = context;
	const response = await get(context, url, blob, offset);
	served.at = response.url;
	const start = response.status === 206 ? rangeStart(header(response, "content-range")) : 0;
	if (start !== offset || header(response, "accept-ranges") === "none") segments.exclude(host);
	if (start > offset && offset > 0) {
		await response.discard();
		return without(await bodyFrom(context, url, blob, 0, served), offset);
	}
	const announced = header(response, "content-length");
	const end = announced === void 0 ? blob.size : start + Number(announced);
	if (start > offset || end !== blob.size) {
		await response.discard();
		const actual = Number(announced ?? 0);
		throw new Failure("size-mismatch", {
			where: name,
			digest: blob.digest,
			expected: blob.size,
			actual
		});
	}
	return start === offset ? response.body : without(response.body, offset - start);
}
async function get({ exchange, clock, host, repository, name, scopes }, url, blob, offset) {
	const response = await exchange({
		method: "GET",
		url,
		scopes,
		headers: offset === 0 ? {} : { range: `bytes=${offset}-` },
		reads: "blob"
	});
	if (response.status === 200 || response.status === 206) return response;
	if (response.status !== 404) throw failureOf(await readProblem(response, clock.now()), {
		host,
		repository,
		does: "pull"
	});
	await response.discard();
	throw new Failure("blob-unknown", {
		where: name,
		digest: blob.digest
	});
}
/** The first byte of `bytes 100-199/200`; a range that cannot be read is one that starts nowhere. */
function rangeStart(contentRange) {
	const start = /^bytes (\d+)-/.exec(contentRange ?? "")?.[1];
	return start === void 0 ? 1e400 : Number(start);
}
async function* without(stream, skip) {
	let left = skip;
	for await (const chunk of stream) {
		if (left < chunk.byteLength) yield chunk.subarray(left);
		left = Math.max(0, left - chunk.byteLength);
	}
}
// src/registry/remote/foreign.ts
/** Publishers name one place or two; a manifest could name thousands. */
const MOST_PUBLISHERS = 8;
/**
* The bytes, from `offset` on, of a layer that may stay with its publisher: of the registry where it has them, else of
* the layer's `urls`, http and https, in their order (image-spec, descriptor.md). Where one place ends early, the next
* one goes on from there; wrong bytes are final once some of them have been handed on.
* @param url where the registry would have it
* @throws Failure `foreign-layer-unavailable`, or what the registry said where there is no other place
*/
function foreignLayer(context, url, blob, offset) {
	return checked(fromAnyPlace(placesOf(context, url, blob), blob, offset), blob, context.name, offset === 0 ? void 0 : { offset });
}
function placesOf({ publishers, ...registry }, url, blob) {
	const places = (blob.urls ?? []).filter(isWebAddress).slice(0, MOST_PUBLISHERS).map((text) => {
		const place = new URL(text);
		const { host } = place;
		return {
			isPublisher: true,
			url: place,
			context: {
				...registry,
				exchange: publishers,
				host,
				name: host,
				repository: blob.digest,
				scopes: []
			}
		};
	});
	return [{
		context: registry,
		url,
		isPublisher: false
	}, ...places];
}
function isWebAddress(text) {
	return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol);
}
async function* fromAnyPlace([place, ...others], blob, offset) {
	if (place === void 0) return;
	let received = offset;
	try {
		for await (const chunk of download(place.context, place.url, blob, received)) {
			received += chunk.byteLength;
			yield chunk;
		}
		return;
	} catch (error) {
		const failure = Failure.from(error);
		if (failure.endsRun || Failure.is(failure, "internal")) throw failure;
		const isSpoilt = received > offset && Failure.is(failure, "digest-mismatch");
		if (others.length === 0 || isSpoilt) throw place.isPublisher ? unavailable(blob, failure) : failure;
	}
	yield* fromAnyPlace(others, blob, received);
}
function unavailable({ digest }, cause) {
	const because = Failure.is(cause, "blob-unknown") ? new Failure("registry-error", {
		host: cause.facts.where,
		status: 404,
		detail: ""
	}, { cause }) : cause;
	return new Failure("foreign-layer-unavailable", {
		digest,
		because
	}, { cause });
}
// src/registry/remote/manifest-refusal.ts
/** ECR, Harbor, Quay and GAR say "immutable", each under a status and a code of its own; Nexus does not. */
const IMMUTABLE = /immutab|ImageTagAlreadyExists|TAG_INVALID.*already exists|cannot be overwritten|does not allow updating/i;
/** What registries say that do not know attestations, indexes or a format: besides the spec's words Aliyun's and SWR's. */
const UNKNOWN_TYPE = /MANIFEST_INVALID|media.?type|unknown manifest class|fail(?:ed)? to parse .?manifest/i;
/** What they say of attestations, and of formats: each has an option of its own that helps. */
const OF_ATTESTATIONS = /vnd\.oci\.empty|in-?toto|attestation/i;
const OF_FORMATS = /media.?type|manifest.type|vnd\.oci\.image|fail(?:ed)? to parse .?manifest/i;
/** How registries say that something which a manifest lists is not there; some call a child a manifest, some a blob. */
const INCOMPLETE = /* @__PURE__ */ new Set([
	"MANIFEST_BLOB_UNKNOWN",
	"MANIFEST_UNKNOWN",
	"BLOB_UNKNOWN"
]);
/**
* Why a registry did not take a manifest: it lacks what that lists, keeps its tag, does not know its type, or what
* any request may meet.
*/
function manifestRefusal(problem, deed, { manifest, tag }) {
	const { host, repository } = deed;
	const { status, codes, detail, digest } = problem;
	if ([400, 404].includes(status) && codes.some((code) => INCOMPLETE.has(code))) return new Failure("manifest-incomplete", {
		host,
		repository,
		detail,
		...digest !== void 0 && { digest }
	});
	const failure = failureOf(problem, deed);
	if (!isAboutManifest(failure, status)) return failure;
	const says = (pattern) => isSaid(pattern, detail, [repository, tag ?? ""]);
	if (tag !== void 0 && says(IMMUTABLE)) return new Failure("tag-immutable", {
		host,
		repository,
		tag,
		detail
	});
	if (status === 415 || says(UNKNOWN_TYPE)) {
		const { mediaType } = manifest.descriptor;
		const helps = helpfulForm(manifest, says);
		return new Failure("manifest-refused", {
			host,
			repository,
			mediaType,
			detail,
			...helps && { helps }
		});
	}
	return failure;
}
/** By what was refused, and by the registry's words; undefined where both forms may help. */
function helpfulForm({ blobs, children }, says) {
	if (blobs.some(({ mediaType }) => OF_ATTESTATIONS.test(mediaType)) || says(OF_ATTESTATIONS)) return "drop-attestations";
	return says(OF_FORMATS) || !children.some(isAttestation) ? "docker-media-types" : void 0;
}
/** Names in the registry's words are the requester's: what they hold is not what it says. */
function isSaid(pattern, detail, names) {
	const misleading = names.filter((name) => pattern.test(name));
	return pattern.test(misleading.reduce((words, name) => words.replaceAll(name, ""), detail));
}
/** Some registries answer with "forbidden" what others call a bad request, a conflict or a failed precondition. */
function isAboutManifest(failure, status) {
	return failure.code !== "repository-missing" && [
		400,
		401,
		403,
		405,
		409,
		412,
		415
	].includes(status);
}
// src/registry/remote/tag-list.ts
const LARGEST_PAGE = 8388608;
/**
* The tags of a repository, page by page (distribution-spec, "Listing Tags"). What cannot be a tag is left out.
* @param pages the most that are asked for
* @throws Failure `image-unknown`, and those of `walkPages`
*/
function listTags$1(context, first, pages) {
	return walkPages(first, {
		ask: (url) => context.exchange({
			method: "GET",
			url,
			scopes: context.scopes,
			contentWithin: LARGEST_PAGE
		}),
		read: (response) => tagsOf(context, response),
		pages
	});
}
async function tagsOf(context, response) {
	const { clock, host, repository, name } = context;
	if (response.status === 404) {
		await response.discard();
		throw new Failure("image-unknown", {
			image: name,
			host
		});
	}
	if (response.status !== 200) throw failureOf(await readProblem(response, clock.now()), {
		host,
		repository,
		does: "pull"
	});
	const bytes = await readBounded(response.body, LARGEST_PAGE);
	const document = bytes && parseJsonObject(bytes);
	if (!document) throw new Failure("registry-error", {
		host,
		status: 200,
		detail: "a list of tags that is not JSON"
	});
	return Array.isArray(document.tags) ? document.tags.filter((tag) => typeof tag === "string" && isTag(tag)) : [];
}
// src/registry/remote/upload-faults.ts
const TRIES = 4;
const TRIES_AFTER_RESETS = 8;
/** Bytes that arrived broken may have met a passing fault once, hardly twice. */
const TRIES_WITH_BROKEN_BYTES = 2;
/** Who had all bytes and said nothing for minutes is asked once more: others wait for the place that it takes. */
const TRIES_WITHOUT_ANSWER = 2;
const PAUSE = 1e3;
/**
* Milliseconds to wait before the next try of an upload; undefined where there shall be none. A pause that the host
* has asked for is none of it: the gate waits for that.
*/
function pauseAfter(fault, attempt, clock) {
	if (attempt >= triesAfter(fault)) return void 0;
	const pause = backoff(attempt, clock, PAUSE);
	if (!Failure.is(fault, "registry-throttled")) return isAmbiguous(fault) ? pause : void 0;
	const { seconds } = fault.facts;
	if (seconds === void 0) return pause;
	return seconds * 1e3 > 12e4 ? void 0 : 0;
}
function triesAfter(fault) {
	if (Failure.is(fault, "digest-refused")) return TRIES_WITH_BROKEN_BYTES;
	if (isReset(fault)) return TRIES_AFTER_RESETS;
	return Failure.is(fault, "registry-unreachable") && fault.facts.reason === "timeout" ? TRIES_WITHOUT_ANSWER : TRIES;
}
/**
* Failures after which the blob may be there all the same, or may get there on another try: the connection broke,
* the session is gone, confused ('cannot be updated') or still at work on a request that broke, or the registry
* stumbled while it committed.
*/
function isAmbiguous(failure) {
	if (isBreak(failure) || Failure.is(failure, "digest-refused")) return true;
	return hasStatus(failure, 400, 404, 408, 409, 416, 500, 502, 503, 504);
}
/** The bytes stopped passing; nothing was answered. */
function isBreak(failure) {
	return Failure.is(failure, "registry-unreachable") || Failure.is(failure, "registry-stalled");
}
/** The registry, or a proxy before it, takes no body of this length. */
function isTooLarge(failure) {
	return hasStatus(failure, 413);
}
/** The registry knows the session no more. */
function isGone$1(failure) {
	return hasStatus(failure, 404);
}
function hasStatus(failure, ...statuses) {
	return Failure.is(failure, "registry-error") && statuses.includes(failure.facts.status);
}
// src/registry/remote/chunked-upload.ts
const MEBIBYTE$1 = 1048576;
/** Below what large services let pass in one request. */
const LARGEST_CHUNK = 64 * MEBIBYTE$1;
/** What a reverse proxy lets pass unless it is told otherwise. */
const SMALLEST_CHUNK = MEBIBYTE$1;
/** A registry that wants longer chunks than this wants no chunks. */
const LARGEST_LEAST_CHUNK = 1024 * MEBIBYTE$1;
/** Bytes to send at once where `refused` bytes were too many. */
function chunkBelow(refused) {
	return Math.max(SMALLEST_CHUNK, Math.min(LARGEST_CHUNK, Math.floor(refused / 4)));
}
/** The next length to try where chunks of `refused` bytes were too long; undefined where there is none. */
function shorterChunk({ size }, refused, leastChunk) {
	const tried = Math.min(size, Math.max(refused, leastChunk));
	const shorter = Math.max(chunkBelow(tried), leastChunk);
	return shorter < tried ? shorter : void 0;
}
/**
* Sends a blob piece by piece into one session and commits it (distribution-spec, "Pushing a blob in chunks"). The
* source is read through once; only where a piece was lost it is opened again there. Bytes are counted by what was
* sent, and a registry that says to have fewer is sent the rest again. Undefined: it is there.
* @param chunk bytes of a piece; more where the registry asks for more
* @returns a failure after which another session may do better
* @throws Failure after which none will: the source's own, `blob-too-large`, and what did not end in some tries
*/
async function sendInChunks(session, blob, source, { chunk, clock, host }) {
	const { leastChunk } = session;
	if (leastChunk > LARGEST_LEAST_CHUNK) throw blobTooLarge(host, blob, leastChunk);
	try {
		return await appendAll(session, blob, source, {
			chunk: Math.max(chunk, leastChunk),
			clock
		}) ?? await session.commit(blob);
	} finally {
		source.close();
	}
}
/** The mirror does not take the blob in one piece, nor in pieces as small as it allows. */
function blobTooLarge(host, { digest, size }, least) {
	return new Failure("blob-too-large", {
		host,
		digest,
		size,
		...least > 0 && { least }
	});
}
/** Only bytes that were never taken before count as progress: a registry that goes back and forth is left in the end. */
async function appendAll(session, blob, source, { chunk, clock }) {
	let furthest = 0;
	let failures = 0;
	for (let offset = 0; offset < blob.size;) {
		const [start, size] = [offset, Math.min(chunk, blob.size - offset)];
		const setback = await session.append({
			offset,
			size,
			urgent: offset > 0,
			open: () => source.piece(start, size)
		});
		offset += size;
		if (setback !== void 0) {
			failures += 1;
			const resumed = await resume(session, source, setback, failures, clock);
			if (resumed === void 0 || resumed > offset) return setback.fault;
			offset = resumed;
		}
		if (offset > furthest) failures = 0;
		furthest = Math.max(furthest, offset);
	}
}
/** Where the registry wants to go on after a setback; undefined where that cannot be known in this session. */
async function resume(session, source, { fault, received }, failures, clock) {
	if (source.failure !== void 0) throw source.failure;
	if (isTooLarge(fault)) return void 0;
	const pause = pauseAfter(fault, failures, clock);
	if (pause === void 0) throw fault;
	await clock.sleep(pause);
	return received ?? session.received();
}
// src/registry/remote/upload-session.ts
/** A registry may hash and move a blob before it answers: so long for any, and longer for large ones. */
const COMMIT_TIME = 3e5;
const COMMIT_BYTES_PER_MILLISECOND = 4e3;
/** Nobody waits longer than this for a session to be given back. */
const FAREWELL_TIME = 2e3;
/** An upload that a registry has opened (distribution-spec, "Pushing blobs"): a method for each thing to do with it. */
var UploadSession = class UploadSession {
	context;
	/** Every answer may name another place for what comes next. */
	#location;
	/** Bytes that every chunk but the last must have; 0 where the registry does not say. */
	leastChunk;
	/**
	* @param opened the answer that opened it
	* @throws Failure `registry-error` where that says not where to send to, `registry-untrusted`
	*/
	constructor(context, opened) {
		this.context = context;
		const location = header(opened, "location");
		if (location === void 0) throw new Failure("registry-error", {
			host: context.host,
			status: opened.status,
			detail: "an upload without a Location"
		});
		this.#location = resolveLocation(opened, location);
		this.leastChunk = countIn(header(opened, "oci-chunk-min-length")) ?? 0;
	}
	/** POST. @throws Failure as the registry refuses */
	static async open(context) {
		const { exchange, uploads, scopes } = context;
		const response = await exchange({
			method: "POST",
			url: uploads,
			scopes
		});
		if (response.status !== 202) throw await refusal$1(context, response);
		await response.discard();
		return new UploadSession(context, response);
	}
	/** PUT: the whole blob, or nothing where all of it has been appended. Undefined: it is there now. */
	async commit(blob, open) {
		const response = await this.#send({
			method: "PUT",
			url: withDigest(this.#location, blob),
			answerWithin: answerTime(blob.size),
			...open && {
				headers: OCTETS,
				body: {
					size: blob.size,
					open
				}
			}
		});
		if (response instanceof Failure) return response;
		if (response.status >= 300) return refusal$1(this.context, response, blob);
		await response.discard();
	}
	/**
	* PATCH: the next bytes. Undefined: they are taken. What the answer's `Range` says then is not looked at, since
	* some registries leave it at the first chunk.
	* @throws Failure `registry-untrusted`
	*/
	async append({ offset, size, open, urgent = false }) {
		const response = await this.#send({
			method: "PATCH",
			url: this.#location,
			headers: {
				...OCTETS,
				"content-range": `${offset}-${offset + size - 1}`
			},
			body: {
				size,
				open
			},
			urgent,
			answerWithin: answerTime(size)
		});
		if (response instanceof Failure) return { fault: response };
		if (response.status >= 300) return this.#refused(response);
		await response.discard();
		this.#moveTo(response);
	}
	/** GET: how many bytes the registry has; undefined where it does not say, or knows the session no more. */
	async received() {
		const { exchange, scopes } = this.context;
		const response = await exchange({
			method: "GET",
			url: this.#location,
			scopes
		});
		await response.discard();
		if (response.status !== 204) return void 0;
		this.#moveTo(response);
		return receivedIn(response);
	}
	/** DELETE: an open session holds what was sent so far. To give it back is good manners, and may fail. */
	async cancel() {
		const { exchange, scopes } = this.context;
		try {
			await (await exchange({
				method: "DELETE",
				url: this.#location,
				scopes,
				attempts: 1,
				afterCancel: true,
				signal: AbortSignal.timeout(FAREWELL_TIME)
			})).discard();
		} catch {}
	}
	/** Sends once. */
	async #send(request) {
		const { exchange, scopes } = this.context;
		try {
			return await exchange({
				...request,
				scopes,
				attempts: 1
			});
		} catch (error) {
			return Failure.from(error);
		}
	}
	#moveTo(response) {
		const location = header(response, "location");
		if (location !== void 0) this.#location = resolveLocation(response, location);
	}
	/** 416 says where the registry would go on, and may name another place for it. */
	async #refused(response) {
		const fault = await refusal$1(this.context, response);
		if (response.status !== 416) return { fault };
		this.#moveTo(response);
		const received = receivedIn(response);
		return {
			fault,
			...received !== void 0 && { received }
		};
	}
};
const OCTETS = { "content-type": "application/octet-stream" };
function answerTime(bytes) {
	return COMMIT_TIME + bytes / COMMIT_BYTES_PER_MILLISECOND;
}
/** The session's query may be signed or hold a state: it is added to, and otherwise left as it was written. */
function withDigest(session, { digest }) {
	const url = new URL(session);
	url.search += `${session.search === "" ? "?" : "&"}digest=${encodeURIComponent(digest)}`;
	return url;
}
/** The bytes that `Range: 0-1023` stands for. Of none and of one it says `0-0`; no piece is a single byte. */
function receivedIn(response) {
	const last = countIn(/^(?:bytes=)?0-(\d+)$/.exec(header(response, "range") ?? "")?.[1]);
	return last === 0 ? 0 : last && last + 1;
}
function countIn(digits) {
	return digits !== void 0 && /^\d+$/.test(digits) ? Number(digits) : void 0;
}
/** @param committed the blob whose commit was refused: registries check the digest then */
async function refusal$1({ clock, host, repository }, response, committed) {
	const problem = await readProblem(response, clock.now());
	if (committed !== void 0 && problem.codes.includes("DIGEST_INVALID")) return new Failure("digest-refused", {
		host,
		digest: committed.digest,
		detail: problem.detail
	});
	return failureOf(problem, {
		host,
		repository,
		does: "push"
	});
}
// src/registry/remote/upload-source.ts
/**
* A blob's bytes on their way into an upload. What breaks them is remembered, so that it is not taken for a fault
* of the mirror.
*/
var UploadSource = class {
	open;
	prepare;
	#failure;
	/** Counts the times that it was opened. */
	#opened = 0;
	#reader;
	/**
	* @param open gives the bytes from an offset on, anew at every call
	* @param prepare brings them near, so that the mirror need not wait for them
	*/
	constructor(open, prepare) {
		this.open = open;
		this.prepare = prepare;
	}
	/** Waits until the bytes can be opened. @throws whatever keeps them from it */
	async ready() {
		await this.prepare?.();
	}
	/** What broke the source as it was opened last; undefined while nothing did. */
	get failure() {
		return this.#failure;
	}
	/** All bytes, from a source opened anew. */
	whole() {
		return this.#noted(0);
	}
	/** Some bytes: read on where the piece before ended, from a source opened anew where they begin elsewhere. */
	piece(offset, size) {
		if (this.#reader?.isReadyAt(offset) !== true) {
			this.close();
			this.#reader = new PieceReader(this.#noted(offset), offset);
		}
		return this.#reader.take(size);
	}
	/** Releases what the last piece left open. */
	close() {
		this.#reader?.close();
		this.#reader = void 0;
	}
	async *#noted(offset) {
		this.#opened += 1;
		this.#failure = void 0;
		const number = this.#opened;
		try {
			yield* this.open(offset);
		} catch (error) {
			const failure = Failure.from(error);
			if (number === this.#opened) this.#failure = failure;
			throw failure;
		}
	}
};
/** Cuts a stream into pieces of any length. */
var PieceReader = class {
	#chunks;
	#position;
	/** What is left of a chunk that reached into the next piece. */
	#rest = /* @__PURE__ */ new Uint8Array();
	#isTaking = false;
	constructor(stream, position) {
		this.#chunks = stream[Symbol.asyncIterator]();
		this.#position = position;
	}
	/** A piece that was left before its end may still be waiting for a chunk, so nobody can read on after it. */
	isReadyAt(offset) {
		return this.#position === offset && !this.#isTaking;
	}
	async *take(size) {
		this.#isTaking = true;
		for (let left = size; left > 0;) {
			const chunk = this.#rest.byteLength > 0 ? this.#rest : (await this.#chunks.next()).value;
			if (chunk === void 0) return;
			const part = chunk.subarray(0, left);
			this.#rest = chunk.subarray(part.byteLength);
			this.#position += part.byteLength;
			left -= part.byteLength;
			this.#isTaking = left > 0;
			yield part;
		}
	}
	close() {
		this.#chunks.return?.().catch(() => void 0);
	}
};
// src/registry/remote/upload-start.ts
/**
* Finds out in as few requests as it takes whether a blob is in a repository, or can be linked into it, and opens an
* upload where not (distribution-spec, "Mounting a blob from another repository"). A blob that no other repository is
* known to have is mounted from the repository itself: 201 says that it is there, 202 opens the upload.
* @param from a repository of the same registry that may have the blob
* @throws Failure `push-denied`, `repository-missing`, `registry-error`
*/
async function startUpload$1(context, blob, from) {
	if (context.linking.asksFirst(blob) && await isThere(context, blob)) return "present";
	const origin = from ?? (context.isAbsent(blob) ? void 0 : context.path);
	if (origin === void 0) return UploadSession.open(context);
	const started = await mount(context, blob, origin);
	if (started !== void 0) return started;
	return await isThere(context, blob) ? "present" : UploadSession.open(context);
}
/** Not every registry lets a writer look: the upload then says what is wrong, if anything is. */
async function isThere(context, blob) {
	if (context.isAbsent(blob)) return false;
	try {
		return await context.hasBlob(blob);
	} catch (error) {
		if (Failure.is(error, "push-denied")) return false;
		throw error;
	}
}
/** Undefined where the registry does not link from there. */
async function mount(context, blob, from) {
	const { linking, path } = context;
	const response = await mountRequest(context, blob, from);
	await response?.discard();
	if (response?.status === 202) return new UploadSession(context, response);
	if (response?.status === 201) {
		linking.proved();
		return from === path ? "present" : "mounted";
	}
	if (from === path) linking.failed();
}
/** A token service that refuses the right to read the other repository refuses the link, not the blob. */
async function mountRequest(context, blob, from) {
	const url = new URL(context.uploads);
	url.searchParams.set("mount", blob.digest);
	url.searchParams.set("from", from);
	const scopes = from === context.path ? context.scopes : [...context.scopes, pullScope(from)];
	try {
		return await context.exchange({
			method: "POST",
			url,
			scopes
		});
	} catch (error) {
		if (from !== context.path && Failure.is(error, "credentials-unusable")) return void 0;
		throw error;
	}
}
// src/registry/remote/upload.ts
/** Bytes of a blob from which on broken connections are put down to its length. */
const VERY_LARGE = 1024 ** 3;
/** How often the PUT of so large a blob may break before it is sent in chunks. */
const BREAKS_OF_VERY_LARGE = 2;
/**
* Brings a blob into a repository that may have it: linked where the registry can, else sent whole in one PUT
* (distribution-spec, "Pushing a blob monolithically"), and in chunks where it is too large for that. Whether a
* commit whose answer was lost took place is settled by asking for the blob; a new try opens a new session and the
* source anew, and a session that is left is given back.
* @throws Failure `push-denied`, `repository-missing`, `blob-too-large`, `digest-refused`, `registry-error`, and
*   whatever the source throws
*/
async function upload(context, cargo) {
	const { blob, open, prepare } = cargo;
	const start = await startUpload$1(context, blob, cargo.from);
	if (typeof start === "string") return start;
	let session = start;
	const source = new UploadSource(open, prepare);
	for (let attempt = {
		number: 1,
		pause: 0
	};;) {
		session ??= await UploadSession.open(context);
		const fault = await sendTo(session, context, blob, source, attempt.chunk);
		if (fault === void 0) return "sent";
		attempt = attemptAfter(fault, attempt, blob, {
			...context,
			leastChunk: session.leastChunk
		});
		session = void 0;
		await context.clock.sleep(attempt.pause);
	}
}
/**
* Undefined: the blob is there. Otherwise the session is given back.
* @throws Failure that no other session would mend
*/
async function sendTo(session, context, blob, source, chunk) {
	try {
		await source.ready();
		const fault = await (chunk === void 0 ? session.commit(blob, () => source.whole()) : sendInChunks(session, blob, source, {
			...context,
			chunk
		}));
		if (source.failure !== void 0) throw source.failure;
		if (fault === void 0 || isAmbiguous(fault) && await context.hasBlob(blob)) return void 0;
		if (!isGone$1(fault)) await session.cancel();
		return fault;
	} catch (error) {
		await session.cancel();
		throw error;
	}
}
/** @throws Failure where there shall be no other attempt: the fault, or `blob-too-large` */
function attemptAfter(fault, attempt, blob, { host, clock, leastChunk }) {
	const { number, chunk } = attempt;
	if (isTooLarge(fault)) {
		const shorter = chunk === void 0 ? chunkBelow(blob.size) : shorterChunk(blob, chunk, leastChunk);
		if (shorter === void 0) throw blobTooLarge(host, blob, leastChunk);
		return {
			number,
			pause: 0,
			chunk: shorter
		};
	}
	const pause = pauseAfter(fault, number, clock);
	if (pause === void 0) throw fault;
	const breaksByLength = blob.size > VERY_LARGE && isBreak(fault) && number >= BREAKS_OF_VERY_LARGE;
	const next = chunk ?? (breaksByLength ? chunkBelow(blob.size) : void 0);
	return {
		number: number + 1,
		pause,
		...next !== void 0 && { chunk: next }
	};
}
// src/registry/remote/remote-repository.ts
const ACCEPT = MANIFEST_TYPES.join(", ");
/** A repository on a registry that speaks the OCI distribution API (distribution-spec v1.1). */
var RemoteRepository = class {
	name;
	#options;
	#path;
	#scopes;
	/** Blobs that were asked for and not there: they need not be asked for again to be sent. */
	#absent = /* @__PURE__ */ new Set();
	#referrers;
	constructor(options) {
		this.#options = options;
		this.#path = `${options.prefix}${options.repository}`;
		this.name = `${options.registry}/${options.repository}`;
		this.#referrers = options.referrers ?? createReferrersMemory();
		this.#scopes = [options.writes ? pushScope(this.#path) : pullScope(this.#path)];
	}
	async head(key) {
		const response = await this.#send(this.#manifestRequest("HEAD", key));
		await response.discard();
		if (response.status === 404) return void 0;
		if (response.status === 200) return headDescriptor(response, key) ?? (await this.manifest(key)).descriptor;
		if (response.status === 405) return this.#manifestIfThere(key);
		if (response.status === 403 && this.#options.writes) return void 0;
		throw await this.#refusal(response);
	}
	async manifest(key, size = 1e400) {
		const image = this.#imageName(key);
		const { largestManifest: limit = LARGEST_MANIFEST_READ } = this.#options;
		const response = await this.#send({
			...this.#manifestRequest("GET", key),
			contentWithin: Math.min(limit, size)
		});
		if (response.status === 404) {
			await response.discard();
			throw new Failure("image-unknown", {
				image,
				host: this.#options.registry
			});
		}
		if (response.status !== 200) throw await this.#refusal(response);
		const bytes = await readBounded(response.body, Math.min(limit, size));
		if (bytes === void 0 && isDigest(key) && size < limit) throw longerThan(size, key, response, this.name);
		if (bytes === void 0) throw new Failure("manifest-too-large", {
			image,
			limit
		});
		const contentType = header(response, "content-type");
		return readManifest(bytes, {
			image,
			...contentType !== void 0 && { contentType },
			...isDigest(key) && { digest: key }
		});
	}
	async putManifest(manifest, tag) {
		await this.#put(manifest, tag);
	}
	async #put(manifest, tag) {
		const { mediaType, digest } = manifest.descriptor;
		const response = await this.#send({
			method: "PUT",
			url: this.#manifestUrl(tag ?? digest),
			headers: { "content-type": mediaType },
			body: { bytes: manifest.bytes }
		});
		if (response.status < 200 || response.status > 299) {
			const failure = manifestRefusal(await this.#problem(response), this.#deed(), {
				manifest,
				tag
			});
			if (Failure.is(failure, "manifest-incomplete")) this.#options.linking.failed();
			throw failure;
		}
		await response.discard();
		return response;
	}
	async hasBlob(blob) {
		const response = await this.#send({
			method: "HEAD",
			url: this.#url(`blobs/${blob.digest}`)
		});
		await response.discard();
		if (response.status !== 200 && response.status !== 404) throw await this.#refusal(response);
		const length = header(response, "content-length");
		const isThere = response.status === 200 && (length === void 0 || Number(length) === blob.size);
		if (!isThere) this.#absent.add(blob.digest);
		return isThere;
	}
	blob(blob, offset = 0) {
		if (blob.data !== void 0) return streamOf(blob.data.subarray(offset));
		const url = this.#url(`blobs/${blob.digest}`);
		if (!isForeignLayer(blob)) return download(this.#context(), url, blob, offset);
		return foreignLayer({
			...this.#context(),
			publishers: this.#options.publishers
		}, url, blob, offset);
	}
	async putBlob(blob, open, { mountFrom = [], prepare } = {}) {
		const [from] = mountFrom.map((repository) => `${this.#options.prefix}${repository}`);
		const arrival = await upload(this.#uploadContext(), {
			blob,
			open,
			from,
			prepare
		});
		this.#absent.delete(blob.digest);
		return arrival;
	}
	tags({ after, pages } = {}) {
		const query = new URLSearchParams({
			n: "1000",
			...after !== void 0 && { last: after }
		});
		return listTags$1(this.#context(), this.#url(`tags/list?${query.toString()}`), pages);
	}
	referrers(subject, hasTag) {
		const url = this.#url(`referrers/${subject}`);
		const manifest = (tag) => this.manifest(tag);
		return listReferrers(this.#context(), subject, {
			url,
			memory: this.#referrers,
			manifest,
			hasTag
		});
	}
	async putReferrers(subject, referrers) {
		const answers = [];
		for (const referrer of referrers) answers.push(await this.#put(referrer));
		const unlisted = referrers.filter((_, index) => answers[index]?.headers["oci-subject"] !== subject);
		if (unlisted.length > 0) await addToList(this, subject, unlisted, this.#referrers);
	}
	async #manifestIfThere(key) {
		try {
			return (await this.manifest(key)).descriptor;
		} catch (error) {
			if (Failure.is(error, "image-unknown")) return void 0;
			throw error;
		}
	}
	#manifestRequest(method, key) {
		return {
			method,
			url: this.#manifestUrl(key),
			headers: { accept: ACCEPT },
			reads: "manifest"
		};
	}
	#send(request) {
		return this.#options.exchange({
			scopes: this.#scopes,
			...request
		});
	}
	#context() {
		const { exchange, clock, registry, repository, patience, leastRate, idleDownloads, segments } = this.#options;
		return {
			exchange,
			clock,
			host: registry,
			repository,
			name: this.name,
			scopes: this.#scopes,
			patience,
			leastRate,
			idleDownloads,
			segments
		};
	}
	#uploadContext() {
		return {
			...this.#context(),
			uploads: this.#url("blobs/uploads/"),
			path: this.#path,
			linking: this.#options.linking,
			hasBlob: (blob) => this.hasBlob(blob),
			isAbsent: ({ digest }) => this.#absent.has(digest)
		};
	}
	#url(rest) {
		return new URL(`/v2/${this.#path}/${rest}`, this.#options.origin);
	}
	#manifestUrl(key) {
		return this.#url(`manifests/${key}`);
	}
	#imageName(key) {
		return `${this.name}${isDigest(key) ? "@" : ":"}${key}`;
	}
	async #refusal(response) {
		return failureOf(await this.#problem(response), this.#deed());
	}
	#problem(response) {
		return readProblem(response, this.#options.clock.now());
	}
	#deed() {
		const { registry, repository, writes } = this.#options;
		return {
			host: registry,
			repository,
			does: writes ? "push" : "pull"
		};
	}
};
/** How long the rest would have been is for the registry to say. */
function longerThan(size, digest, response, where) {
	const actual = Number(header(response, "content-length") ?? size + 1);
	return new Failure("size-mismatch", {
		where,
		digest,
		expected: size,
		actual
	});
}
async function* streamOf(bytes) {
	if (bytes.byteLength > 0) yield bytes;
}
/** What the headers of a HEAD say; undefined where they leave out the digest or the size. */
function headDescriptor(response, key) {
	const digest = isDigest(key) ? key : header(response, "docker-content-digest");
	const size = Number(header(response, "content-length") ?? NaN);
	const mediaType = bareMediaType(header(response, "content-type") ?? "");
	if (digest === void 0 || !isDigest(digest) || !Number.isSafeInteger(size)) return void 0;
	return {
		mediaType,
		digest,
		size
	};
}
// src/registry/remote/segment-pool.ts
const MEBIBYTE = 1048576;
const SIZES = {
	segment: 8 * MEBIBYTE,
	inMemory: 6,
	window: 4 * MEBIBYTE,
	worthwhile: 64 * MEBIBYTE
};
/** What all downloads of a run share: the room for segments, and which hosts do not serve them. */
var SegmentPool = class {
	sizes;
	#excluded = /* @__PURE__ */ new Set();
	#free;
	constructor(sizes = SIZES) {
		this.sizes = sizes;
		this.#free = sizes.inMemory;
	}
	/** Takes room for one segment. False: there is none now. */
	take() {
		if (this.#free === 0) return false;
		this.#free -= 1;
		return true;
	}
	giveBack() {
		this.#free += 1;
	}
	/** A host answered a range otherwise than asked: it is read over one connection a blob from now on. */
	exclude(host) {
		this.#excluded.add(host);
	}
	isExcluded(host) {
		return this.#excluded.has(host);
	}
};
// src/registry/remote/watch.ts
const ANSWER_TIME = 6e4;
/**
* Ends requests that no longer get on: whose body is not taken, whose answer does not begin, or whose answer's body
* does not come. Nothing that a host may say before its answer (1xx) buys it time.
*/
function withWatch(exchange, options) {
	return async (request) => {
		const { url, body, answerWithin = ANSWER_TIME } = request;
		const end = new AbortController();
		const watch = {
			...options,
			host: url.host,
			abort: (failure) => end.abort(failure)
		};
		const answer = timeLimit(answerWithin, () => end.abort(timeout(url.host)));
		const signal = anySignal(request.signal, end.signal);
		if (body === void 0 || "bytes" in body) answer.begin();
		try {
			const response = await exchange({
				...request,
				...body && { body: watchedBody(body, watch, () => answer.begin()) },
				...signal && { signal }
			});
			const release = timeLimit(options.patience, () => end.abort(timeout(url.host)));
			return {
				...response,
				body: watchSource(response.body, watch),
				discard() {
					release.begin();
					return response.discard().finally(() => release.end());
				}
			};
		} finally {
			answer.end();
		}
	};
}
function watchedBody(body, watch, onSent) {
	if ("bytes" in body) return body;
	const { size, open } = body;
	return {
		size,
		async *open() {
			yield* watchSink(open(), watch);
			onSent();
		}
	};
}
function timeout(host) {
	return new Failure("registry-unreachable", {
		host,
		reason: "timeout",
		detail: ""
	});
}
function timeLimit(milliseconds, onOver) {
	let timer;
	let isEnded = false;
	return {
		begin() {
			if (!isEnded) timer = setTimeout(onOver, milliseconds);
		},
		end() {
			isEnded = true;
			clearTimeout(timer);
		}
	};
}
// src/registry/remote/remote-registries.ts
/** Each host has a lane for small requests, one for downloads and one for uploads. */
const LANES = 3;
/** Opens repositories on registries; connections, tokens and what is known of hosts are shared by all of them. */
var RemoteRegistries = class {
	#options;
	#named;
	#client;
	#hosts;
	/** One request at a time when its host can take it, watched. */
	#exchange;
	#publishers;
	#exchanges = /* @__PURE__ */ new Map();
	#linking = /* @__PURE__ */ new Map();
	#segments = new SegmentPool();
	#referrers = createReferrersMemory();
	constructor(options) {
		const { operatorRegistries } = options;
		const named = new Set(namedHosts(operatorRegistries === "all" ? [] : operatorRegistries, options));
		this.#options = options;
		this.#named = named;
		this.#hosts = new Hosts(options);
		this.#client = createHttpClient({
			...options,
			connections: options.concurrency * LANES,
			isNamed: (host) => named.has(host)
		});
		const watched = withWatch(this.#client.exchange, {
			...options,
			patience: options.patience ?? 6e4
		});
		this.#exchange = withGate(watched, this.#hosts, options.signal);
		this.#publishers = withRetries(withRedirects(this.#exchange), options.clock);
	}
	/** @throws Failure `input-invalid` for an endpoint that is no address */
	open(registry, repository, role) {
		const { clock, operatorRegistries, largestManifest } = this.#options;
		const { patience = PATIENCE, leastRate = LEAST_RATE } = this.#options;
		const endpoint = endpointFor(registry, this.#options);
		if (operatorRegistries === "all") this.#named.add(endpoint.origin.host);
		return new RemoteRepository({
			exchange: this.#exchangeFor(endpoint, role),
			publishers: this.#publishers,
			clock,
			registry,
			repository,
			origin: endpoint.origin,
			prefix: endpoint.prefix,
			writes: role === "mirror",
			patience,
			...largestManifest !== void 0 && { largestManifest },
			linking: this.#linkingAt(endpoint),
			leastRate,
			idleDownloads: (url) => this.#hosts.at(url).idleDownloads,
			segments: this.#segments,
			referrers: this.#referrers
		});
	}
	/** Closes all connections. */
	close() {
		return this.#client.close();
	}
	#linkingAt({ origin }) {
		const linking = this.#linking.get(origin.origin) ?? new Linking();
		this.#linking.set(origin.origin, linking);
		return linking;
	}
	#exchangeFor(endpoint, role) {
		const key = `${role} ${endpoint.credentialHost} ${endpoint.origin.origin}`;
		const exchange = this.#exchanges.get(key) ?? this.#connect(endpoint, role);
		this.#exchanges.set(key, exchange);
		return exchange;
	}
	/**
	* The whole transport of one registry: authorization, which asks a token service, around retries, each within the
	* pull limit, around redirects.
	*/
	#connect(endpoint, role) {
		const { sourceCredentials, mirrorCredentials, clock, pullReserve: reserve = 0 } = this.#options;
		const { origin, credentialHost } = endpoint;
		const sources = {
			source: sourceCredentials,
			mirror: mirrorCredentials,
			stranger: anonymous
		};
		const exchange = (request) => this.#exchange({
			...request,
			registry: origin
		});
		return withAuthorization(withRetries(withPullLimit(withRedirects(exchange), {
			origin,
			reserve,
			clock
		}), clock), {
			origin,
			credential: () => sources[role](credentialHost),
			tokenExchange: withRetries(exchange, clock),
			clock
		});
	}
};
// src/registry/registries.ts
/** Connections, tokens and directories are shared by all that is opened here. */
function createRegistries(options) {
	const closing = new AbortController();
	const end = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal;
	setMaxListeners(0, end);
	const clock = clockUntil(end, options.clock);
	const remote = new RemoteRegistries({
		...options,
		clock,
		signal: end
	});
	const stores = /* @__PURE__ */ new Map();
	function storeAt(directory) {
		const store = stores.get(directory) ?? LayoutStore.open(directory, {
			...options,
			clock,
			signal: end
		});
		stores.set(directory, store);
		return store;
	}
	return {
		async open(place, role) {
			if (place.kind === "registry") return remote.open(place.registry, place.repository, role);
			return (await storeAt(place.directory)).repository(place.repository);
		},
		async locate(address) {
			const { place } = address;
			if (place.kind === "layout") return locateImage(await storeAt(place.directory), address);
			return {
				repository: remote.open(place.registry, place.repository, "source"),
				key: pullKey(address)
			};
		},
		close() {
			closing.abort(new Failure("cancelled", {}));
			return remote.close();
		}
	};
}
/** A clock whose waits end with the run: a pause that a registry asked for may last minutes. */
function clockUntil(end, clock) {
	return {
		now: () => clock.now(),
		random: () => clock.random(),
		async sleep(milliseconds, signal) {
			try {
				await clock.sleep(milliseconds, signal ? AbortSignal.any([end, signal]) : end);
			} catch (cause) {
				throw end.aborted && !(cause instanceof Failure) ? new Failure("cancelled", {}, { cause }) : cause;
			}
		}
	};
}
// src/registry/server/answer.ts
/** The codes that clients know (distribution-spec, "Error Codes"), and the status that goes with each. */
const STATUS = {
	BLOB_UNKNOWN: 404,
	BLOB_UPLOAD_INVALID: 409,
	BLOB_UPLOAD_UNKNOWN: 404,
	DENIED: 403,
	DIGEST_INVALID: 400,
	MANIFEST_BLOB_UNKNOWN: 400,
	MANIFEST_INVALID: 400,
	MANIFEST_UNKNOWN: 404,
	NAME_INVALID: 400,
	NAME_UNKNOWN: 404,
	PAGINATION_NUMBER_INVALID: 400,
	RANGE_INVALID: 416,
	SIZE_INVALID: 400,
	TOOMANYREQUESTS: 429,
	UNKNOWN: 500,
	UNSUPPORTED: 405
};
/** A JSON document; of another type where the headers say so. */
function json(status, value, headers = {}) {
	const body = Buffer.from(JSON.stringify(value));
	return {
		status,
		headers: {
			"content-type": "application/json",
			...headers,
			"content-length": body.byteLength
		},
		body
	};
}
/** An error in the form of the spec, with the code's own status unless another one fits better. */
function refusal(code, message, { status = STATUS[code], headers = {} } = {}) {
	return json(status, { errors: [{
		code,
		message,
		detail: null
	}] }, headers);
}
/** What is said about a failure of the store. Its own words name paths of this machine, so they stay in the log. */
function failureAnswer(error) {
	if (Failure.is(error, "disk-full")) return refusal("UNKNOWN", "no space left on the disk", { status: 507 });
	if (Failure.is(error, "layout-locked")) return refusal("UNKNOWN", "another program is writing", { status: 503 });
	return refusal("UNKNOWN", "internal error");
}
// src/registry/server/byte-range.ts
/**
* Reads a `Range` header (RFC 9110, section 14.2) for content of `size` bytes.
* @returns the range; `whole` where there is none that can be served as one part; `unsatisfiable`
*/
function parseRange(header, size) {
	const { first = "", last = "" } = /^bytes=(?<first>\d*)-(?<last>\d*)$/.exec(header?.trim() ?? "")?.groups ?? {};
	if (first === "" && last === "") return "whole";
	const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
	const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
	if (first !== "" && last !== "" && Number(last) < Number(first)) return "whole";
	return start > end ? "unsatisfiable" : {
		start,
		end
	};
}
/** Reads the `Content-Range` of a chunk (distribution-spec, "Pushing a blob in chunks"): `START-END`. */
function parseContentRange(header) {
	const { start, end } = /^(?:bytes )?(?<start>\d+)-(?<end>\d+)(?:\/[\d*]+)?$/.exec(header.trim())?.groups ?? {};
	if (start === void 0 || end === void 0 || Number(end) < Number(start)) return void 0;
	return {
		start: Number(start),
		end: Number(end)
	};
}
// src/registry/server/blobs.ts
/** GET and HEAD of a blob, whole or one range of it. A whole one is checked, and cut off where it is damaged. */
async function getBlob(store, name, digest, request) {
	if (!isDigest(digest)) return refusal("DIGEST_INVALID", "not a digest");
	const size = await store.blobs.size(digest);
	if (size === void 0) return refusal("BLOB_UNKNOWN", `there is no blob ${digest}`);
	const common = {
		"content-type": "application/octet-stream",
		"docker-content-digest": digest,
		"accept-ranges": "bytes"
	};
	const range = parseRange(request.headers.range, size);
	if (range === "unsatisfiable") return refusal("RANGE_INVALID", "not within the blob", { headers: { "content-range": `bytes */${size}` } });
	if (range === "whole") {
		const body = store.repository(name).blob({
			mediaType: "",
			digest,
			size
		});
		return {
			status: 200,
			headers: {
				...common,
				"content-length": size
			},
			body
		};
	}
	const { start, end } = range;
	return {
		status: 206,
		headers: {
			...common,
			"content-length": end - start + 1,
			"content-range": `bytes ${start}-${end}/${size}`
		},
		body: store.blobs.read(digest, name, range)
	};
}
// src/registry/server/listings.ts
/**
* One page of a sorted list (distribution-spec, "Listing Tags"): the first `n` names after `last`, and where more
* follow, a `Link` to them.
*/
function listing(request, names, documentOf) {
	const size = pageSize(request.query.get("n"));
	if (size === void 0) return refusal("PAGINATION_NUMBER_INVALID", "n has to be a whole number");
	const after = request.query.get("last") ?? "";
	const rest = names.filter((name) => name > after);
	const page = rest.slice(0, size);
	const last = page.at(-1);
	const hasMore = last !== void 0 && page.length < rest.length;
	return json(200, documentOf(page), hasMore ? { link: nextLink(request.target, size, last) } : {});
}
/** Without `n` a page has no end. */
function pageSize(text) {
	if (text === null) return 1e400;
	return /^\d{1,9}$/.test(text) ? Number(text) : void 0;
}
function nextLink(target, size, last) {
	const query = new URLSearchParams({
		n: String(size),
		last
	});
	return `<${target.split("?", 1)[0]}?${query.toString()}>; rel="next"`;
}
// src/registry/server/request.ts
/** Reads what Node says of a request. */
function requestOf(incoming) {
	const { method = "GET", url: target = "/", headers } = incoming;
	let received = 0;
	async function* body() {
		for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
			const bytes = chunk;
			received += bytes.byteLength;
			yield bytes;
		}
	}
	return {
		method,
		target,
		query: new URLSearchParams(target.includes("?") ? target.slice(target.indexOf("?")) : ""),
		headers,
		body: body(),
		received: () => received
	};
}
/** A whole body in memory; undefined where it is longer than `limit` bytes. One that says so is not even begun. */
async function bodyWithin(limit, request) {
	return Number(request.headers["content-length"] ?? 0) > limit ? void 0 : readBounded(request.body, limit);
}
// src/registry/server/manifests.ts
/** What can be wrong with a manifest that someone pushes, in the spec's words. */
const REFUSED = {
	"manifest-invalid": "MANIFEST_INVALID",
	"manifest-unsupported": "MANIFEST_INVALID",
	"digest-mismatch": "DIGEST_INVALID",
	"manifest-too-large": "SIZE_INVALID",
	"blob-unknown": "MANIFEST_BLOB_UNKNOWN"
};
/** GET and HEAD of a manifest, by tag or digest. `Accept` is not looked at: nothing is ever converted. */
async function getManifest(store, name, key, request) {
	const repository = store.repository(name);
	const found = isTag(key) || isDigest(key) ? await repository.head(key) : void 0;
	if (found === void 0) return unknownManifest(store, name, key);
	if (request.method === "HEAD") return {
		status: 200,
		headers: headersOf(found)
	};
	try {
		const { bytes, descriptor } = await repository.manifest(key);
		return {
			status: 200,
			headers: headersOf(descriptor),
			body: bytes
		};
	} catch (error) {
		if (Failure.is(error, "image-unknown")) return unknownManifest(store, name, key);
		throw error;
	}
}
/** PUT of a manifest under a tag or under its digest. */
async function putManifest(store, name, key, request) {
	if (!isTag(key) && !isDigest(key)) return refusal(...badKey(key));
	const bytes = await bodyWithin(LARGEST_MANIFEST_WRITTEN, request);
	if (bytes === void 0) return refusal("SIZE_INVALID", "the manifest is larger than 4 MiB", { status: 413 });
	try {
		const contentType = request.headers["content-type"] ?? "";
		const digest = isDigest(key) ? { digest: key } : {};
		const manifest = readManifest(bytes, {
			image: `${name}:${key}`,
			contentType,
			...digest
		});
		const { descriptor, subject } = manifest;
		const repository = store.repository(name);
		if (subject !== void 0) await repository.putReferrers(subject.digest, [manifest]);
		if (subject === void 0 || isTag(key)) await repository.putManifest(manifest, isTag(key) ? key : void 0);
		const location = `/v2/${name}/manifests/${descriptor.digest}`;
		const listed = subject && { "oci-subject": subject.digest };
		return {
			status: 201,
			headers: {
				location,
				"docker-content-digest": descriptor.digest,
				...listed
			}
		};
	} catch (error) {
		const failure = Failure.from(error);
		const code = REFUSED[failure.code];
		if (code === void 0) throw error;
		return refusal(code, Failure.is(error, "blob-unknown") ? `${error.facts.digest} is not there` : failure.message);
	}
}
async function unknownManifest(store, name, key) {
	return (await store.repositories()).includes(name) ? refusal("MANIFEST_UNKNOWN", `${name} has no manifest ${key}`) : refusal("NAME_UNKNOWN", `there is no repository ${name}`);
}
function headersOf({ mediaType, digest, size }) {
	return {
		"content-type": mediaType,
		"content-length": size,
		"docker-content-digest": digest
	};
}
function badKey(key) {
	return key.includes(":") ? ["DIGEST_INVALID", "not a digest"] : ["MANIFEST_INVALID", "not a tag"];
}
// src/registry/server/referrers.ts
/**
* GET of what refers to a manifest, on one page (distribution-spec, "Listing Referrers"): of one type alone where
* `artifactType` asks for it. What is not there has no referrers.
*/
async function getReferrers(store, name, digest, request) {
	if (!isDigest(digest)) return refusal("DIGEST_INVALID", "not a digest");
	const wanted = request.query.get("artifactType");
	const manifests = [];
	for await (const referrer of store.repository(name).referrers(digest)) if (wanted === null || referrer.artifactType === wanted) manifests.push(entryOf(referrer));
	const headers = {
		"content-type": OCI_INDEX,
		...wanted !== null && { "oci-filters-applied": "artifactType" }
	};
	return json(200, {
		schemaVersion: 2,
		mediaType: OCI_INDEX,
		manifests
	}, headers);
}
function entryOf({ mediaType, digest, size, artifactType, annotations }) {
	return {
		mediaType,
		digest,
		size,
		artifactType,
		annotations
	};
}
// src/registry/server/route.ts
/** A name may hold `blobs` or `tags` itself, so the endings count; `uploads` goes before the blobs it looks like. */
const WITH_REPOSITORY = [
	{
		kind: "tags",
		pattern: /^\/v2\/(?<repository>.+)\/tags\/list$/
	},
	{
		kind: "manifest",
		pattern: /^\/v2\/(?<repository>.+)\/manifests\/(?<key>[^/]+)$/
	},
	{
		kind: "referrers",
		pattern: /^\/v2\/(?<repository>.+)\/referrers\/(?<key>[^/]+)$/
	},
	{
		kind: "uploads",
		pattern: /^\/v2\/(?<repository>.+)\/blobs\/uploads\/?$/
	},
	{
		kind: "upload",
		pattern: /^\/v2\/(?<repository>.+)\/blobs\/uploads\/(?<key>[^/]+)$/
	},
	{
		kind: "blob",
		pattern: /^\/v2\/(?<repository>.+)\/blobs\/(?<key>[^/]+)$/
	}
];
/** Reads the path of a request, with or without its query. */
function parseRoute(target) {
	const path = decoded(target.split("?", 1)[0] ?? "");
	if (path === void 0) return { kind: "bad-name" };
	if (path === "/v2" || path === "/v2/") return { kind: "base" };
	if (path === "/v2/_catalog") return { kind: "catalog" };
	for (const { kind, pattern } of WITH_REPOSITORY) {
		const { repository, key = "" } = pattern.exec(path)?.groups ?? {};
		if (repository !== void 0) return isRepositoryPath(repository) ? {
			kind,
			repository,
			key
		} : { kind: "bad-name" };
	}
	return { kind: "none" };
}
function decoded(path) {
	try {
		return decodeURIComponent(path);
	} catch {
		return;
	}
}
// src/registry/server/uploads.ts
/**
* POST: starts an upload. With `mount` the blob is there at once if any repository has it, since all share their
* blobs; with `digest` the body is the whole blob (distribution-spec, "Pushing blobs").
*/
async function startUpload(context, name, request) {
	const mount = request.query.get("mount");
	const digest = request.query.get("digest");
	const wanted = mount ?? digest;
	if (wanted !== null && !isDigest(wanted)) return refusal("DIGEST_INVALID", "not a digest");
	if (mount !== null && wanted !== null && await context.store.blobs.size(wanted) !== void 0) return created(name, wanted);
	const upload = await context.uploads.start(name);
	if (upload === void 0) return refusal("TOOMANYREQUESTS", "too many uploads are open", { headers: { "retry-after": 60 } });
	if (mount !== null || wanted === null) return progress(202, name, upload);
	try {
		return await withUpload(context, name, upload.id, () => finish(name, upload, wanted, request));
	} finally {
		await context.uploads.end(upload);
	}
}
/** GET: how far an upload is. */
function uploadStatus(context, name, id) {
	const upload = context.uploads.find(name, id);
	return upload === void 0 ? unknownUpload() : progress(204, name, upload);
}
/** PATCH: the next bytes of an upload. */
function appendChunk(context, name, id, request) {
	return withUpload(context, name, id, async (upload) => {
		const fault = misplaced(name, upload, request);
		if (fault !== void 0) return fault;
		await upload.append(request.body);
		return progress(202, name, upload);
	});
}
/** PUT: the last bytes of an upload, if any are left, and the digest of them all. */
function finishUpload(context, name, id, request) {
	return withUpload(context, name, id, async (upload) => {
		const digest = request.query.get("digest") ?? "";
		if (!isDigest(digest)) return refusal("DIGEST_INVALID", "not a digest");
		const fault = misplaced(name, upload, request);
		if (fault !== void 0) return fault;
		const answer = await finish(name, upload, digest, request);
		await context.uploads.end(upload);
		return answer;
	});
}
/** DELETE: gives an upload up. */
async function cancelUpload({ uploads }, name, id) {
	const upload = uploads.find(name, id);
	if (upload === void 0) return unknownUpload();
	await uploads.giveUp(upload);
	return { status: 204 };
}
async function finish(name, upload, digest, request) {
	await upload.append(request.body);
	if (await upload.commit(digest)) return created(name, digest);
	return refusal("DIGEST_INVALID", `the ${upload.received} bytes that came are not ${digest}`);
}
/** Finds the upload and keeps others off it. Where the client breaks off it stays; where the disk does, it ends. */
async function withUpload({ uploads }, name, id, work) {
	const upload = uploads.find(name, id);
	if (upload === void 0) return unknownUpload();
	try {
		return await uploads.exclusively(upload, () => work(upload)) ?? refusal("BLOB_UPLOAD_INVALID", "another request is at work on this upload");
	} catch (error) {
		if (error instanceof Failure) await uploads.end(upload);
		throw error;
	}
}
/** What is wrong with a chunk that says where it belongs; undefined where nothing is. */
function misplaced(name, upload, request) {
	const { "content-range": header, "content-length": length } = request.headers;
	if (header === void 0) return void 0;
	const range = parseContentRange(header);
	if (range === void 0 || range.start !== upload.received) {
		const { headers = {} } = progress(416, name, upload);
		return refusal("RANGE_INVALID", `the next chunk starts at ${upload.received}`, { headers });
	}
	if (length !== void 0 && Number(length) !== range.end - range.start + 1) return refusal("SIZE_INVALID", "content-length and content-range disagree");
}
function progress(status, name, upload) {
	return {
		status,
		headers: {
			location: `/v2/${name}/blobs/uploads/${upload.id}`,
			range: `0-${Math.max(0, upload.received - 1)}`,
			"docker-upload-uuid": upload.id
		}
	};
}
function created(name, digest) {
	return {
		status: 201,
		headers: {
			location: `/v2/${name}/blobs/${digest}`,
			"docker-content-digest": digest
		}
	};
}
function unknownUpload() {
	return refusal("BLOB_UPLOAD_UNKNOWN", "there is no such upload");
}
// src/registry/server/handler.ts
/** Answers a request by the OCI distribution spec. */
async function handle(context, request) {
	const route = parseRoute(request.target);
	if (route.kind === "none") return refusal("UNSUPPORTED", "no such endpoint", { status: 404 });
	if (route.kind === "bad-name") return refusal("NAME_INVALID", "not a repository name");
	const isRead = request.method === "GET" || request.method === "HEAD";
	if (!isRead && context.readOnly) return refusal("UNSUPPORTED", "this registry is read-only");
	if (!isRead && request.headers.origin !== void 0) return refusal("DENIED", "web pages may not push");
	const methods = methodsOf(route, context, request);
	const answer = methods[request.method === "HEAD" ? "GET" : request.method];
	return answer === void 0 ? notAllowed(methods) : answer();
}
function methodsOf(route, context, request) {
	const { store } = context;
	switch (route.kind) {
		case "base": return { GET: () => json(200, {}) };
		case "catalog": return { GET: async () => listing(request, await store.repositories(), (repositories) => ({ repositories })) };
		case "tags": return { GET: () => listTags(store, route.repository, request) };
		case "manifest": return {
			GET: () => getManifest(store, route.repository, route.key, request),
			PUT: () => putManifest(store, route.repository, route.key, request)
		};
		case "referrers": return { GET: () => getReferrers(store, route.repository, route.key, request) };
		case "blob": return { GET: () => getBlob(store, route.repository, route.key, request) };
		case "uploads": return { POST: () => startUpload(context, route.repository, request) };
		case "upload": return {
			GET: () => uploadStatus(context, route.repository, route.key),
			PATCH: () => appendChunk(context, route.repository, route.key, request),
			PUT: () => finishUpload(context, route.repository, route.key, request),
			DELETE: () => cancelUpload(context, route.repository, route.key)
		};
	}
}
async function listTags(store, name, request) {
	const tags = [];
	for await (const tag of store.repository(name).tags()) tags.push(tag);
	if (tags.length === 0) return refusal("NAME_UNKNOWN", `there is no repository ${name}`);
	return listing(request, tags, (page) => ({
		name,
		tags: page
	}));
}
function notAllowed(methods) {
	return refusal("UNSUPPORTED", "not supported", { headers: { allow: Object.keys(methods).flatMap((method) => method === "GET" ? ["GET", "HEAD"] : [method]).join(", ") } });
}
// src/registry/server/upload.ts
/** One blob on its way in: the bytes so far, and their running hash. */
var Upload = class {
	store;
	file;
	id = randomUUID();
	/** Clients hardly ever use another algorithm than sha256, so that one is counted as the bytes pass. */
	#sha256 = createHash("sha256");
	constructor(store, file) {
		this.store = store;
		this.file = file;
	}
	/** Bytes so far. */
	get received() {
		return this.file.received;
	}
	/** Adds bytes as they come; where the stream breaks, those before stay. */
	async append(body) {
		for await (const chunk of body) {
			await this.file.write(chunk);
			this.#sha256.update(chunk);
		}
	}
	/** Publishes the bytes as a blob. False, and nothing published, where they are not of this digest. */
	async commit(digest) {
		if (await this.digest(digest) !== digest) return false;
		await this.store.blobs.place(digest, this.file);
		return true;
	}
	/** Throws the bytes away; does nothing after a commit. */
	async discard() {
		await this.file.discard();
	}
	async digest(wanted) {
		if (algorithmOf(wanted) === "sha256") return `sha256:${this.#sha256.copy().digest("hex")}`;
		const hash = hasherFor(wanted);
		for await (const chunk of createReadStream(this.file.path)) hash.update(chunk);
		return `${algorithmOf(wanted)}:${hash.digest("hex")}`;
	}
};
// src/registry/server/upload-sessions.ts
/** The uploads that are under way. Those that nobody goes on with are thrown away after a while. */
var UploadSessions = class {
	store;
	limits;
	#sessions = /* @__PURE__ */ new Map();
	#starting = 0;
	constructor(store, limits) {
		this.store = store;
		this.limits = limits;
	}
	/** Starts an upload; undefined where too many are open. */
	async start(repository) {
		if (this.#sessions.size + this.#starting >= this.limits.open) return void 0;
		const upload = new Upload(this.store, await this.startFile());
		const timer = setTimeout(() => void this.endIfIdle(upload.id), this.limits.idle).unref();
		this.#sessions.set(upload.id, {
			repository,
			upload,
			timer,
			busy: false,
			isGivenUp: false
		});
		return upload;
	}
	/** The upload of that id in that repository; undefined where there is none. */
	find(repository, id) {
		const session = this.#sessions.get(id);
		return session?.repository === repository ? session.upload : void 0;
	}
	/** Does some work on an upload that no other request may do at the same time; undefined where one does. */
	async exclusively(upload, work) {
		const session = this.#sessions.get(upload.id);
		if (session === void 0 || session.busy) return void 0;
		session.busy = true;
		try {
			return await work();
		} finally {
			session.busy = false;
			if (session.isGivenUp) await this.end(upload);
			else if (this.#sessions.has(upload.id)) session.timer.refresh();
		}
	}
	/**
	* Ends an upload that its client does not want any more; where a request is at work on it, as soon as that is done:
	* a connection that broke may not have been noticed yet.
	*/
	async giveUp(upload) {
		const session = this.#sessions.get(upload.id);
		if (session?.busy) session.isGivenUp = true;
		else await this.end(upload);
	}
	/** Forgets an upload, and throws away what was not committed. */
	async end(upload) {
		const session = this.#sessions.get(upload.id);
		clearTimeout(session?.timer);
		this.#sessions.delete(upload.id);
		await upload.discard();
	}
	/** Ends all uploads. */
	async close() {
		await Promise.all([...this.#sessions.values()].map(({ upload }) => this.end(upload)));
	}
	async startFile() {
		this.#starting += 1;
		try {
			return await this.store.startBlob();
		} finally {
			this.#starting -= 1;
		}
	}
	async endIfIdle(id) {
		const session = this.#sessions.get(id);
		if (session === void 0) return;
		if (session.busy) session.timer.refresh();
		else await this.end(session.upload);
	}
};
// src/registry/server/server.ts
const UPLOADS = {
	open: 256,
	idle: 9e5
};
const GONE = 499;
const TIMEOUTS = {
	requestTimeout: 0,
	headersTimeout: 6e4,
	keepAliveTimeout: 65e3
};
const LONGEST_SILENCE = 3e5;
const EVERYWHERE = {
	"docker-distribution-api-version": "registry/2.0",
	"x-content-type-options": "nosniff"
};
/** Serves the repositories of a layout by the OCI distribution spec: pull, push, tags, catalog. */
function createRegistryServer(store, options = {}) {
	const uploads = new UploadSessions(store, options.uploads ?? UPLOADS);
	const context = {
		store,
		uploads,
		readOnly: options.readOnly ?? false
	};
	const underWay = /* @__PURE__ */ new Set();
	const server = createServer(TIMEOUTS, (incoming, response) => {
		const work = serve(context, options, incoming, response);
		underWay.add(work);
		work.finally(() => underWay.delete(work));
	});
	server.setTimeout(LONGEST_SILENCE);
	return {
		listen: (port, host) => listen(server, port, host),
		async close() {
			const closed = server.listening ? once(server, "close") : void 0;
			server.close();
			server.closeAllConnections();
			await Promise.all([closed, ...underWay]);
			await uploads.close();
		}
	};
}
async function listen(server, port, host) {
	server.listen(port, host);
	await once(server, "listening");
	const address = server.address();
	return typeof address === "object" && address !== null ? address.port : port;
}
/** Never rejects: what goes wrong is answered, and told to `onError`. */
async function serve(context, { onRequest, onError }, incoming, response) {
	const request = requestOf(incoming);
	try {
		const answer = await handle(context, request).catch((error) => {
			if (isGone(incoming)) return { status: GONE };
			onError?.(error);
			return failureAnswer(error);
		});
		const isHead = request.method === "HEAD";
		const sent = isHead ? 0 : Number(answer.headers?.["content-length"] ?? 0);
		onRequest?.({
			method: request.method,
			path: request.target,
			status: answer.status,
			received: request.received(),
			sent
		});
		await send(response, answer, isHead);
	} catch (error) {
		if (error instanceof Failure || !isGone(incoming)) onError?.(error);
		response.destroy();
	}
}
async function send(response, answer, isHead) {
	const { status, headers, body } = answer;
	const isEmpty = body === void 0 && !isHead && status !== 204;
	response.writeHead(status, {
		...EVERYWHERE,
		...isEmpty && { "content-length": 0 },
		...headers
	});
	if (isHead || body === void 0) response.end();
	else if (body instanceof Uint8Array) response.end(body);
	else await pipeline(body, response);
}
/** Whether the client has hung up. */
function isGone(incoming) {
	return incoming.socket.destroyed;
}
export { parseDockerConfig as a, dockerCredentials as i, createRegistries as n, LayoutStore as o, isLoopback as r, createRegistryServer as t };
