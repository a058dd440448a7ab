import { a as isConfigExpectation, i as Failure } from "./failure.js";
import { A as isRegistry, C as isLayoutText, O as canonicalRegistry, U as parsePlatform, j as isRepositoryPath, w as parseAddress } from "./oci.js";
import { t as require_dist } from "./vendor/yaml.js";
import { c as isTagPattern, l as editDistance } from "./policy.js";
import { _ as _lte, a as int, b as _regex, d as refine, f as strictObject, g as _gte, i as describe, l as optional, m as union, n as array, p as string, r as boolean, t as _enum, u as record, v as _maxLength } from "./vendor/zod.js";
// src/config/byte-size.ts
const BYTES_PER_UNIT = {
	"": 1,
	b: 1,
	kb: 1e3,
	mb: 1e6,
	gb: 1e9,
	tb: 0xe8d4a51000,
	kib: 1024,
	mib: 2 ** 20,
	gib: 2 ** 30,
	tib: 2 ** 40
};
const SIZE = /^(\d{1,15}(?:\.\d{1,3})?)\s*([a-z]*)$/i;
/**
* Reads a size in bytes: a plain number, or one with a decimal (`500MB`) or binary unit (`20GiB`), in any case.
* Undefined where it is no size, zero, or beyond what a number holds exactly.
*/
function parseByteSize(text) {
	const [, amount = "", unit = ""] = SIZE.exec(String(text).trim()) ?? [];
	const bytes = Math.round(Number(amount) * (BYTES_PER_UNIT[unit.toLowerCase()] ?? NaN));
	return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : void 0;
}
// src/config/duration.ts
const DURATION = /^(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,7})s)?$/;
const SECOND = 1e3;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Timers count no further, and one that is set to more goes off at once. */
const LONGEST = 2 ** 31 - 1;
/**
* Reads a duration in milliseconds: hours, minutes and seconds, as far as there are any of each (`90s`, `45m`,
* `5h30m`). Undefined where it is no duration, zero, or longer than some 24 days.
*/
function parseDuration(text) {
	const [, hours = "0", minutes = "0", seconds = "0"] = DURATION.exec(text.trim()) ?? [];
	const milliseconds = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND;
	return milliseconds > 0 && milliseconds <= LONGEST ? milliseconds : void 0;
}
// src/config/nearest.ts
var import_dist = require_dist();
/** The candidate that `text` was most likely meant to be; undefined where none is near. */
function nearest(text, candidates) {
	const furthest = Math.max(1, Math.floor(text.length / 3));
	return candidates.map((candidate) => ({
		candidate,
		distance: editDistance(text, candidate, furthest)
	})).filter(({ distance }) => distance <= furthest).toSorted((a, b) => a.distance - b.distance)[0]?.candidate;
}
// src/config/schema.ts
const LINE = /^[^\r\n]*\S[^\r\n]*$/;
const LONGEST_LABEL = 50;
/** A text that `read` takes. The message of every check is the expectation that it stands for. */
function textFor(expected, accepts) {
	return string(expected).check(refine(accepts, expected));
}
const line = string("text").check(_regex(LINE, "text"));
const mirror = textFor("mirror", isMirror);
const host = textFor("host", isRegistry);
const count = int("count").check(_gte(1, "count"));
const size = union([int("size").check(_gte(1, "size")), textFor("size", isSize)], "size");
const duration = textFor("duration", (text) => parseDuration(text) !== void 0);
const onOrOff = boolean("switch");
/** One mirror written out, for when its naming is not the default. */
const mirrorEntry = strictObject({
	address: mirror.check(describe("Registry with a prefix (ghcr.io/acme/mirror) or a directory (oci:./mirror).")),
	naming: key(_enum(["prefix", "flat"], "naming"), "prefix (the default) keeps the path of the source, flat joins it into one name for two-level registries.")
}, "mapping");
/** What keeps a run from being held or filled by what registries serve. */
const limits = strictObject({
	manifest: key(size, "Largest manifest or index that is read. Default: 8MiB."),
	manifests: key(size, "Bytes of all manifests of an image together. Default: 32MiB."),
	depth: key(count, "How deep indexes may stand within indexes. Default: 4."),
	parts: key(count, "Manifests and blobs of an image together. Default: 5000."),
	stall: key(duration, "Longest time in which a transfer may stand still. Default: 60s."),
	rate: key(size, "Fewest bytes a second of a transfer that goes on. Default: 1KiB.")
}, "mapping");
/** The configuration file as people write it: every key may be left out, and no other key may be there. */
const configSchema = strictObject({
	mirrors: key(array(union([mirror, mirrorEntry], "mirror"), "list"), "Where images are copied to."),
	allowlist: key(line, "Path of the list of images that may be requested. Default: allows.txt."),
	images: key(array(textFor("image", (text) => isReadable(text, parseAddress)), "list"), "Images for the command copy, as in docker.io/library/nginx:1.27."),
	platforms: key(array(textFor("platform", (text) => isReadable(text, parsePlatform)), "list"), "Platforms to copy, as in linux/amd64. Default: all, with the digest of the source."),
	sparse: key(onOrOff, "With platforms: keep the index and its digest, and leave the other platforms out of the mirror. Not with drop-attestations or docker-media-types. Default: false."),
	"drop-attestations": key(onOrOff, "Leave attestations out of indexes, for registries that refuse them; changes the digest. Default: false."),
	"docker-media-types": key(onOrOff, "Write manifests in Docker's media types, without attestations, for registries that refuse OCI's; changes the digest. Default: false."),
	referrers: key(_enum([
		"auto",
		"always",
		"none"
	], "referrers"), "Signatures and the like: auto takes them along with what is copied, always looks for them at tags that are up to date as well, none leaves them. Default: auto."),
	"foreign-layers": key(onOrOff, "Copy layers that may not be redistributed, too, from where their publisher has them. Default: false."),
	tags: key(_enum(["mutable", "immutable"], "tags"), "Whether a tag of a mirror may be moved to another digest. Default: mutable."),
	"mutable-tags": key(array(textFor("tag-pattern", isTagPattern), "list"), "With tags: immutable, tags that may be moved all the same, as in latest or \"*-nightly\"."),
	"backup-tags": key(onOrOff, "Keep what a moved tag led to under a dated tag. Default: false."),
	endpoints: key(record(host, textFor("endpoint", isEndpoint), "mapping"), "Where a registry is really read from: its host, then another host or an http(s) address."),
	"insecure-registries": key(array(host, "list"), "Registries that speak plain http, besides loopback."),
	language: key(_enum(["en", "zh-CN"], "language"), "Language of answers and reports. Default: en."),
	"max-size": key(size, "Largest image to copy, in bytes or as in 20GiB. Default: 20GiB."),
	"max-images": key(count, "Most images in one request. Default: 20."),
	limits: key(limits, "Bounds on what is read of an image, and on how slowly."),
	"request-label": key(line.check(_maxLength(LONGEST_LABEL, "text")), "Label that makes an issue a request. Default: mirror."),
	concurrency: key(count.check(_lte(64, "count")), "Most transfers at a time. Default: 4."),
	"pull-reserve": key(int("count-from-zero").check(_gte(0, "count-from-zero")), "Pulls that are left of a registry's limit for others: a run stops there. Default: 0."),
	deadline: key(duration, "Time that a run may take, as in 45m or 5h30m: what is not done by then is left. Default: 5h30m for the Action, none for the command line.")
}, "mapping");
/** The keys of the configuration file. */
const CONFIG_KEYS = Object.keys(configSchema.shape);
/** The keys of a mirror that is written out. */
const MIRROR_KEYS = Object.keys(mirrorEntry.shape);
/** The keys of `limits`. */
const LIMIT_KEYS = Object.keys(limits.shape);
/** A key that may be left out, with its description for editors. */
function key(schema, description) {
	return optional(schema).check(describe(description));
}
function isReadable(text, read) {
	try {
		read(text);
		return true;
	} catch {
		return false;
	}
}
function isMirror(text) {
	if (isLayoutText(text)) return isReadable(text, parseAddress);
	const [registry = "", ...prefix] = text.split("/");
	return isRegistry(registry) && (prefix.length === 0 || isRepositoryPath(prefix.join("/")));
}
function isSize(text) {
	return parseByteSize(text) !== void 0;
}
/** Whether a registry can be spoken to at a host, a host with a path, or an http(s) address. */
function isEndpoint(text) {
	const address = text.includes("://") ? text : `https://${text}`;
	if (!URL.canParse(address) || /\s/.test(text)) return false;
	const { protocol, username, password, search, hash } = new URL(address);
	return /^https?:$/.test(protocol) && [
		username,
		password,
		search,
		hash
	].every((part) => part === "");
}
// src/config/yaml-text.ts
const START = {
	line: 1,
	column: 1
};
const MOST_ALIASES = 100;
const DEEPEST = 100;
/** Reads one YAML document; the first fault in it is a value too. */
function readYaml(text) {
	if (isTooDeep(text)) return {
		fault: { kind: "too-complex" },
		position: START
	};
	const lines = new import_dist.LineCounter();
	const document = (0, import_dist.parseDocument)(text, {
		lineCounter: lines,
		prettyErrors: false,
		logLevel: "error"
	});
	const [error] = document.errors;
	if (error !== void 0) return {
		fault: faultOfError(error),
		position: positionAt(lines, error.pos[0])
	};
	const stray = strayAlias(document);
	if (stray !== void 0) return {
		fault: {
			kind: "syntax",
			detail: `there is no anchor named ${stray.source}; a text that begins with "*" has to stand in quotes`
		},
		position: positionAt(lines, stray.range?.[0] ?? 0)
	};
	try {
		return {
			value: document.toJS({ maxAliasCount: MOST_ALIASES }),
			document,
			lines
		};
	} catch {
		return {
			fault: { kind: "too-complex" },
			position: START
		};
	}
}
/** The position of an offset, in characters from 0. */
function positionAt(lines, offset) {
	const { line, col } = lines.linePos(offset);
	return line === 0 ? START : {
		line,
		column: col
	};
}
/** Whether collections are nested so deep that composing them, which recurses, might exhaust the stack. */
function isTooDeep(text) {
	const parser = new import_dist.Parser();
	for (const lexeme of new import_dist.Lexer().lex(text)) {
		parser.next(lexeme).next();
		if (parser.stack.length > DEEPEST) return true;
	}
	return false;
}
function faultOfError(error) {
	if (error.code === "DUPLICATE_KEY") return { kind: "duplicate-key" };
	if (error.code === "MULTIPLE_DOCS") return {
		kind: "syntax",
		detail: "the file holds more than one document"
	};
	return {
		kind: "syntax",
		detail: error.message.replace(/\.$/, "")
	};
}
/** The first alias whose anchor has not come before it. */
function strayAlias(document) {
	const anchors = /* @__PURE__ */ new Set();
	let stray;
	(0, import_dist.visit)(document, {
		Value: (_key, { anchor }) => void (anchor !== void 0 && anchors.add(anchor)),
		Alias(_key, alias) {
			if (anchors.has(alias.source)) return void 0;
			stray = alias;
			return import_dist.visit.BREAK;
		}
	});
	return stray;
}
// src/config/fault.ts
const USER_INFO = /\/\/[^/]*@/g;
/** What the first of the schema's issues means to a person, and where it stands. */
function faultOf(issues, yaml) {
	const { issue, path } = innermost(issues[0], [], yaml.document);
	if (issue?.code === "unrecognized_keys") {
		const key = issue.keys[0] ?? "";
		const closest = nearest(key, keysAt(path));
		return {
			fault: {
				kind: "unknown-key",
				key,
				...closest !== void 0 && { nearest: closest }
			},
			position: positionOf([...path, key], "key", yaml)
		};
	}
	if (issue?.code === "invalid_key") return faultOfKey(issue, path, yaml);
	const expected = expectationOf(issue);
	const found = textOf(nodeAt(yaml.document, path));
	return {
		fault: {
			kind: "value",
			key: formatPath(path),
			expected,
			...found !== void 0 && { found }
		},
		position: positionOf(path, "value", yaml)
	};
}
/** The keys that there are at a place of the file. */
function keysAt([first]) {
	if (first === void 0) return CONFIG_KEYS;
	return first === "limits" ? LIMIT_KEYS : MIRROR_KEYS;
}
/** A key that is not what the keys of that mapping have to be. */
function faultOfKey(issue, path, yaml) {
	return {
		fault: {
			kind: "value",
			key: `${formatPath(path.slice(0, -1))} (key)`,
			expected: expectationOf(issue.issues[0]),
			found: JSON.stringify(String(path.at(-1)))
		},
		position: positionOf(path, "key", yaml)
	};
}
/** Every check of the schema has the expectation that it stands for as its message. */
function expectationOf(issue) {
	return issue !== void 0 && isConfigExpectation(issue.message) ? issue.message : "mapping";
}
/** Follows an issue to the one inside it that says most. */
function innermost(issue, above, document) {
	const path = [...above, ...issue?.path ?? []];
	if (issue?.code === "invalid_union" && (0, import_dist.isMap)(nodeAt(document, path))) {
		const inner = issue.errors.at(-1)?.[0];
		if (inner !== void 0) return innermost(inner, path, document);
	}
	return {
		issue,
		path
	};
}
/** `mirrors[1].naming`, counted from 1 as people do. */
function formatPath(path) {
	return path.map((part) => typeof part === "number" ? `[${part + 1}]` : `.${String(part)}`).join("").replace(/^\./, "");
}
function nodeAt(document, path) {
	let node = resolved(document.contents, document);
	for (const part of path) node = resolved(childOf(node, part), document);
	return node;
}
function childOf(node, part) {
	if ((0, import_dist.isMap)(node)) return pairOf(node.items, part)?.value;
	return (0, import_dist.isSeq)(node) && typeof part === "number" ? node.items[part] : void 0;
}
function pairOf(pairs, part) {
	return pairs.find(({ key }) => String((0, import_dist.isScalar)(key) ? key.value : key) === String(part));
}
function resolved(value, document) {
	if ((0, import_dist.isAlias)(value)) return value.resolve(document);
	return (0, import_dist.isNode)(value) ? value : void 0;
}
/** The value as a person wrote it, as far as one line tells; undefined where nothing was written. */
function textOf(node) {
	if ((0, import_dist.isMap)(node)) return "{...}";
	if ((0, import_dist.isSeq)(node)) return "[...]";
	if (!(0, import_dist.isScalar)(node) || node.value === null) return void 0;
	return JSON.stringify(node.value).replace(USER_INFO, "//***@");
}
/** Where a key or its value stands; the nearest thing above it where it has no place of its own. */
function positionOf(path, part, { document, lines }) {
	const last = path.at(-1);
	const parent = nodeAt(document, path.slice(0, -1));
	const pair = (0, import_dist.isMap)(parent) && last !== void 0 ? pairOf(parent.items, last) : void 0;
	const value = (0, import_dist.isScalar)(pair?.value) && pair.value.value === null ? void 0 : nodeAt(document, path);
	const node = (part === "key" ? [pair?.key] : [value, pair?.key]).find((candidate) => (0, import_dist.isNode)(candidate) && candidate.range) ?? parent;
	return positionAt(lines, (0, import_dist.isNode)(node) ? node.range?.[0] ?? 0 : 0);
}
// src/config/config.ts
/** What holds where neither the configuration file nor the caller says otherwise. */
const CONFIG_DEFAULTS = {
	allowlist: "allows.txt",
	referrers: "auto",
	tags: "mutable",
	language: "en",
	maxSize: 20 * 2 ** 30,
	maxImages: 20,
	requestLabel: "mirror",
	concurrency: 4,
	pullReserve: 0
};
const LONGEST_FILE = 2 ** 20;
/**
* Reads the configuration (YAML 1.2). `file` is its name, for messages. An empty file configures nothing.
* @throws Failure `config-invalid`, with the line and column of the first fault, both from 1
*/
function parseConfig(text, file) {
	const fail = (reason, { line = 1, column = 1 } = {}) => new Failure("config-invalid", {
		file,
		line,
		column,
		reason
	});
	if (Buffer.byteLength(text) > LONGEST_FILE) throw fail({
		kind: "too-large",
		limit: LONGEST_FILE
	});
	const yaml = readYaml(text);
	if ("fault" in yaml) throw fail(yaml.fault, yaml.position);
	const parsed = configSchema.safeParse(yaml.value ?? {});
	if (parsed.success) return toConfig(parsed.data);
	const { fault, position } = faultOf(parsed.error.issues, yaml);
	throw fail(fault, position);
}
/** The same under the program's names, with the texts read. */
function toConfig(raw) {
	return present({
		mirrors: raw.mirrors?.map((mirror) => {
			const { address, naming = "prefix" } = typeof mirror === "string" ? { address: mirror } : mirror;
			return {
				address,
				naming
			};
		}),
		allowlist: raw.allowlist,
		images: raw.images,
		platforms: raw.platforms?.map(parsePlatform),
		sparse: raw.sparse,
		dropAttestations: raw["drop-attestations"],
		dockerMediaTypes: raw["docker-media-types"],
		referrers: raw.referrers,
		foreignLayers: raw["foreign-layers"],
		tags: raw.tags,
		mutableTags: raw["mutable-tags"],
		backupTags: raw["backup-tags"],
		endpoints: raw.endpoints && canonicalKeys(raw.endpoints),
		insecureRegistries: raw["insecure-registries"]?.map(canonicalRegistry),
		language: raw.language,
		maxSize: bytesOf(raw["max-size"]),
		maxImages: raw["max-images"],
		limits: raw.limits && toLimits(raw.limits),
		requestLabel: raw["request-label"],
		concurrency: raw.concurrency,
		pullReserve: raw["pull-reserve"],
		deadline: millisecondsOf(raw.deadline)
	});
}
function toLimits({ manifest, manifests, depth, parts, stall, rate }) {
	return present({
		manifest: bytesOf(manifest),
		manifests: bytesOf(manifests),
		depth,
		parts,
		stall: millisecondsOf(stall),
		rate: bytesOf(rate)
	});
}
function bytesOf(size) {
	return size === void 0 ? void 0 : parseByteSize(size);
}
function millisecondsOf(duration) {
	return duration === void 0 ? void 0 : parseDuration(duration);
}
function canonicalKeys(endpoints) {
	return Object.fromEntries(Object.entries(endpoints).map(([host, endpoint]) => [canonicalRegistry(host), endpoint]));
}
/** Drops what is undefined, so that spreading one source of settings over another keeps what the other says. */
function present(values) {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== void 0));
}
export { parseByteSize as a, parseDuration as i, parseConfig as n, isEndpoint as r, CONFIG_DEFAULTS as t };
