import { i as Failure, t as errorCode } from "./failure.js";
import { A as pullKey, C as canonicalRegistry, D as isTag, E as isRepositoryPath, F as isDigest, M as algorithmOf, N as hasherFor, P as hexOf, S as DOCKER_HUB, _ as formatPlace, a as OCI_INDEX, g as formatAddress, h as textMembers, i as MANIFEST_TYPES, m as parseJsonObject, o as bareMediaType, p as isJsonObject, r as readManifest, s as isForeignLayerType } from "./oci.js";
import { t as pLimit } from "./vendor/p-limit.js";
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
	if (tag === void 0) return {
		repository,
		key: (await onlyImage(store, address)).digest
	};
	const { byName } = await store.index.read();
	const bare = tag === "latest" ? byName.get(place.repository) : void 0;
	return {
		repository,
		key: byName.has(`${place.repository}:${tag}`) ? tag : bare?.digest ?? tag
	};
}
async function onlyImage(store, address) {
	const { byDigest, byName } = await store.index.read();
	const [only, ...others] = byDigest.values();
	const text = formatAddress(address);
	if (only === void 0) throw new Failure("image-unknown", {
		image: text,
		host: store.directory
	});
	if (others.length === 0) return only;
	const names = [...byName.keys()].toSorted().slice(0, SHOWN_NAMES).map((name) => `${text}:${name}`);
	throw new Failure("input-invalid", {
		name: "image",
		value: text,
		expected: names.join(", ")
	});
}
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
/** The table of a layout: which name leads to which manifest (image-spec, image-layout.md, "index.json"). */
var IndexFile = class {
	path;
	lock;
	ingest;
	#cached;
	#oneAtATime = pLimit(1);
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
		await this.#oneAtATime(() => this.replace(entry, name));
	}
	async replace(entry, name) {
		const { mediaType, digest, size } = entry;
		const added = {
			mediaType,
			digest,
			size,
			...name !== void 0 && { annotations: { [REF_NAME]: name } }
		};
		await this.lock.hold(async (confirm) => {
			const { document, entries } = await this.load();
			const kept = document.manifests.filter((_, position) => name === void 0 || nameOf(entries[position]) !== name);
			const bytes = Buffer.from(JSON.stringify({
				...document,
				manifests: [...kept, added]
			}));
			await this.ingest.write(this.path, async (file) => {
				await file.write(bytes);
				await file.sync();
				await confirm();
			});
		});
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
// src/registry/limits.ts
const MEBIBYTE$1 = 1048576;
/** The largest manifest that is read, in bytes. Some publishers exceed what a registry is bound to take. */
const LARGEST_MANIFEST_READ = 8 * MEBIBYTE$1;
/** The largest manifest that is taken in, in bytes (distribution-spec, "Pushing Manifests"). */
const LARGEST_MANIFEST_WRITTEN = 4 * MEBIBYTE$1;
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
		const entry = await this.entry(key);
		if (entry !== void 0) return await this.hasBlob(entry) ? pointer(entry) : void 0;
		return isDigest(key) ? this.headUnlisted(key) : void 0;
	}
	async manifest(key) {
		const entry = await this.entry(key);
		const digest = entry?.digest ?? (isDigest(key) ? key : void 0);
		const manifest = digest && await this.load(digest, entry?.mediaType);
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
	async putBlob(blob, open) {
		if (await this.hasBlob(blob)) return "present";
		await this.store.prepare();
		await this.store.blobs.write(blob.digest, (file) => file.append(checked(open(0), blob, this.name)));
		return "sent";
	}
	async *tags() {
		const { byName } = await this.store.index.read();
		const start = this.entryName("");
		yield* [...byName.keys()].filter((name) => name.startsWith(start)).map((name) => name.slice(start.length)).filter(isTag).toSorted();
	}
	async entry(key) {
		const { byName, byDigest } = await this.store.index.read();
		return isDigest(key) ? byDigest.get(key) : byName.get(this.entryName(key));
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
		if (size !== void 0 && size > 8388608) throw new Failure("manifest-too-large", {
			image,
			limit: LARGEST_MANIFEST_READ
		});
		const bytes = await this.store.blobs.bytes(digest);
		return bytes && readManifest(bytes, {
			image,
			digest,
			...mediaType && { contentType: mediaType }
		});
	}
	async requireContent(manifest) {
		const listed = [...manifest.children, ...manifest.blobs].filter((item) => !isLeftToItsPublisher(item));
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
function isLeftToItsPublisher(blob) {
	return isForeignLayerType(blob.mediaType) && blob.urls !== void 0 && blob.urls.length > 0;
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
	#ingest;
	#prepared;
	constructor(directory, ports) {
		this.directory = directory;
		const { processes, clock, signal } = ports;
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
	return {
		...response,
		body: streamOf(bytes),
		discard: () => Promise.resolve()
	};
}
async function* streamOf(bytes) {
	if (bytes !== void 0) yield bytes;
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
// src/registry/remote/retries.ts
const ATTEMPTS = 4;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 2e4;
const PASSING = /* @__PURE__ */ new Set([
	408,
	425,
	429,
	500,
	502,
	503,
	504,
	522
]);
/**
* Sends again what failed in passing: connections that broke and answers that say "not now". The pauses double,
* with jitter; a `Retry-After` is honoured instead.
* @throws Failure `registry-throttled` where the registry asks for a longer pause than a run can wait
*/
function withRetries(exchange, clock) {
	return async (request) => {
		const attempts = request.attempts ?? attemptsFor(request);
		for (let attempt = 1;; attempt += 1) {
			const result = await attemptOnce(exchange, request);
			if (!isPassing(result) || attempt >= attempts) return unwrap(result);
			if (!(result instanceof Failure)) await result.discard();
			const pause = pauseBefore(attempt, result, clock, request.url.host);
			await clock.sleep(pause, request.signal);
		}
	};
}
/** A POST may open an upload session that nobody uses, which is harmless; a PATCH changes what it is sent to. */
function attemptsFor({ method }) {
	return method === "PATCH" ? 1 : ATTEMPTS;
}
async function attemptOnce(exchange, request) {
	try {
		return await exchange(request);
	} catch (error) {
		if (Failure.is(error, "registry-unreachable") || Failure.is(error, "registry-stalled")) return error;
		throw error;
	}
}
function isPassing(result) {
	if (!(result instanceof Failure)) return PASSING.has(result.status);
	return !Failure.is(result, "registry-unreachable") || [
		"reset",
		"timeout",
		"protocol"
	].includes(result.facts.reason);
}
function unwrap(result) {
	if (result instanceof Failure) throw result;
	return result;
}
function pauseBefore(attempt, result, clock, host) {
	const asked = result instanceof Failure ? void 0 : retryAfter(header(result, "retry-after"), clock.now());
	if (asked !== void 0 && asked > 12e4) throw new Failure("registry-throttled", {
		host,
		seconds: Math.ceil(asked / 1e3)
	});
	const backoff = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)) * (.5 + clock.random() / 2);
	return asked ?? backoff;
}
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
// src/registry/remote/problem.ts
const LONGEST_BODY = 65536;
const LONGEST_DETAIL = 300;
/** Reads an answer that is no success, and releases its connection. */
async function readProblem(response, now) {
	const errors = errorsOf(await readBounded(response.body, LONGEST_BODY).catch(() => void 0));
	const words = errors.map(({ code, message }) => [code, message].filter(Boolean).join(": ")).join("; ");
	const wait = retryAfter(header(response, "retry-after"), now);
	return {
		status: response.status,
		codes: errors.flatMap(({ code }) => code === void 0 ? [] : [code]),
		detail: oneLine(words),
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
// src/registry/remote/watchdog.ts
/** Longest time without a byte, in milliseconds, unless told. */
const PATIENCE = 6e4;
/**
* Watches whoever gives the bytes: time counts only while the next chunk is waited for, so a reader that holds
* the stream back is not taken for a stall. undici's own body timer does not run during backpressure at all.
*/
async function* watchSource(stream, options) {
	const timer = stallTimer(options);
	const iterator = stream[Symbol.asyncIterator]();
	try {
		for (;;) {
			timer.start();
			const next = await iterator.next();
			timer.stop();
			if (next.done) return;
			yield next.value;
		}
	} finally {
		timer.stop();
		await iterator.return?.();
	}
}
/** Watches whoever takes the bytes: time counts only while a chunk that was handed on is not asked past. */
async function* watchSink(stream, options) {
	const timer = stallTimer(options);
	try {
		for await (const chunk of stream) {
			timer.start();
			yield chunk;
			timer.stop();
		}
	} finally {
		timer.stop();
	}
}
function stallTimer({ host, patience, abort }) {
	let timer;
	return {
		start() {
			timer = setTimeout(() => abort(new Failure("registry-stalled", {
				host,
				seconds: Math.round(patience / 1e3)
			})), patience);
		},
		stop() {
			clearTimeout(timer);
		}
	};
}
// src/registry/remote/http-client.ts
const ANSWER_TIMEOUT = 6e4;
/**
* Hosts that the operator did not name are a registry's word, or a stranger's: they are reached at public addresses
* only, unless the registry that they serve is itself none of the internet.
*/
function createHttpClient(options) {
	const { connections, network = systemNetwork, patience = PATIENCE } = options;
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
		const signal = anySignal(request.afterCancel ? void 0 : options.signal, request.signal);
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
				headersTimeout: request.answerWithin ?? ANSWER_TIMEOUT,
				bodyTimeout: patience * 1.5,
				reset: false,
				...request.body && { body: bodyOf(request.body) },
				...signal && { signal }
			}), signal);
		} catch (error) {
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
function responseOf(request, answer, signal) {
	const { host } = request.url;
	return {
		status: answer.statusCode,
		headers: answer.headers,
		url: request.url,
		body: translated(answer.body, host, signal),
		discard: () => answer.body.dump({ limit: 65536 }).catch(() => void 0)
	};
}
function anySignal(one, other) {
	return one && other ? AbortSignal.any([one, other]) : one ?? other;
}
/** The body's bytes, its errors told as failures. */
async function* translated(body, host, signal) {
	try {
		yield* body;
	} catch (error) {
		throw networkFailure(error, host, signal);
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
/** An error of the network as a failure; a failure that passes through stays what it was. */
function networkFailure(error, host, signal) {
	const inner = signal?.aborted ? signal.reason : error;
	if (inner instanceof Failure) return inner;
	if (signal?.aborted) return new Failure("cancelled", {}, { cause: inner });
	const cause = innermost(error);
	const code = errorCode(cause) ?? "unknown";
	const reason = REASONS[code] ?? (isCertificateCode(code) ? "certificate" : "protocol");
	return new Failure("registry-unreachable", {
		host,
		reason,
		detail: reason === "protocol" || reason === "certificate" ? code : ""
	}, { cause: error });
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
			await response.discard();
			request = redirected(request, response, location);
		}
		throw new Failure("registry-untrusted", {
			host: first.url.host,
			reason: "redirect-loop"
		});
	};
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
// src/registry/remote/download.ts
/** How often a body may break without a byte of progress in between. */
const TRIES_WITHOUT_PROGRESS = 4;
const PAUSE$1 = 500;
/**
* A blob's bytes from `offset`, checked as they pass. A body that breaks is taken up where it broke, by `Range`;
* what has passed is not fetched again.
* @throws Failure `blob-unknown`, `size-mismatch`, `digest-mismatch`, and those of the transport
*/
function download(context, url, blob, offset) {
	const stream = resumed(context, url, blob, offset);
	return offset === 0 ? checked(stream, blob, context.name) : checked(stream, blob, context.name, { offset });
}
async function* resumed(context, url, blob, offset) {
	let received = offset;
	let failures = 0;
	let hasBegun = false;
	for (;;) try {
		const body = await bodyFrom(context, url, blob, received);
		hasBegun = true;
		for await (const chunk of body) {
			received += chunk.byteLength;
			failures = 0;
			yield chunk;
		}
		return;
	} catch (error) {
		if (!hasBegun || !canResume(error)) throw error;
		if (received >= blob.size) return;
		failures += 1;
		if (failures >= TRIES_WITHOUT_PROGRESS) throw error;
		await context.clock.sleep(PAUSE$1 * 2 ** (failures - 1));
	}
}
/** Only broken connections are worth another try; what is wrong in itself stays so. */
function canResume(error) {
	return Failure.is(error, "registry-stalled") || Failure.is(error, "registry-unreachable");
}
/**
* The body from `offset` on. A registry that ignores the range sends all, and what has passed before is left out;
* one that sends a range from elsewhere is asked for all, since its range must not be spliced in.
*/
async function bodyFrom(context, url, blob, offset) {
	const { host, patience, name } = context;
	const stall = new AbortController();
	const response = await get(context, url, blob, offset, stall.signal);
	const start = response.status === 206 ? rangeStart(header(response, "content-range")) : 0;
	if (start > offset && offset > 0) {
		await response.discard();
		return without(await bodyFrom(context, url, blob, 0), offset);
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
	const watched = watchSource(response.body, {
		host,
		patience,
		abort: (failure) => stall.abort(failure)
	});
	return start === offset ? watched : without(watched, offset - start);
}
async function get({ exchange, clock, host, repository, name, scopes }, url, blob, offset, signal) {
	const response = await exchange({
		method: "GET",
		url,
		scopes,
		headers: offset === 0 ? {} : { range: `bytes=${offset}-` },
		signal
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
// src/registry/remote/manifest-refusal.ts
/** ECR, Harbor, Quay and GAR say "immutable", each under a status and a code of its own; Nexus does not. */
const IMMUTABLE = /immutab|ImageTagAlreadyExists|TAG_INVALID.*already exists|cannot be overwritten|does not allow updating/i;
/** What registries say that do not know attestations, indexes or a format: besides the spec's words Aliyun's and SWR's. */
const UNKNOWN_TYPE = /MANIFEST_INVALID|media.?type|unknown manifest class|fail(?:ed)? to parse .?manifest/i;
/** Why a registry did not take a manifest: it keeps its tag, does not know its type, or what any request may meet. */
function manifestRefusal(problem, deed, { mediaType, tag }) {
	const { host, repository } = deed;
	const { status, codes, detail } = problem;
	const failure = failureOf(problem, deed);
	if (!isAboutManifest(failure, status)) return failure;
	const says = (pattern) => isSaid(pattern, detail, [repository, tag ?? ""]);
	if (tag !== void 0 && says(IMMUTABLE)) return new Failure("tag-immutable", {
		host,
		repository,
		tag,
		detail
	});
	const isIncomplete = codes.includes("MANIFEST_BLOB_UNKNOWN");
	if (status === 415 || !isIncomplete && says(UNKNOWN_TYPE)) return new Failure("manifest-refused", {
		host,
		repository,
		mediaType,
		detail
	});
	return failure;
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
const NEXT = /<([^>]*)>\s*;[^,]*\brel="?next"?/i;
/**
* All tags of a repository, page by page (distribution-spec, "Listing Tags"). Only the `Link` header says whether
* there is more: a short page proves nothing. A repeated link ends it. What cannot be a
* tag is left out.
* @throws Failure `registry-untrusted` where the rest is at another origin: half a list is none
*/
async function* listTags$1(context, first) {
	const seen = /* @__PURE__ */ new Set();
	let url = first;
	while (url !== void 0 && !seen.has(url.href)) {
		seen.add(url.href);
		const response = await context.exchange({
			method: "GET",
			url,
			scopes: context.scopes
		});
		const tags = await tagsOf(context, response);
		yield* tags;
		url = tags.length === 0 ? void 0 : nextPage(response);
	}
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
// src/registry/remote/upload-faults.ts
const TRIES = 4;
/** Bytes that arrived broken may have met a passing fault once, hardly twice. */
const TRIES_WITH_BROKEN_BYTES = 2;
const PAUSE = 1e3;
/** Milliseconds to wait before the next try of an upload; undefined where there shall be none. */
function pauseAfter(fault, attempt) {
	const backoff = PAUSE * 2 ** (attempt - 1);
	if (attempt >= (Failure.is(fault, "digest-refused") ? TRIES_WITH_BROKEN_BYTES : TRIES)) return void 0;
	if (!Failure.is(fault, "registry-throttled")) return isAmbiguous(fault) ? backoff : void 0;
	const asked = fault.facts.seconds === void 0 ? backoff : fault.facts.seconds * 1e3;
	return asked > 12e4 ? void 0 : asked;
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
const MEBIBYTE = 1048576;
/** Below what large services let pass in one request. */
const LARGEST_CHUNK = 64 * MEBIBYTE;
/** What a reverse proxy lets pass unless it is told otherwise. */
const SMALLEST_CHUNK = MEBIBYTE;
/** A registry that wants longer chunks than this wants no chunks. */
const LARGEST_LEAST_CHUNK = 1024 * MEBIBYTE;
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
	const pause = pauseAfter(fault, failures);
	if (pause === void 0) throw fault;
	await clock.sleep(pause);
	return received ?? session.received();
}
// src/registry/remote/upload-session.ts
/** A registry may hash and move a blob before it answers: so long for any, and longer for large ones. */
const COMMIT_TIME = 3e5;
const COMMIT_BYTES_PER_MILLISECOND = 4e3;
/** Nobody waits longer than this for a session to be given back. */
const FAREWELL_TIME = 5e3;
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
	async append({ offset, size, open }) {
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
	/** Sends once, and watches whether the bytes are taken. */
	async #send(request) {
		const { exchange, host, patience, scopes } = this.context;
		const stall = new AbortController();
		const abort = (failure) => stall.abort(failure);
		const { body } = request;
		const watched = body && "open" in body && {
			...body,
			open: () => watchSink(body.open(), {
				host,
				patience,
				abort
			})
		};
		try {
			return await exchange({
				...request,
				...watched && { body: watched },
				scopes,
				attempts: 1,
				signal: stall.signal
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
	#failure;
	#reader;
	/** @param open gives the bytes from an offset on, anew at every call */
	constructor(open) {
		this.open = open;
	}
	/** What broke the source; undefined while nothing did. */
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
		try {
			yield* this.open(offset);
		} catch (error) {
			this.#failure = Failure.from(error);
			throw this.#failure;
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
// src/registry/remote/upload.ts
/** Bytes of a blob from which on broken connections are put down to its length. */
const VERY_LARGE = 1024 ** 3;
/** How often the PUT of so large a blob may break before it is sent in chunks. */
const BREAKS_OF_VERY_LARGE = 2;
/**
* Brings a blob into a repository: linked from another one where the registry can, else sent whole in one PUT
* (distribution-spec, "Pushing a blob monolithically"), and in chunks where it is too large for that. Whether a
* commit whose answer was lost took place is settled by asking for the blob; a new try opens a new session and the
* source anew, and a session that is left is given back.
* @throws Failure `push-denied`, `repository-missing`, `blob-too-large`, `digest-refused`, `registry-error`, and
*   whatever the source throws
*/
async function upload(context, blob, open, mountFrom) {
	let session = await mount(context, blob, mountFrom);
	if (session === "mounted") return "mounted";
	const source = new UploadSource(open);
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
function attemptAfter(fault, attempt, blob, { host, leastChunk }) {
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
	const pause = pauseAfter(fault, number);
	if (pause === void 0) throw fault;
	const breaksByLength = blob.size > VERY_LARGE && isBreak(fault) && number >= BREAKS_OF_VERY_LARGE;
	const next = chunk ?? (breaksByLength ? chunkBelow(blob.size) : void 0);
	return {
		number: number + 1,
		pause,
		...next !== void 0 && { chunk: next }
	};
}
/** A session to send to where the registry did not link the blob; undefined where none was opened. */
async function mount(context, blob, from) {
	const [source] = from;
	if (source === void 0) return void 0;
	const url = new URL(context.uploads);
	url.searchParams.set("mount", blob.digest);
	url.searchParams.set("from", source);
	const response = await mountRequest(context, url, source);
	if (response === void 0) return void 0;
	await response.discard();
	if (response.status === 201) return "mounted";
	return response.status === 202 ? new UploadSession(context, response) : void 0;
}
/** A token service that refuses the right to read the other repository refuses the link, not the blob. */
async function mountRequest(context, url, from) {
	try {
		return await context.exchange({
			method: "POST",
			url,
			scopes: [...context.scopes, pullScope(from)]
		});
	} catch (error) {
		if (Failure.is(error, "credentials-unusable")) return void 0;
		throw error;
	}
}
// src/registry/remote/remote-repository.ts
const ACCEPT = MANIFEST_TYPES.join(", ");
/** A repository on a registry that speaks the OCI distribution API (distribution-spec v1.1). */
var RemoteRepository = class {
	name;
	#options;
	#path;
	#scopes;
	constructor(options) {
		this.#options = options;
		this.#path = `${options.prefix}${options.repository}`;
		this.name = `${options.registry}/${options.repository}`;
		this.#scopes = [options.writes ? pushScope(this.#path) : pullScope(this.#path)];
	}
	async head(key) {
		const response = await this.#send({
			method: "HEAD",
			url: this.#manifestUrl(key),
			headers: { accept: ACCEPT }
		});
		await response.discard();
		if (response.status === 404) return void 0;
		if (response.status === 200) return headDescriptor(response, key) ?? (await this.manifest(key)).descriptor;
		if (response.status === 405) return this.#manifestIfThere(key);
		if (response.status === 403 && this.#options.writes) return void 0;
		throw await this.#refusal(response);
	}
	async manifest(key) {
		const image = this.#imageName(key);
		const response = await this.#send({
			method: "GET",
			url: this.#manifestUrl(key),
			headers: { accept: ACCEPT }
		});
		if (response.status === 404) {
			await response.discard();
			throw new Failure("image-unknown", {
				image,
				host: this.#options.registry
			});
		}
		if (response.status !== 200) throw await this.#refusal(response);
		const bytes = await readBounded(response.body, LARGEST_MANIFEST_READ);
		if (bytes === void 0) throw new Failure("manifest-too-large", {
			image,
			limit: LARGEST_MANIFEST_READ
		});
		const contentType = header(response, "content-type");
		return readManifest(bytes, {
			image,
			...contentType !== void 0 && { contentType },
			...isDigest(key) && { digest: key }
		});
	}
	async putManifest(manifest, tag) {
		const { mediaType, digest } = manifest.descriptor;
		const response = await this.#send({
			method: "PUT",
			url: this.#manifestUrl(tag ?? digest),
			headers: { "content-type": mediaType },
			body: { bytes: manifest.bytes }
		});
		if (response.status < 200 || response.status > 299) throw manifestRefusal(await this.#problem(response), this.#deed(), {
			mediaType,
			tag
		});
		await response.discard();
	}
	async hasBlob(blob) {
		const response = await this.#send({
			method: "HEAD",
			url: this.#url(`blobs/${blob.digest}`)
		});
		await response.discard();
		if (response.status === 404) return false;
		if (response.status !== 200) throw await this.#refusal(response);
		const length = header(response, "content-length");
		return length === void 0 || Number(length) === blob.size;
	}
	blob(blob, offset = 0) {
		return download(this.#context(), this.#url(`blobs/${blob.digest}`), blob, offset);
	}
	putBlob(blob, open, mountFrom = []) {
		const uploads = this.#url("blobs/uploads/");
		return upload({
			...this.#context(),
			uploads,
			hasBlob: (wanted) => this.hasBlob(wanted)
		}, blob, open, mountFrom.map((repository) => `${this.#options.prefix}${repository}`));
	}
	tags() {
		return listTags$1(this.#context(), this.#url("tags/list?n=1000"));
	}
	async #manifestIfThere(key) {
		try {
			return (await this.manifest(key)).descriptor;
		} catch (error) {
			if (Failure.is(error, "image-unknown")) return void 0;
			throw error;
		}
	}
	#send(request) {
		return this.#options.exchange({
			scopes: this.#scopes,
			...request
		});
	}
	#context() {
		const { exchange, clock, registry, repository, patience } = this.#options;
		return {
			exchange,
			clock,
			host: registry,
			repository,
			name: this.name,
			scopes: this.#scopes,
			patience
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
// src/registry/remote/remote-registries.ts
/** Opens repositories on registries; connections and tokens are shared by all of them. */
var RemoteRegistries = class {
	#options;
	#named;
	#client;
	#exchanges = /* @__PURE__ */ new Map();
	constructor(options) {
		const { operatorRegistries } = options;
		const named = new Set(namedHosts(operatorRegistries === "all" ? [] : operatorRegistries, options));
		this.#options = options;
		this.#named = named;
		this.#client = createHttpClient({
			...options,
			isNamed: (host) => named.has(host)
		});
	}
	/** @throws Failure `input-invalid` for an endpoint that is no address */
	open(registry, repository, role) {
		const { clock, operatorRegistries, patience = PATIENCE } = this.#options;
		const endpoint = endpointFor(registry, this.#options);
		if (operatorRegistries === "all") this.#named.add(endpoint.origin.host);
		return new RemoteRepository({
			exchange: this.#exchangeFor(endpoint, role),
			clock,
			registry,
			repository,
			origin: endpoint.origin,
			prefix: endpoint.prefix,
			writes: role === "mirror",
			patience
		});
	}
	/** Closes all connections. */
	close() {
		return this.#client.close();
	}
	#exchangeFor(endpoint, role) {
		const key = `${role} ${endpoint.credentialHost} ${endpoint.origin.origin}`;
		const exchange = this.#exchanges.get(key) ?? this.#connect(endpoint, role);
		this.#exchanges.set(key, exchange);
		return exchange;
	}
	#connect(endpoint, role) {
		const { sourceCredentials, mirrorCredentials, clock } = this.#options;
		const sources = {
			source: sourceCredentials,
			mirror: mirrorCredentials,
			stranger: anonymous
		};
		return registryExchange(this.#client, endpoint, () => sources[role](endpoint.credentialHost), clock);
	}
};
/** The whole transport of one registry: authorization, which asks a token service, around retries around redirects. */
function registryExchange(client, endpoint, credential, clock) {
	const exchange = (request) => client.exchange({
		...request,
		registry: endpoint.origin
	});
	return withAuthorization(withRetries(withRedirects(exchange), clock), {
		origin: endpoint.origin,
		credential,
		tokenExchange: withRetries(exchange, clock),
		clock
	});
}
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
		const { processes } = options;
		const store = stores.get(directory) ?? LayoutStore.open(directory, {
			processes,
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
				throw end.aborted ? new Failure("cancelled", {}, { cause }) : cause;
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
/** A JSON document. */
function json(status, value, headers = {}) {
	const body = Buffer.from(JSON.stringify(value));
	return {
		status,
		headers: {
			...headers,
			"content-type": "application/json",
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
	const { bytes, descriptor } = await repository.manifest(found.digest);
	return {
		status: 200,
		headers: headersOf(descriptor),
		body: bytes
	};
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
		await store.repository(name).putManifest(manifest, isTag(key) ? key : void 0);
		return {
			status: 201,
			headers: {
				location: `/v2/${name}/manifests/${manifest.descriptor.digest}`,
				"docker-content-digest": manifest.descriptor.digest
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
		return await finish(name, upload, wanted, request);
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
function cancelUpload(context, name, id) {
	return withUpload(context, name, id, async (upload) => {
		await context.uploads.end(upload);
		return { status: 204 };
	});
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
			busy: false
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
			if (this.#sessions.has(upload.id)) session.timer.refresh();
		}
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
