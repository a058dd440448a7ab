import { c as excerpt, i as Failure } from "./failure.js";
import { createHash } from "node:crypto";
// src/oci/json.ts
/** Whether a JSON value is an object, and no list. */
function isJsonObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
/**
* The JSON object that the bytes hold in UTF-8; undefined where they hold none. A byte order mark is no part of
* JSON, and nothing that registries exchange begins with one.
*/
function parseJsonObject(bytes) {
	try {
		const value = JSON.parse(new TextDecoder("utf-8", {
			fatal: true,
			ignoreBOM: true
		}).decode(bytes));
		return isJsonObject(value) ? value : void 0;
	} catch {
		return;
	}
}
/** The members of an object that are text. */
function textMembers(object) {
	const pairs = Object.entries(object).filter((pair) => typeof pair[1] === "string");
	return Object.fromEntries(pairs);
}
// src/oci/platform.ts
const PART = /^[a-z0-9_][a-z0-9_.-]*$/;
/** Names that people and other tools use for an architecture, and the one that images carry. */
const ARCHITECTURE_ALIASES = /* @__PURE__ */ new Map([
	["x86_64", { architecture: "amd64" }],
	["x86-64", { architecture: "amd64" }],
	["i386", { architecture: "386" }],
	["aarch64", { architecture: "arm64" }],
	["armhf", {
		architecture: "arm",
		variant: "v7"
	}],
	["armel", {
		architecture: "arm",
		variant: "v6"
	}]
]);
/** What an architecture is without a variant, as containerd has it (github.com/containerd/platforms, database.go). */
const DEFAULT_VARIANTS = /* @__PURE__ */ new Map([
	["amd64", "v1"],
	["arm", "v7"],
	["arm64", "v8"]
]);
/**
* Reads `os/architecture[/variant][:os version]`, as in `linux/arm64/v8` or `windows/amd64:10.0.20348.2700`;
* common aliases (`x86_64`, `aarch64`) are understood.
* @throws Failure `platform-invalid`
*/
function parsePlatform(text) {
	const [name = "", osVersion, ...extra] = text.trim().toLowerCase().split(":");
	const parts = name.split("/");
	const [os, architecture, variant] = parts;
	if (!(parts.length <= 3 && parts.every((part) => PART.test(part)) && (osVersion === void 0 || PART.test(osVersion)) && extra.length === 0) || os === void 0 || architecture === void 0) throw new Failure("platform-invalid", { text: excerpt(text) });
	return {
		os,
		...ARCHITECTURE_ALIASES.get(architecture) ?? { architecture },
		...variant !== void 0 && { variant },
		...osVersion !== void 0 && { osVersion }
	};
}
/** Longer than any real one; what is longer would only fill logs and outputs. */
const LONGEST_PLATFORM = 100;
/**
* The platform that an index entry or an image's config states (image-spec, image-index.md and config.md); undefined
* where it states none that is one.
*/
function readPlatform(value) {
	if (!isJsonObject(value)) return void 0;
	const { os, architecture, variant, "os.version": osVersion } = value;
	if (typeof os !== "string" || typeof architecture !== "string") return void 0;
	const platform = {
		os,
		architecture,
		...typeof variant === "string" && variant !== "" && { variant },
		...typeof osVersion === "string" && { osVersion }
	};
	return formatPlatform(platform).length > LONGEST_PLATFORM ? void 0 : platform;
}
/** `os/architecture[/variant]`, with the OS version of Windows images behind a colon. */
function formatPlatform(platform) {
	const name = [
		platform.os,
		platform.architecture,
		platform.variant
	].filter(Boolean).join("/");
	return platform.osVersion ? `${name}:${platform.osVersion}` : name;
}
/**
* Whether an image's platform is one that `wanted` names. A wanted platform without a variant takes every
* variant; `arm64` and `arm64/v8` are one platform (image-spec, image-index.md, "Platform Variants").
*/
function matchesPlatform(platform, wanted) {
	return platform.os === wanted.os && platform.architecture === wanted.architecture && (wanted.variant === void 0 || variantOf(platform) === variantOf(wanted)) && (wanted.osVersion === void 0 || platform.osVersion === wanted.osVersion);
}
function variantOf(platform) {
	return platform.variant ?? DEFAULT_VARIANTS.get(platform.architecture);
}
// src/oci/digest.ts
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
/** True for a whole, well-formed digest of an algorithm that can be checked here. */
function isDigest(text) {
	return DIGEST.test(text);
}
/** The algorithm that a digest was made with. */
function algorithmOf(digest) {
	return digest.startsWith("sha512:") ? "sha512" : "sha256";
}
/** The hexadecimal part of a digest. */
function hexOf(digest) {
	return digest.slice(digest.indexOf(":") + 1);
}
/** The digest of some bytes, sha256 unless told otherwise. */
function digestOf(bytes, algorithm = "sha256") {
	return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}
/** A running hash for checking bytes against `digest` as they pass. */
function hasherFor(digest) {
	return createHash(algorithmOf(digest));
}
/** Whether the bytes hash to `digest`. */
function matchesDigest(bytes, digest) {
	return digestOf(bytes, algorithmOf(digest)) === digest;
}
// src/oci/reference.ts
const DOCKER_HUB = "docker.io";
const DOCKER_HUB_ALIASES = /* @__PURE__ */ new Set([
	"index.docker.io",
	"registry-1.docker.io",
	"registry.hub.docker.com"
]);
const DOMAIN_LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const DOMAIN_AND_PORT = new RegExp(`^${`(?:${DOMAIN_LABEL}(?:\\.${DOMAIN_LABEL})*|\\[[a-fA-F0-9:]+\\])`}(?::[0-9]+)?$`);
const PATH_COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const REMOTE_NAME = new RegExp(`^${PATH_COMPONENT}(?:/${PATH_COMPONENT})*$`);
const TAG = /^[\w][\w.-]{0,127}$/;
const IDENTIFIER = /^[a-f0-9]{64}$/;
const LONGEST_REPOSITORY = 255;
const LONGEST_REFERENCE = 780;
/**
* Reads an image reference by the grammar of the distribution project and normalises it: `nginx` is
* `docker.io/library/nginx:latest`. A reference with a digest and no tag stays without a tag.
* @throws Failure `reference-invalid`, naming what is wrong with it
*/
function parseReference(text) {
	const fault = (reason) => new Failure("reference-invalid", {
		text: excerpt(text),
		reason
	});
	if (text === "") throw fault("empty");
	if (text.length > LONGEST_REFERENCE) throw fault("too-long");
	if (/^[a-z]+:\/\//i.test(text)) throw fault("scheme");
	if (IDENTIFIER.test(text) || isDigest(text)) throw fault("identifier");
	const [named = "", digest, ...extra] = text.split("@");
	if (extra.length > 0 || digest !== void 0 && !isDigest(digest)) throw fault("digest");
	const { name, tag } = splitTag(named);
	if (tag !== void 0 && !TAG.test(tag)) throw fault("tag");
	const { host, path } = splitHost(name);
	if (!isRegistry(host)) throw fault("grammar");
	if (!REMOTE_NAME.test(path)) throw fault(REMOTE_NAME.test(path.toLowerCase()) ? "uppercase" : "grammar");
	const registry = canonicalRegistry(host);
	const repository = registry === "docker.io" && !path.includes("/") ? `library/${path}` : path;
	if (repository.length > LONGEST_REPOSITORY) throw fault("too-long");
	return {
		registry,
		repository,
		...tag === void 0 && digest === void 0 && { tag: "latest" },
		...tag !== void 0 && { tag },
		...digest !== void 0 && { digest }
	};
}
/**
* Whether the first part of a name can only be a host. The distribution project also takes a capital letter for the
* sign of one (`Docker/app`); not so here: in lower case, the canonical form, nothing would tell that host from a
* namespace of Docker Hub.
*/
function looksLikeHost(part) {
	return /[.:]/.test(part) || part.toLowerCase() === "localhost";
}
/**
* Whether `text` names a registry: a host with optional port by the grammar, that nobody takes for a part of a
* path, and that can be connected to (the grammar alone lets port 99999 and `[1:2]` pass).
*/
function isRegistry(text) {
	return looksLikeHost(text) && DOMAIN_AND_PORT.test(text) && URL.canParse(`https://${text}`);
}
/** Whether `text` may be used as a tag. */
function isTag(text) {
	return TAG.test(text);
}
/** Whether `text` may be used as a repository's path within a registry. */
function isRepositoryPath(text) {
	return text.length <= LONGEST_REPOSITORY && REMOTE_NAME.test(text);
}
/** The whole reference, in the form that parses to itself. */
function formatReference(reference) {
	const tag = reference.tag === void 0 ? "" : `:${reference.tag}`;
	const digest = reference.digest === void 0 ? "" : `@${reference.digest}`;
	return `${repositoryName(reference)}${tag}${digest}`;
}
/** Registry and repository, as in `docker.io/library/nginx`: the name that policy judges. */
function repositoryName(reference) {
	return `${reference.registry}/${reference.repository}`;
}
/** What to ask a registry for: the digest where there is one, since it says more than the tag. */
function pullKey(reference) {
	return reference.digest ?? reference.tag ?? "latest";
}
/** Canonical form of a registry's host: lower case, Docker Hub's aliases as `docker.io`. */
function canonicalRegistry(host) {
	const lower = host.toLowerCase();
	return DOCKER_HUB_ALIASES.has(lower) ? DOCKER_HUB : lower;
}
function splitTag(named) {
	const colon = named.lastIndexOf(":");
	if (colon === -1 || named.includes("/", colon)) return { name: named };
	return {
		name: named.slice(0, colon),
		tag: named.slice(colon + 1)
	};
}
/** The distribution project's rule: the first part is a host if it looks like one, else the host is Docker Hub. */
function splitHost(name) {
	const slash = name.indexOf("/");
	const first = name.slice(0, Math.max(slash, 0));
	return looksLikeHost(first) ? {
		host: first,
		path: name.slice(slash + 1)
	} : {
		host: DOCKER_HUB,
		path: name
	};
}
// src/oci/place.ts
const LAYOUT = "oci:";
/** Whether `text` names a directory rather than a registry. */
function isLayoutText(text) {
	return text.startsWith(LAYOUT);
}
/** Splits `oci:DIRECTORY[:NAME]`; the directory ends at the first colon, as skopeo has it. */
function splitLayoutText(text) {
	const rest = text.slice(4);
	const colon = rest.indexOf(":");
	return colon === -1 ? {
		directory: rest,
		name: ""
	} : {
		directory: rest.slice(0, colon),
		name: rest.slice(colon + 1)
	};
}
/** The address of an image on a registry. */
function registryAddress(reference) {
	const { registry, repository, tag, digest } = reference;
	return {
		place: {
			kind: "registry",
			registry,
			repository
		},
		...tag !== void 0 && { tag },
		...digest !== void 0 && { digest }
	};
}
/**
* Reads where an image is or shall be: an image reference, or `oci:DIRECTORY:NAME[:TAG][@DIGEST]`. A directory
* without a name has the empty repository and neither tag nor digest.
* @throws Failure `reference-invalid`, `target-invalid`
*/
function parseAddress(text) {
	if (!isLayoutText(text)) return registryAddress(parseReference(text));
	const { directory, name } = splitLayoutText(text);
	if (directory === "") throw new Failure("target-invalid", { text: excerpt(text) });
	if (name === "") return { place: {
		kind: "layout",
		directory,
		repository: ""
	} };
	const [named = "", digest, ...extra] = name.split("@");
	const colon = named.lastIndexOf(":");
	const hasTag = colon !== -1;
	const repository = hasTag ? named.slice(0, colon) : named;
	const tag = hasTag ? named.slice(colon + 1) : digest === void 0 ? "latest" : void 0;
	if (!(extra.length === 0 && isRepositoryPath(repository) && (tag === void 0 || isTag(tag)) && (digest === void 0 || isDigest(digest)))) throw new Failure("target-invalid", { text: excerpt(text) });
	return {
		place: {
			kind: "layout",
			directory,
			repository
		},
		...tag !== void 0 && { tag },
		...digest !== void 0 && { digest }
	};
}
/** The place in the form that people paste: `ghcr.io/acme/mirror/docker.io/library/nginx`. */
function formatPlace(place) {
	if (place.kind === "registry") return `${place.registry}/${place.repository}`;
	return place.repository === "" ? `${LAYOUT}${place.directory}` : `${LAYOUT}${place.directory}:${place.repository}`;
}
/** The whole address; for a registry it is an image reference. */
function formatAddress(address) {
	const { place, tag, digest } = address;
	if (place.kind === "registry") return formatReference({
		registry: place.registry,
		repository: place.repository,
		...tag !== void 0 && { tag },
		...digest !== void 0 && { digest }
	});
	return `${formatPlace(place)}${tag === void 0 ? "" : `:${tag}`}${digest === void 0 ? "" : `@${digest}`}`;
}
// src/oci/media-types.ts
/** Manifest media types that a registry may answer with; the order is the order of preference in `Accept`. */
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const OCI_ARTIFACT = "application/vnd.oci.artifact.manifest.v1+json";
const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const DOCKER_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+json";
const DOCKER_SCHEMA_1_SIGNED = "application/vnd.docker.distribution.manifest.v1+prettyjws";
const DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
const DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
/** All manifest types at once: a registry asked for fewer converts, and a conversion changes the digest. */
const MANIFEST_TYPES = [
	OCI_INDEX,
	OCI_MANIFEST,
	DOCKER_LIST,
	DOCKER_MANIFEST,
	OCI_ARTIFACT
];
/** An index or list: a manifest whose entries are manifests. */
function isIndexType(mediaType) {
	return mediaType === "application/vnd.oci.image.index.v1+json" || mediaType === "application/vnd.docker.distribution.manifest.list.v2+json";
}
/** Any manifest type that this program copies. */
function isManifestType(mediaType) {
	return MANIFEST_TYPES.includes(mediaType);
}
/** Docker's schema 1, whose digest is not over its bytes: it cannot be copied faithfully. */
function isSchema1Type(mediaType) {
	return mediaType === DOCKER_SCHEMA_1 || mediaType === DOCKER_SCHEMA_1_SIGNED;
}
/** Layers that carry `urls` and are not to be redistributed (image-spec, layer.md, "Non-Distributable Layers"). */
function isForeignLayerType(mediaType) {
	return mediaType.includes(".image.layer.nondistributable.") || mediaType.includes(".image.rootfs.foreign.diff.");
}
/** A `Content-Type` without its parameters, in lower case. */
function bareMediaType(header) {
	return (header.split(";", 1)[0] ?? "").trim().toLowerCase();
}
// src/oci/manifest.ts
/**
* Reads a manifest, an index, or Docker's equals. The media type is the body's `mediaType`, else the one that
* came with it; the two must not disagree, nor may one document be both index and image (CVE-2021-41190).
* @throws Failure `digest-mismatch`, `manifest-invalid`, `manifest-unsupported`
*/
function readManifest(bytes, origin) {
	const { image } = origin;
	if (origin.digest !== void 0 && !matchesDigest(bytes, origin.digest)) {
		const actual = digestOf(bytes, algorithmOf(origin.digest));
		throw new Failure("digest-mismatch", {
			where: image,
			expected: origin.digest,
			actual
		});
	}
	const document = parseDocument(bytes, image);
	const mediaType = mediaTypeOf(document, origin);
	const kind = isIndexType(mediaType) ? "index" : "image";
	if (FOREIGN_FIELDS[kind].some((field) => field in document)) throw invalid(image, "ambiguous");
	const hasSubject = document.subject !== void 0 && document.subject !== null;
	return {
		bytes,
		descriptor: {
			mediaType,
			digest: origin.digest ?? digestOf(bytes),
			size: bytes.byteLength
		},
		kind,
		children: kind === "index" ? readChildren(document, image) : [],
		blobs: kind === "image" ? readBlobs(document, mediaType, image) : [],
		...hasSubject && { subject: readDescriptor(document.subject, image) }
	};
}
/** What a manifest of a kind must not have: a client that takes it for the other kind would see another image. */
const FOREIGN_FIELDS = {
	index: [
		"config",
		"layers",
		"fsLayers",
		"blobs"
	],
	image: ["manifests", "fsLayers"]
};
const invalid = (image, reason, detail = "") => new Failure("manifest-invalid", {
	image,
	reason,
	detail
});
function parseDocument(bytes, image) {
	const document = parseJsonObject(bytes);
	if (document === void 0) throw invalid(image, "not-json");
	return document;
}
function mediaTypeOf(document, origin) {
	const outer = bareMediaType(origin.contentType ?? "");
	const inner = typeof document.mediaType === "string" ? document.mediaType : void 0;
	if (isSchema1Type(outer) || document.schemaVersion === 1) throw new Failure("manifest-unsupported", {
		image: origin.image,
		mediaType: excerpt(inner ?? (outer || "schema 1"))
	});
	if (inner !== void 0 && isManifestType(outer) && inner !== outer) throw invalid(origin.image, "media-type", `${excerpt(inner)} / ${outer}`);
	const mediaType = inner ?? (isManifestType(outer) ? outer : typeByShape(document));
	if (!isManifestType(mediaType)) throw new Failure("manifest-unsupported", {
		image: origin.image,
		mediaType: excerpt(mediaType)
	});
	return mediaType;
}
/** OCI documents may leave `mediaType` out (image-spec, manifest.md); Docker's never do. */
function typeByShape(document) {
	return "manifests" in document ? OCI_INDEX : OCI_MANIFEST;
}
function readChildren(document, image) {
	if (!("manifests" in document)) throw invalid(image, "not-a-list");
	return readDescriptors(document.manifests, image);
}
function readBlobs(document, mediaType, image) {
	if (mediaType === "application/vnd.oci.artifact.manifest.v1+json") return readDescriptors(document.blobs, image);
	return [readDescriptor(document.config, image), ...readDescriptors(document.layers, image)];
}
function readDescriptors(value, image) {
	if (value === void 0 || value === null) return [];
	if (!Array.isArray(value)) throw invalid(image, "not-a-list");
	return value.map((item) => readDescriptor(item, image));
}
function readDescriptor(value, image) {
	if (!isJsonObject(value)) throw invalid(image, "no-descriptor");
	const { mediaType, digest, size, annotations, urls, artifactType, data } = value;
	if (typeof digest !== "string" || !isDigest(digest)) throw invalid(image, "no-digest");
	if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) throw invalid(image, "size", digest);
	const platform = readPlatform(value.platform);
	return {
		mediaType: typeof mediaType === "string" ? mediaType : "",
		digest,
		size,
		...platform && { platform },
		...isJsonObject(annotations) && { annotations: textMembers(annotations) },
		...Array.isArray(urls) && { urls: urls.filter((url) => typeof url === "string") },
		...typeof artifactType === "string" && { artifactType },
		...typeof data === "string" && { data: readInlineData(data, digest, size, image) }
	};
}
function readInlineData(base64, digest, size, image) {
	const data = Buffer.from(base64, "base64");
	if (data.byteLength !== size || !matchesDigest(data, digest)) throw invalid(image, "inline-data", digest);
	return data;
}
/**
* Whether a layer may stay with its publisher, who serves it at the `urls` that it carries (image-spec, layer.md,
* "Non-Distributable Layers").
*/
function isForeignLayer({ mediaType, urls = [] }) {
	return isForeignLayerType(mediaType) && urls.length > 0;
}
/**
* A manifest written anew from a document, under a digest of its own (sha256); `image` is for messages.
* @throws Failure `manifest-invalid` where the document is nested too deep to be written, or is no manifest
*/
function writeManifest(document, mediaType, image) {
	return readManifest(encodeDocument(document, image), {
		image,
		contentType: mediaType
	});
}
/**
* The bytes of a document, in UTF-8.
* @throws Failure `manifest-invalid`: a document can be read that is nested too deep to be written, which recurses
*/
function encodeDocument(document, image) {
	try {
		return new TextEncoder().encode(JSON.stringify(document, void 0, 2));
	} catch {
		throw invalid(image, "nesting");
	}
}
/** An index as it was written: the document, and its entries in the order of `children`. */
function readEntries(index) {
	const document = parseJsonObject(index.bytes) ?? {};
	const { manifests } = document;
	return {
		document,
		entries: Array.isArray(manifests) ? manifests.filter(isJsonObject) : []
	};
}
// src/oci/index-entries.ts
const ATTESTATION = "attestation-manifest";
/** The digest of the entry that an index's entry describes, by BuildKit's mark on it. */
function attestedDigest(child) {
	return isMarked(child) ? child.annotations?.["vnd.docker.reference.digest"] : void 0;
}
/**
* Whether an index's entry describes another one rather than being an image: BuildKit marks it so, and gives it a
* platform that nothing runs on.
*/
function isAttestation(child) {
	return isMarked(child) || child.platform?.os === "unknown" && child.platform.architecture === "unknown";
}
function isMarked({ annotations }) {
	return annotations?.["vnd.docker.reference.type"] === ATTESTATION;
}
/**
* The same index with entries that lead elsewhere, or are left out where `edit` gives undefined; everything else stays
* as it was written. Its digest is a new one, unless nothing was edited: then it is the index itself.
* @throws Failure `manifest-invalid` where it is nested too deep to be written
*/
function editIndex(index, edit, image) {
	const edited = index.children.map(edit);
	if (edited.every((child, position) => child?.digest === index.children[position]?.digest)) return index;
	const { document, entries } = readEntries(index);
	const manifests = entries.flatMap((entry, position) => editEntry(entry, edited[position]));
	return writeManifest({
		...document,
		manifests
	}, index.descriptor.mediaType, image);
}
function editEntry(entry, child) {
	if (child === void 0) return [];
	if (child.digest === entry.digest) return [entry];
	const { data: _, ...rest } = entry;
	return [{
		...rest,
		...pointerTo(child)
	}];
}
/** What every descriptor says, in the order in which Docker writes it. */
function pointerTo({ mediaType, size, digest }) {
	return {
		mediaType,
		size,
		digest
	};
}
// src/oci/docker-types.ts
/** Docker's names for the layers that both know (image-spec, media-types.md, "Compatibility Matrix"); zstd has none. */
const LAYERS = /* @__PURE__ */ new Map([
	["application/vnd.oci.image.layer.v1.tar", "application/vnd.docker.image.rootfs.diff.tar"],
	["application/vnd.oci.image.layer.v1.tar+gzip", DOCKER_LAYER],
	["application/vnd.oci.image.layer.nondistributable.v1.tar", "application/vnd.docker.image.rootfs.foreign.diff.tar"],
	["application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"]
]);
const DOCKER_LAYERS = new Set(LAYERS.values());
/** What an entry's platform may say (Docker's image manifest v2, schema 2, "Manifest List Field Descriptions"). */
const PLATFORM_FIELDS = [
	"architecture",
	"os",
	"os.version",
	"os.features",
	"variant",
	"features"
];
/** Whether an index's entry is something that Docker's list has no words for, though it is no image's fault. */
function isArtifact({ mediaType, artifactType }) {
	return mediaType === "application/vnd.oci.artifact.manifest.v1+json" || artifactType !== void 0 && artifactType !== "";
}
/**
* An image in Docker's manifest v2, schema 2: the same config and layers under Docker's media types, and nothing that
* its schema lacks. The same manifest always gives the same bytes; one that is Docker's already is given as it is.
* @throws Failure `not-expressible` naming the type that Docker has none for
*/
function toDockerManifest(manifest, image) {
	const { mediaType } = manifest.descriptor;
	if (mediaType === "application/vnd.docker.distribution.manifest.v2+json") return manifest;
	const [config, ...layers] = manifest.blobs;
	if (mediaType === "application/vnd.oci.artifact.manifest.v1+json" || config === void 0) throw inexpressible(image, "manifest", mediaType);
	return writeManifest({
		schemaVersion: 2,
		mediaType: DOCKER_MANIFEST,
		config: pointerTo({
			...config,
			mediaType: dockerConfig(config, image)
		}),
		layers: layers.map((layer) => dockerLayer(layer, image))
	}, DOCKER_MANIFEST, image);
}
/**
* An index as Docker's manifest list of what its entries became. Only Docker's images can be listed; of an entry its
* platform is kept, no annotations. A list of which no entry changed is given as it is.
* @throws Failure `not-expressible` naming the type of an entry that is no image, such as a nested index
*/
function toDockerList(index, become, image) {
	const children = index.children.map(become);
	if (children.every(({ digest }, position) => digest === index.children[position]?.digest) && index.descriptor.mediaType === "application/vnd.docker.distribution.manifest.list.v2+json") return index;
	const { entries } = readEntries(index);
	const manifests = children.map((child, position) => dockerEntry(child, entries[position]?.platform, image));
	return writeManifest({
		schemaVersion: 2,
		mediaType: DOCKER_LIST,
		manifests
	}, DOCKER_LIST, image);
}
function dockerConfig({ mediaType }, image) {
	if (mediaType !== "application/vnd.oci.image.config.v1+json" && mediaType !== "application/vnd.docker.container.image.v1+json") throw inexpressible(image, "config", mediaType);
	return DOCKER_CONFIG;
}
function dockerLayer(layer, image) {
	const mediaType = DOCKER_LAYERS.has(layer.mediaType) ? layer.mediaType : LAYERS.get(layer.mediaType);
	if (mediaType === void 0) throw inexpressible(image, "layer", layer.mediaType);
	return {
		...pointerTo({
			...layer,
			mediaType
		}),
		...layer.urls && { urls: layer.urls }
	};
}
function dockerEntry(child, platform, image) {
	if (child.mediaType !== "application/vnd.docker.distribution.manifest.v2+json") throw inexpressible(image, "entry", child.mediaType);
	const known = isJsonObject(platform) && Object.entries(platform).filter(([name]) => PLATFORM_FIELDS.includes(name));
	return {
		...pointerTo(child),
		...known && { platform: Object.fromEntries(known) }
	};
}
function inexpressible(image, part, mediaType) {
	return new Failure("not-expressible", {
		image,
		part,
		mediaType: excerpt(mediaType)
	});
}
// src/oci/referrers.ts
/** What cosign adds to the tag of a digest for its signatures, attestations and bills of materials. */
const COSIGN_SUFFIXES = [
	".sig",
	".att",
	".sbom"
];
const LONGEST_ENCODED = 64;
const REFERRERS_TAG = /^sha(?:256|512)-[0-9a-f]{64}$/;
const ATTACHMENT_TAG = /^sha(?:256|512)-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?$/;
/** Where tags of digests begin in a sorted list of tags. */
const BEFORE_ATTACHMENT_TAGS = "sha256-";
/** Whether a tag is one of those of `referrersTag`. */
function isReferrersTag(tag) {
	return REFERRERS_TAG.test(tag);
}
/**
* The tag under which a repository without a referrers API lists what refers to a manifest (distribution-spec,
* "Referrers Tag Schema"): its digest, of which at most 64 characters count.
*/
function referrersTag(digest) {
	return `${algorithmOf(digest)}-${hexOf(digest).slice(0, LONGEST_ENCODED)}`;
}
/** The tags that cosign gives to what it attaches to a manifest. With sha512 they would be too long to be tags. */
function cosignTags(digest) {
	if (algorithmOf(digest) !== "sha256") return [];
	return COSIGN_SUFFIXES.map((suffix) => `${referrersTag(digest)}${suffix}`);
}
/** Whether a tag is one of those of `referrersTag` and `cosignTags`: it names no image of its own. */
function isAttachmentTag(tag) {
	return ATTACHMENT_TAG.test(tag);
}
/** A list of referrers is an index, and never the manifest itself that it is about. */
function isReferrersList(manifest, subject) {
	return manifest.kind === "index" && manifest.descriptor.digest !== subject;
}
/**
* A list of referrers with some more of them; whatever it says already stays as it was written.
* @param image names the list in messages
* @returns undefined where it has them all
* @throws Failure `manifest-invalid` where the list is nested too deep to be written
*/
function withReferrers(list, referrers, image) {
	const listed = new Set(list?.children.map(({ digest }) => digest));
	const added = new Map(referrers.filter(({ descriptor }) => !listed.has(descriptor.digest)).map((referrer) => [referrer.descriptor.digest, entryOf(referrer)]));
	if (added.size === 0) return void 0;
	const document = (list && parseJsonObject(list.bytes)) ?? EMPTY;
	const manifests = Array.isArray(document.manifests) ? document.manifests : [];
	return readManifest(encodeDocument({
		...document,
		manifests: [...manifests, ...added.values()]
	}, image), {
		image,
		contentType: list?.descriptor.mediaType ?? "application/vnd.oci.image.index.v1+json"
	});
}
const EMPTY = {
	schemaVersion: 2,
	mediaType: OCI_INDEX,
	manifests: []
};
/** What a list of referrers says of one of them (distribution-spec, "Listing Referrers"). */
function entryOf({ bytes, descriptor }) {
	const { artifactType, config, annotations } = parseJsonObject(bytes) ?? {};
	const { mediaType, digest, size } = descriptor;
	const type = typeof artifactType === "string" && artifactType !== "" ? artifactType : configType(config);
	return {
		mediaType,
		digest,
		size,
		...type !== void 0 && { artifactType: type },
		...isJsonObject(annotations) && { annotations: textMembers(annotations) }
	};
}
function configType(config) {
	return isJsonObject(config) && typeof config.mediaType === "string" ? config.mediaType : void 0;
}
export { isRegistry as A, isDigest as B, isLayoutText as C, DOCKER_HUB as D, splitLayoutText as E, pullKey as F, isJsonObject as G, matchesPlatform as H, repositoryName as I, parseJsonObject as K, algorithmOf as L, isTag as M, looksLikeHost as N, canonicalRegistry as O, parseReference as P, hasherFor as R, formatPlace as S, registryAddress as T, parsePlatform as U, formatPlatform as V, readPlatform as W, OCI_INDEX as _, isReferrersTag as a, isManifestType as b, isArtifact as c, attestedDigest as d, editIndex as f, MANIFEST_TYPES as g, readManifest as h, isReferrersList as i, isRepositoryPath as j, formatReference as k, toDockerList as l, isForeignLayer as m, cosignTags as n, referrersTag as o, isAttestation as p, textMembers as q, isAttachmentTag as r, withReferrers as s, BEFORE_ATTACHMENT_TAGS as t, toDockerManifest as u, bareMediaType as v, parseAddress as w, formatAddress as x, isIndexType as y, hexOf as z };
