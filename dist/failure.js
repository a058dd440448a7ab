// src/failure/excerpt.ts
const LONGEST_EXCERPT = 200;
/** A text from outside, cut so that a message may hold it: nobody is helped by a megabyte of it. */
function excerpt(text) {
	return text.length <= LONGEST_EXCERPT ? text : `${text.slice(0, LONGEST_EXCERPT)}…`;
}
// src/failure/quantities.ts
const BYTE_UNITS = [
	"B",
	"KiB",
	"MiB",
	"GiB",
	"TiB"
];
/** Bytes for people: `0 B`, `12.3 MiB`. */
function formatBytes(bytes) {
	let value = bytes;
	let unit = 0;
	while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
		value /= 1024;
		unit += 1;
	}
	return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${BYTE_UNITS[unit]}`;
}
/** Milliseconds for people: `340 ms`, `4.2 s`, `3 min 20 s`. */
function formatDuration(milliseconds) {
	if (milliseconds < 1e3) return `${Math.round(milliseconds)} ms`;
	const seconds = milliseconds / 1e3;
	if (seconds < 60) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
/** Milliseconds as people write them in settings: `90s` is `1m30s`, and less than a second is one. */
function compactDuration(milliseconds) {
	const seconds = Math.max(1, Math.round(milliseconds / 1e3));
	return [
		[Math.floor(seconds / 3600), "h"],
		[Math.floor(seconds / 60) % 60, "m"],
		[seconds % 60, "s"]
	].filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`).join("");
}
// src/failure/config-fault.ts
const EXPECTED = {
	mapping: ["a mapping of keys to values", "由键和值组成的映射"],
	list: ["a list", "列表"],
	text: ["text on one line", "单行文本"],
	mirror: ["a registry with a prefix (ghcr.io/acme/mirror) or a directory (oci:./mirror)", "仓库地址及前缀（ghcr.io/acme/mirror）或目录（oci:./mirror）"],
	naming: ["\"prefix\" or \"flat\"", "“prefix”或“flat”"],
	image: ["an image name, as in docker.io/library/nginx:1.27", "镜像名称，例如 docker.io/library/nginx:1.27"],
	platform: ["a platform, as in linux/amd64 or linux/arm/v7", "平台，例如 linux/amd64 或 linux/arm/v7"],
	host: ["a registry with its port, if it has one, as in registry.example.com:5000", "仓库主机名，可带端口，例如 registry.example.com:5000"],
	endpoint: ["a host (127.0.0.1:5001) or a web address (https://proxy.example.com), without user name and password", "主机名（127.0.0.1:5001）或网址（https://proxy.example.com），不含用户名和密码"],
	language: ["\"en\" or \"zh-CN\"", "“en”或“zh-CN”"],
	size: ["a number of bytes, or a size as in 500MB or 20GiB", "字节数，或如 500MB、20GiB 的大小"],
	count: ["a whole number from 1 on", "从 1 开始的整数"],
	"count-from-zero": ["a whole number from 0 on", "从 0 开始的整数"],
	duration: ["a duration, as in 90s, 45m or 5h30m", "时长，例如 90s、45m 或 5h30m"],
	switch: ["true or false", "true 或 false"],
	referrers: ["\"auto\", \"always\" or \"none\"", "“auto”、“always”或“none”"],
	tags: ["\"mutable\" or \"immutable\"", "“mutable”或“immutable”"],
	"tag-pattern": ["a tag, in which \"*\" stands for any characters, as in latest or *-nightly", "标签，其中“*”代表任意字符，例如 latest 或 *-nightly"]
};
/** Whether `text` names one of the expectations. */
function isConfigExpectation(text) {
	return Object.hasOwn(EXPECTED, text);
}
/** The fault in English, without the full stop. */
function configFaultEn(fault) {
	switch (fault.kind) {
		case "syntax": return `this is not YAML: ${excerpt(fault.detail)}`;
		case "duplicate-key": return "this key is there twice";
		case "unknown-key": return `there is no key "${excerpt(fault.key)}"${fault.nearest === void 0 ? "" : `; the nearest is "${fault.nearest}"`}`;
		case "value": return `${fault.key || "the file"} has to be ${EXPECTED[fault.expected][0]}, ${fault.found === void 0 ? "and is empty" : `not ${excerpt(fault.found)}`}`;
		case "too-large": return `the file is larger than ${formatBytes(fault.limit)}`;
		case "too-complex": return "the file is nested too deep, or its aliases multiply beyond measure";
	}
}
/** The fault in Simplified Chinese, without the full stop. */
function configFaultZhCn(fault) {
	switch (fault.kind) {
		case "syntax": return `不是有效的 YAML：${excerpt(fault.detail)}`;
		case "duplicate-key": return "这个键重复了";
		case "unknown-key": return `没有名为“${excerpt(fault.key)}”的键${fault.nearest === void 0 ? "" : `，最接近的是“${fault.nearest}”`}`;
		case "value": return `${fault.key || "文件内容"} 应为${EXPECTED[fault.expected][1]}，${fault.found === void 0 ? "现在是空的" : `而不是 ${excerpt(fault.found)}`}`;
		case "too-large": return `文件大于 ${formatBytes(fault.limit)}`;
		case "too-complex": return "文件嵌套过深，或别名成倍展开";
	}
}
// src/failure/texts.en.ts
const REFERENCE_FAULTS$1 = {
	empty: "it is empty",
	grammar: "it does not follow the form registry/repository:tag",
	uppercase: "repository names are in lower case",
	digest: "its digest is not a whole sha256 or sha512 digest",
	tag: "its tag may hold only letters, digits, \"_\", \".\" and \"-\", and at most 128 of them",
	"too-long": "it is too long",
	identifier: "it is an image ID, which no registry can look up",
	scheme: "it is a web address"
};
const UNREACHABLE$1 = {
	"unknown-host": "there is no host of that name",
	refused: "it refuses connections",
	timeout: "it does not answer",
	reset: "the connection broke",
	certificate: "its certificate is not trusted",
	"not-tls": "it does not speak TLS; if it is a plain http registry of your own, name it in insecure-registries",
	protocol: "what it answers is not HTTP",
	malformed: "its answer breaks the rules of HTTP, which may be its way to limit how much is asked of it"
};
const UNTRUSTED$1 = {
	"redirect-loop": ["it redirects too often", "Ask whoever runs that registry."],
	"not-an-address": ["it leads to something that is no web address", "Ask whoever runs that registry."],
	"leaves-tls": ["it leads from https to http", "If this registry is your own, name it in insecure-registries."],
	realm: ["it asks for credentials to be sent to a place without TLS", "If this registry is your own, name it in insecure-registries."],
	"private-address": ["it leads to a private, loopback or link-local address", "If that host is your own, name it in endpoints or insecure-registries."],
	"foreign-link": ["the rest of a list is on another host", "Ask whoever runs that registry."]
};
const CREDENTIALS$1 = {
	"not-json": "the file is not JSON",
	"not-a-pair": "they are not a user name and a password",
	helper: "the credential helper failed",
	refused: "they were refused"
};
/** What the system's codes mean; any other is shown as it is. */
const SYSTEM$1 = {
	ENOENT: "there is no such file",
	EISDIR: "it is a directory",
	EACCES: "permission is denied",
	EPERM: "permission is denied",
	EROFS: "the file system is read-only"
};
const LAYOUT_FAULTS$1 = {
	absent: "it is empty or does not exist",
	"not-a-directory": "it is not a directory",
	"not-empty": "it holds other files and no oci-layout",
	version: "its oci-layout file is not of version 1.0",
	index: "its index.json is not an image index"
};
const VERIFICATION$1 = {
	absent: (digest) => `it is not there, though ${digest} was put`,
	"other-digest": (digest) => `it leads to ${digest}`,
	"manifest-absent": (digest) => `a manifest below ${digest} is missing`,
	"blob-absent": (digest) => `the blob ${digest} is missing`
};
const DOCKER_TYPES$1 = "application/vnd.docker.";
const MAKING$1 = {
	ecr: (repository) => `Make it: aws ecr create-repository --repository-name ${repository}. Then try again.`,
	harbor: (repository) => `Make the project ${repository.replace(/\/.*/, "")} in Harbor, then try again.`,
	any: () => "Make the repository or its project there first, then try again."
};
const MISSING$1 = {
	mirror: "Say where to copy to: a registry with a prefix (ghcr.io/acme/mirror), or a directory (oci:./mirror).",
	platforms: "A sparse index leaves platforms out: say which ones to copy, as in linux/amd64.",
	immutable: "mutable-tags names the tags that may move where the others are immutable: say tags: immutable (--tags immutable) as well, or leave mutable-tags out.",
	issue: "Say which issue to answer, or let an issue start the workflow.",
	repository: "Say which repository the issue is in, as in acme/mirror.",
	token: "Give a token for GitHub's API that may write to issues.",
	directory: "Say which directory to serve, as in transship serve ./mirror."
};
const CONFLICTS$1 = {
	digest: "The one keeps the index with its digest, the other changes it: leave one of them out.",
	request: "A request moves no tag that is immutable: name the tag in mutable-tags, or copy the image once with the command copy and force."
};
const MANIFEST$1 = {
	"not-json": "it is not a JSON object",
	ambiguous: "it is an index and an image at once",
	"media-type": "it does not call itself what it was served as",
	"not-a-list": "it lacks a list of descriptors",
	"no-descriptor": "a descriptor is missing",
	"no-digest": "a descriptor has no usable digest",
	size: "a size is not a whole number of bytes",
	"inline-data": "the data inside a descriptor is not what its digest says",
	nesting: "its JSON is nested too deep"
};
const PARTS$1 = {
	manifest: "a manifest",
	entry: "an index with an entry",
	config: "a config",
	layer: "a layer"
};
const FORMS$1 = {
	"drop-attestations": "Copy the image without its attestations, under another digest: --drop-attestations (as an input or key: drop-attestations). If it is your own, build it with --provenance=false --sbom=false. Or copy it to another registry.",
	"docker-media-types": "Copy the image in Docker's media types, under another digest: --docker-media-types (as an input or key: docker-media-types). If it is your own, build it with the output option oci-mediatypes=false. Or copy it to another registry.",
	any: "Copy the image under another digest: without its attestations (--drop-attestations) or, if that does not help, in Docker's media types (--docker-media-types); as inputs or keys without the dashes in front. If it is your own, build it with --provenance=false --sbom=false, or with the output option oci-mediatypes=false. Or copy it to another registry."
};
/** Failures in English: the log's language, and the default. */
const failuresEn = {
	"reference-invalid": ({ text, reason }) => ({
		sentence: `"${text}" is not an image name: ${REFERENCE_FAULTS$1[reason]}.`,
		next: "Write it as docker.io/library/nginx:1.27, or as registry/repository@sha256:…"
	}),
	"platform-invalid": ({ text }) => ({
		sentence: `"${text}" is not a platform.`,
		next: "Write it as os/architecture or os/architecture/variant, as in linux/amd64 or linux/arm/v7."
	}),
	"address-too-long": ({ address, limit }) => ({
		sentence: `The address ${address} would be longer than the ${limit} characters that a repository name may have.`,
		next: "Use a mirror with a shorter prefix."
	}),
	"target-invalid": ({ text }) => ({
		sentence: `"${text}" is not a place for images.`,
		next: "Give a registry with a prefix (ghcr.io/acme/mirror), a directory (oci:./mirror), or an image in one (oci:./mirror:docker.io/library/nginx:1.27)."
	}),
	"input-invalid": ({ name, value, expected }) => ({
		sentence: `"${value}" is not a valid value for ${name}.`,
		next: `Expected: ${expected}.`
	}),
	"input-missing": ({ name, need }) => ({
		sentence: `${name} is missing.`,
		next: MISSING$1[need]
	}),
	"input-conflict": ({ name, other, reason }) => ({
		sentence: `${name} and ${other} exclude one another.`,
		next: CONFLICTS$1[reason]
	}),
	"usage-invalid": ({ command, detail }) => ({
		sentence: `transship ${command} cannot be called like this: ${detail}.`,
		next: `transship ${command} --help shows what it takes.`
	}),
	"config-invalid": ({ file, line, column, reason }) => ({
		sentence: `${file}:${line}:${column}: ${configFaultEn(reason)}.`,
		next: "Correct that line; the JSON Schema beside the documentation lets an editor check it as you type."
	}),
	"file-unreadable": ({ path, reason }) => ({
		sentence: `${path} cannot be read: ${SYSTEM$1[reason] ?? reason}.`,
		next: "Check the path, and in a workflow that actions/checkout runs first."
	}),
	"credentials-ambiguous": ({ hosts }) => ({
		sentence: `One user name and password were given for mirrors on several registries (${hosts}).`,
		next: "Log in to each registry beforehand (docker/login-action, or docker login) and leave both inputs out."
	}),
	"credentials-unusable": ({ host, reason }) => ({
		sentence: `The credentials for ${host} cannot be used: ${CREDENTIALS$1[reason]}.`,
		next: "Log in again, or correct the Docker configuration."
	}),
	"not-allowed": ({ image, allowlist }) => ({
		sentence: `${image} is not on the allowlist (${allowlist}).`,
		next: "Ask the maintainers of this mirror to add a rule for it."
	}),
	"allowlist-empty": ({ allowlist }) => ({
		sentence: `The allowlist ${allowlist} is missing or has no rules, so nothing is allowed.`,
		next: "A maintainer adds rules to it, one a line, as in docker.io/library/*."
	}),
	"images-none": () => ({
		sentence: "No image was named.",
		next: "Name at least one image, one a line, as in docker.io/library/nginx:1.27."
	}),
	"images-too-many": ({ count, limit }) => ({
		sentence: `${count} images were named; at most ${limit} are taken at a time.`,
		next: "Split the list."
	}),
	"image-too-large": ({ image, size, limit }) => ({
		sentence: `${image} is ${formatBytes(size)}, above the limit of ${formatBytes(limit)}.`,
		next: "Ask for fewer platforms, or ask the maintainers to raise max-size."
	}),
	"image-unknown": ({ image, host }) => ({
		sentence: `${host} has no image ${image}.`,
		next: "Check the spelling of the name and the tag."
	}),
	"platform-missing": ({ image, wanted, available }) => ({
		sentence: `${image} is not there for ${wanted}.`,
		next: available === "" ? "It does not say its platforms: ask for all of them." : `Choose among ${available}.`
	}),
	"manifest-invalid": ({ image, reason, detail }) => ({
		sentence: `The manifest of ${image} is not valid: ${MANIFEST$1[reason]}${detail && ` (${detail})`}.`,
		next: "Whoever publishes the image has to push it again."
	}),
	"manifest-unsupported": ({ image, mediaType }) => ({
		sentence: `${image} has a manifest of type ${mediaType}, which cannot be copied with its digest.`,
		next: "Ask whoever publishes the image to push it in the OCI format."
	}),
	"manifest-too-large": ({ image, limit, together }) => ({
		sentence: together ? `The manifests of ${image} are larger than ${formatBytes(limit)} together.` : `${image} has a manifest of more than ${formatBytes(limit)}.`,
		next: together ? "Ask for fewer platforms, or ask the maintainers to raise limits.manifests in the configuration." : "The image has to be split, or the maintainers raise limits.manifest in the configuration; no registry is bound to take one as large."
	}),
	"not-expressible": ({ image, part, mediaType }) => ({
		sentence: `${image} has ${PARTS$1[part]} of type ${mediaType || "unknown"}, which Docker's media types cannot express.`,
		next: "Leave docker-media-types out for it and copy it to a registry that takes OCI images; only images with plain or gzip layers can be written in the Docker format."
	}),
	"only-attestations": ({ image }) => ({
		sentence: `${image} holds nothing but attestations: without them nothing is left.`,
		next: "Leave drop-attestations and docker-media-types out for it."
	}),
	"manifest-too-deep": ({ image, limit }) => ({
		sentence: `The index of ${image} is nested more than ${limit} levels deep, or leads back to itself.`,
		next: "Whoever publishes the image has to push a flat index, or the maintainers raise limits.depth in the configuration."
	}),
	"image-too-complex": ({ image, limit }) => ({
		sentence: `${image} is made of more than ${limit} manifests and layers.`,
		next: "Ask for fewer platforms, or ask the maintainers to raise limits.parts in the configuration."
	}),
	"blob-unknown": ({ where, digest }) => ({
		sentence: `${where} lists the blob ${digest} but does not have it.`,
		next: "The image is incomplete there: whoever publishes it has to push it again."
	}),
	"foreign-layer-unavailable": ({ digest, because }) => {
		const { sentence, next } = textOf$1(because);
		return {
			sentence: `The layer ${digest} could not be had from its publisher: ${sentence}`,
			next: because.code === "registry-untrusted" ? next : "Try again later, or copy without foreign-layers: such layers then stay with their publisher."
		};
	},
	"digest-mismatch": ({ where, expected, actual }) => ({
		sentence: `${where} was asked for ${expected} and sent bytes of ${actual}.`,
		next: "Nothing was published. Try again; if it happens again, that registry or a proxy before it is broken."
	}),
	"size-mismatch": ({ where, digest, expected, actual }) => ({
		sentence: `${where} sent ${actual} bytes for ${digest}, which has ${expected}.`,
		next: "Nothing was published. Try again; if it happens again, that registry or a proxy before it is broken."
	}),
	"registry-unreachable": ({ host, reason, detail }) => ({
		sentence: `${host} cannot be reached: ${UNREACHABLE$1[reason]}${detail && ` (${detail})`}.`,
		next: "Check the name of the registry; if it is right, try again later."
	}),
	"registry-stalled": ({ host, seconds }) => ({
		sentence: `${host} sent or took nothing, or hardly anything, for ${seconds} seconds.`,
		next: "Try again; what has arrived is kept."
	}),
	"registry-throttled": ({ host, seconds }) => ({
		sentence: `${host} limits how much may be asked of it, and the limit is reached.`,
		next: `Try again ${seconds === void 0 || seconds > 86400 ? "later" : `in ${seconds} seconds`}, or log in to that registry for a higher limit.`
	}),
	"pull-limit-reached": ({ host, remaining, seconds }) => ({
		sentence: `${host} allows ${remaining === 0 ? "no more pulls for now" : `only ${remaining} more ${remaining === 1 ? "pull for now, which is" : "pulls for now, which are"} kept in reserve`}${seconds === void 0 ? "" : `; there are more in ${compactDuration(seconds * 1e3)} at the latest`}.`,
		next: "Run the same again later: it goes on from what is there. A login at that registry raises the limit."
	}),
	"registry-error": ({ host, status, detail }) => ({
		sentence: `${host} answered ${status}${detail && `: ${detail}`}.`,
		next: "Try again later; if it lasts, ask whoever runs that registry."
	}),
	"registry-untrusted": ({ host, reason, leadsTo }) => {
		const [why, next] = UNTRUSTED$1[reason];
		return {
			sentence: `${host} was not followed: ${why}${leadsTo ? ` (${leadsTo})` : ""}.`,
			next
		};
	},
	"pull-denied": ({ host, repository, detail }) => ({
		sentence: `${host} does not let ${repository} be read${detail && ` (${detail})`}.`,
		next: "Check the name; if the image needs a login, log in to that registry before this step."
	}),
	"push-denied": ({ host, repository, detail }) => ({
		sentence: `${host} does not let ${repository} be written${detail && ` (${detail})`}.`,
		next: "Give credentials with the right to push there; on GHCR the job needs \"packages: write\"."
	}),
	"repository-missing": ({ host, repository, detail, product }) => ({
		sentence: `${host} has no repository ${repository} and does not make it by itself${detail && ` (${detail})`}.`,
		next: MAKING$1[product ?? "any"](repository)
	}),
	"tag-immutable": ({ host, repository, tag, detail }) => ({
		sentence: `${host} does not let the tag ${tag} of ${repository} be moved${detail && ` (${detail})`}.`,
		next: "The tag stays as it was. Copy by digest or to another tag, or allow that repository to change its tags."
	}),
	"manifest-refused": ({ host, repository, mediaType, detail, helps }) => ({
		sentence: `${host} does not take a manifest of type ${mediaType} in ${repository}${detail && ` (${detail})`}.`,
		next: mediaType.startsWith(DOCKER_TYPES$1) ? "Let that registry take Docker's formats (in zot: compat), or copy to another one." : FORMS$1[helps ?? "any"]
	}),
	"manifest-incomplete": ({ host, repository, detail, digest }) => ({
		sentence: `${host} says that ${repository} lacks ${digest ?? "something"} that the image is made of${detail && ` (${detail})`}, though it has just been put there.`,
		next: "The tag stays as it was. Run the same again; if it happens again, that registry loses what it is given."
	}),
	"sparse-refused": ({ where, detail }) => ({
		sentence: `${where} does not take an index of which it has not everything${detail && ` (${detail})`}.`,
		next: "Leave --sparse (sparse) out: the same platforms then come as a smaller index with a digest of its own. Or copy all platforms."
	}),
	"blob-too-large": ({ host, digest, size, least }) => ({
		sentence: `${host} does not take ${digest} of ${formatBytes(size)}, in one piece or in chunks${least === void 0 ? "" : ` (it wants ${formatBytes(least)} or more in each)`}.`,
		next: "Raise the limit for the body of a request at that registry and the proxies before it (in nginx: client_max_body_size)."
	}),
	"digest-refused": ({ host, digest, detail }) => ({
		sentence: `What arrived at ${host} was not ${digest}${detail && ` (${detail})`}.`,
		next: "Nothing was published. Try again; if it happens again, that registry or a proxy before it is broken."
	}),
	"repository-unlisted": ({ where }) => ({
		sentence: `${where} names no single image.`,
		next: "Name the image behind the directory, as in oci:./mirror:docker.io/library/nginx:1.27."
	}),
	"tag-protected": ({ address, tag, present, wanted }) => ({
		sentence: `${address} leads to ${present} and must not be moved to ${wanted}: tags of this mirror are immutable.`,
		next: `The tag stays as it was. Copy under another tag, name ${tag} in mutable-tags, or move it once with --force.`
	}),
	"disk-full": ({ path }) => ({
		sentence: `There is no space left for ${path}.`,
		next: "Free some space and run the same again: what has arrived is kept."
	}),
	"directory-unwritable": ({ path, reason }) => ({
		sentence: `${path} cannot be written: ${SYSTEM$1[reason] ?? reason}.`,
		next: "Check who owns the directory and whether it may be changed, or choose another one."
	}),
	"layout-invalid": ({ path, reason }) => ({
		sentence: `${path} is not an OCI image layout: ${LAYOUT_FAULTS$1[reason]}.`,
		next: reason === "absent" ? "Check the path, or copy images into it first." : "Give a directory that is empty, does not exist yet, or was written as an OCI image layout."
	}),
	"layout-locked": ({ path, holder }) => ({
		sentence: `${path} is held by another program (${holder}).`,
		next: "Wait until it ends; if none is running, remove the lock file."
	}),
	"port-taken": ({ address }) => ({
		sentence: `${address} is in use by another program.`,
		next: "Choose another port with --port, or 0 for any that is free."
	}),
	"not-verified": ({ address, fault, digest }) => ({
		sentence: `${address} does not read back as it should: ${VERIFICATION$1[fault](digest)}.`,
		next: "Do not use it yet; run the same again."
	}),
	"github-error": ({ status, detail, need }) => ({
		sentence: status === 0 ? `GitHub cannot be reached: ${detail}.` : `GitHub answered ${status}${detail && `: ${detail}`}.`,
		next: need ? `Give the job the permission "${need}".` : status === 401 ? "Check the token." : "Run the same again later; githubstatus.com says whether GitHub is in trouble."
	}),
	cancelled: () => ({
		sentence: "The run was cancelled.",
		next: "Run the same again: it goes on from what is there."
	}),
	"deadline-reached": ({ milliseconds }) => ({
		sentence: `The time for this run (${compactDuration(milliseconds)}) is over, and this image is not done.`,
		next: "Run the same again: it goes on from what is there. Its time is set by deadline."
	}),
	internal: ({ detail }) => ({
		sentence: `Something went wrong inside Transship: ${detail}.`,
		next: "Please report it, with the log."
	})
};
function textOf$1({ code, facts }) {
	return failuresEn[code](facts);
}
// src/failure/failure.ts
const REQUESTER = /* @__PURE__ */ new Set([
	"reference-invalid",
	"platform-invalid",
	"address-too-long",
	"not-allowed",
	"images-none",
	"images-too-many",
	"image-too-large",
	"image-unknown",
	"platform-missing",
	"manifest-invalid",
	"manifest-unsupported",
	"manifest-too-large",
	"manifest-too-deep",
	"image-too-complex"
]);
const RETRY = /* @__PURE__ */ new Set([
	"registry-unreachable",
	"registry-stalled",
	"registry-throttled",
	"pull-limit-reached",
	"foreign-layer-unavailable",
	"cancelled",
	"deadline-reached"
]);
const END_OF_RUN = /* @__PURE__ */ new Set([
	"pull-limit-reached",
	"cancelled",
	"deadline-reached"
]);
/**
* The one error class. `code` is for programs, `message` (English) for logs; people get the catalogue's sentence
* and next step in their language. What is refused as expected is a value, not a Failure.
*/
var Failure = class Failure extends Error {
	code;
	facts;
	name = "Failure";
	constructor(code, facts, options) {
		const { sentence, next } = failuresEn[code](facts);
		super(`${sentence} ${next}`, options);
		this.code = code;
		this.facts = facts;
	}
	/** Who can mend it. */
	get remedy() {
		if (REQUESTER.has(this.code)) return "requester";
		return RETRY.has(this.code) ? "retry" : "maintainer";
	}
	/** Whether nothing is wrong with what the run was at, only that it can go no further: no other place or try helps. */
	get endsRun() {
		return END_OF_RUN.has(this.code);
	}
	/** Narrows to one kind, with its facts. */
	static is(error, code) {
		return error instanceof Failure && error.code === code;
	}
	/** Whatever was thrown, as a Failure; what is not one is a bug, and says so. */
	static from(error) {
		if (error instanceof Failure) return error;
		const detail = error instanceof Error ? error.message : String(error);
		return new Failure("internal", { detail }, { cause: error });
	}
};
// src/failure/error-code.ts
/** The `code` of an error of the system or of a library, as in `ENOENT`. Not every such error is an `Error`. */
function errorCode(error) {
	if (typeof error !== "object" || error === null || !("code" in error)) return void 0;
	return typeof error.code === "string" ? error.code : void 0;
}
// src/failure/texts.zh-cn.ts
const REFERENCE_FAULTS = {
	empty: "内容为空",
	grammar: "不符合“仓库地址/镜像名:标签”的格式",
	uppercase: "镜像名只能用小写字母",
	digest: "摘要不是完整的 sha256 或 sha512 摘要",
	tag: "标签只能包含字母、数字、“_”、“.”和“-”，且不超过 128 个字符",
	"too-long": "名称过长",
	identifier: "这是镜像 ID，任何镜像仓库都无法据此查找",
	scheme: "这是一个网址"
};
const UNREACHABLE = {
	"unknown-host": "找不到该主机",
	refused: "对方拒绝连接",
	timeout: "对方没有响应",
	reset: "连接中断",
	certificate: "证书不受信任",
	"not-tls": "对方没有使用 TLS；如果是你自己的 http 仓库，请写入 insecure-registries",
	protocol: "对方的响应不是 HTTP",
	malformed: "对方的响应违反 HTTP 规范，这可能是它限制访问频率的方式"
};
const UNTRUSTED = {
	"redirect-loop": ["重定向次数过多", "请联系该仓库的运营方。"],
	"not-an-address": ["指向的不是网址", "请联系该仓库的运营方。"],
	"leaves-tls": ["从 https 转到了 http", "如果这是你自己的仓库，请在 insecure-registries 中写明。"],
	realm: ["要求把凭据发往没有 TLS 的地方", "如果这是你自己的仓库，请在 insecure-registries 中写明。"],
	"private-address": ["指向内网、本机回环或链路本地地址", "如果那是你自己的主机，请在 endpoints 或 insecure-registries 中写明。"],
	"foreign-link": ["列表的其余部分在另一台主机上", "请联系该仓库的运营方。"]
};
const CREDENTIALS = {
	"not-json": "文件不是 JSON",
	"not-a-pair": "不是用户名和密码",
	helper: "凭据助手（credential helper）运行失败",
	refused: "凭据被拒绝"
};
/** 系统错误码的含义；其余的原样显示。 */
const SYSTEM = {
	ENOENT: "文件不存在",
	EISDIR: "它是一个目录",
	EACCES: "没有权限",
	EPERM: "没有权限",
	EROFS: "文件系统是只读的"
};
const LAYOUT_FAULTS = {
	absent: "目录为空或不存在",
	"not-a-directory": "它不是目录",
	"not-empty": "目录中有其他文件，却没有 oci-layout 文件",
	version: "oci-layout 文件不是 1.0 版",
	index: "index.json 不是镜像索引"
};
const VERIFICATION = {
	absent: (digest) => `已推送 ${digest}，但该地址不存在`,
	"other-digest": (digest) => `它指向 ${digest}`,
	"manifest-absent": (digest) => `${digest} 下缺少清单`,
	"blob-absent": (digest) => `缺少数据块 ${digest}`
};
const DOCKER_TYPES = "application/vnd.docker.";
const MAKING = {
	ecr: (repository) => `请先创建：aws ecr create-repository --repository-name ${repository}，再重试。`,
	harbor: (repository) => `请先在 Harbor 中创建项目 ${repository.replace(/\/.*/, "")}，再重试。`,
	any: () => "请先在那里创建该仓库或项目，再重试。"
};
const MISSING = {
	mirror: "请写明复制到哪里：带前缀的镜像仓库（ghcr.io/acme/mirror）或目录（oci:./mirror）。",
	platforms: "稀疏索引（sparse）会略去一部分平台：请写明要复制哪些平台，例如 linux/amd64。",
	immutable: "mutable-tags 写明的是其余标签不可变时仍可移动的标签：请同时写明 tags: immutable（--tags immutable），或去掉 mutable-tags。",
	issue: "请写明要处理的 issue，或由 issue 触发工作流。",
	repository: "请写明 issue 所在的代码仓库，例如 acme/mirror。",
	token: "请提供可以写 issue 的 GitHub API 令牌。",
	directory: "请写明要提供服务的目录，例如 transship serve ./mirror。"
};
const CONFLICTS = {
	digest: "前者保持索引及其摘要不变，后者会改变摘要：请去掉其中一个。",
	request: "申请不能移动不可变的标签：请在 mutable-tags 中写明该标签，或用命令 copy 加 force 复制这一次。"
};
const MANIFEST = {
	"not-json": "不是 JSON 对象",
	ambiguous: "既是索引又是镜像",
	"media-type": "清单中声明的类型与返回的类型不一致",
	"not-a-list": "缺少描述符列表",
	"no-descriptor": "缺少描述符",
	"no-digest": "描述符没有可用的摘要",
	size: "大小不是整数字节",
	"inline-data": "描述符内的数据与其摘要不符",
	nesting: "JSON 嵌套过深"
};
const PARTS = {
	manifest: "清单",
	entry: "索引条目",
	config: "配置",
	layer: "镜像层"
};
const FORMS = {
	"drop-attestations": "请去掉证明（attestation）再复制，摘要会与源镜像不同：--drop-attestations（作为输入或配置项：drop-attestations）。如果镜像是你自己的，构建时请使用 --provenance=false --sbom=false。也可以复制到其他仓库。",
	"docker-media-types": "请改用 Docker 的媒体类型复制，摘要会与源镜像不同：--docker-media-types（作为输入或配置项：docker-media-types）。如果镜像是你自己的，构建时请使用输出选项 oci-mediatypes=false。也可以复制到其他仓库。",
	any: "请换一种形式复制，摘要会与源镜像不同：去掉证明（--drop-attestations）；若仍被拒绝，改用 Docker 的媒体类型（--docker-media-types）；作为输入或配置项时去掉前面的短横线。如果镜像是你自己的，构建时请使用 --provenance=false --sbom=false，或输出选项 oci-mediatypes=false。也可以复制到其他仓库。"
};
/** Failures in Simplified Chinese. */
const failuresZhCn = {
	"reference-invalid": ({ text, reason }) => ({
		sentence: `“${text}”不是镜像名：${REFERENCE_FAULTS[reason]}。`,
		next: "请写成 docker.io/library/nginx:1.27，或“仓库地址/镜像名@sha256:…”的形式。"
	}),
	"platform-invalid": ({ text }) => ({
		sentence: `“${text}”不是平台名。`,
		next: "请写成 系统/架构 或 系统/架构/变体，例如 linux/amd64、linux/arm/v7。"
	}),
	"address-too-long": ({ address, limit }) => ({
		sentence: `地址 ${address} 超过了镜像名允许的 ${limit} 个字符。`,
		next: "请改用前缀更短的镜像站地址。"
	}),
	"target-invalid": ({ text }) => ({
		sentence: `“${text}”不是有效的镜像位置。`,
		next: "请给出带前缀的镜像仓库（ghcr.io/acme/mirror）、目录（oci:./mirror），或目录中的镜像（oci:./mirror:docker.io/library/nginx:1.27）。"
	}),
	"input-invalid": ({ name, value, expected }) => ({
		sentence: `“${value}”不是 ${name} 的有效取值。`,
		next: `应为：${expected}。`
	}),
	"input-missing": ({ name, need }) => ({
		sentence: `缺少 ${name}。`,
		next: MISSING[need]
	}),
	"input-conflict": ({ name, other, reason }) => ({
		sentence: `${name} 与 ${other} 不能同时使用。`,
		next: CONFLICTS[reason]
	}),
	"usage-invalid": ({ command, detail }) => ({
		sentence: `transship ${command} 的用法不对：${detail}。`,
		next: `运行 transship ${command} --help 查看全部参数。`
	}),
	"config-invalid": ({ file, line, column, reason }) => ({
		sentence: `${file}:${line}:${column}：${configFaultZhCn(reason)}。`,
		next: "请修改这一行；使用文档旁的 JSON Schema，编辑器可以在输入时检查。"
	}),
	"file-unreadable": ({ path, reason }) => ({
		sentence: `无法读取 ${path}：${SYSTEM[reason] ?? reason}。`,
		next: "请检查路径；在工作流中请确认已先运行 actions/checkout。"
	}),
	"credentials-ambiguous": ({ hosts }) => ({
		sentence: `只给了一组用户名和密码，而镜像站分布在多个镜像仓库（${hosts}）。`,
		next: "请先分别登录各个仓库（docker/login-action 或 docker login），并去掉这两个输入。"
	}),
	"credentials-unusable": ({ host, reason }) => ({
		sentence: `${host} 的凭据无法使用：${CREDENTIALS[reason]}。`,
		next: "请重新登录，或修正 Docker 配置。"
	}),
	"not-allowed": ({ image, allowlist }) => ({
		sentence: `${image} 不在白名单（${allowlist}）中。`,
		next: "请向本镜像站的维护者申请添加规则。"
	}),
	"allowlist-empty": ({ allowlist }) => ({
		sentence: `白名单 ${allowlist} 不存在或没有规则，因此不允许任何镜像。`,
		next: "请由维护者添加规则，每行一条，例如 docker.io/library/*。"
	}),
	"images-none": () => ({
		sentence: "没有写明要同步的镜像。",
		next: "请至少写一个镜像，每行一个，例如 docker.io/library/nginx:1.27。"
	}),
	"images-too-many": ({ count, limit }) => ({
		sentence: `一共写了 ${count} 个镜像，每次最多处理 ${limit} 个。`,
		next: "请分成几次提交。"
	}),
	"image-too-large": ({ image, size, limit }) => ({
		sentence: `${image} 大小为 ${formatBytes(size)}，超过上限 ${formatBytes(limit)}。`,
		next: "请减少所选平台，或请维护者调高 max-size。"
	}),
	"image-unknown": ({ image, host }) => ({
		sentence: `${host} 上没有镜像 ${image}。`,
		next: "请检查镜像名和标签的拼写。"
	}),
	"platform-missing": ({ image, wanted, available }) => ({
		sentence: `${image} 没有 ${wanted} 平台。`,
		next: available === "" ? "该镜像没有写明平台，请改为申请全部平台。" : `可选平台：${available}。`
	}),
	"manifest-invalid": ({ image, reason, detail }) => ({
		sentence: `${image} 的清单（manifest）无效：${MANIFEST[reason]}${detail && `（${detail}）`}。`,
		next: "需要由镜像的发布者重新推送。"
	}),
	"manifest-unsupported": ({ image, mediaType }) => ({
		sentence: `${image} 的清单类型为 ${mediaType}，复制后无法保持摘要不变。`,
		next: "请镜像的发布者以 OCI 格式重新推送。"
	}),
	"manifest-too-large": ({ image, limit, together }) => ({
		sentence: together ? `${image} 的全部清单合计超过 ${formatBytes(limit)}。` : `${image} 有超过 ${formatBytes(limit)} 的清单。`,
		next: together ? "请减少平台，或请维护者在配置中调高 limits.manifests。" : "该镜像需要拆分，或由维护者在配置中调高 limits.manifest；镜像仓库没有义务接受这么大的清单。"
	}),
	"not-expressible": ({ image, part, mediaType }) => ({
		sentence: `${image} 中有类型为 ${mediaType || "未知"} 的${PARTS[part]}，Docker 没有对应的媒体类型。`,
		next: "请不要对该镜像使用 docker-media-types，改为复制到接受 OCI 镜像的仓库；只有层未压缩或用 gzip 压缩的镜像才能写成 Docker 格式。"
	}),
	"only-attestations": ({ image }) => ({
		sentence: `${image} 中只有证明（attestation），去掉后什么也不剩。`,
		next: "请不要对该镜像使用 drop-attestations 和 docker-media-types。"
	}),
	"manifest-too-deep": ({ image, limit }) => ({
		sentence: `${image} 的索引嵌套超过 ${limit} 层，或指向了自身。`,
		next: "需要由镜像的发布者推送不嵌套的索引，或由维护者在配置中调高 limits.depth。"
	}),
	"image-too-complex": ({ image, limit }) => ({
		sentence: `${image} 由超过 ${limit} 个清单和镜像层组成。`,
		next: "请减少平台，或请维护者在配置中调高 limits.parts。"
	}),
	"blob-unknown": ({ where, digest }) => ({
		sentence: `${where} 的清单引用了数据块 ${digest}，但仓库中并不存在。`,
		next: "那里的镜像不完整，需要由发布者重新推送。"
	}),
	"foreign-layer-unavailable": ({ digest, because }) => {
		const { sentence, next } = textOf(because);
		return {
			sentence: `无法从发布者处取得镜像层 ${digest}：${sentence}`,
			next: because.code === "registry-untrusted" ? next : "请稍后再试，或不使用 foreign-layers：这类镜像层将留在发布者处。"
		};
	},
	"digest-mismatch": ({ where, expected, actual }) => ({
		sentence: `向 ${where} 请求 ${expected}，收到的内容却是 ${actual}。`,
		next: "没有发布任何内容。请重试；若再次发生，说明该仓库或其前面的代理有问题。"
	}),
	"size-mismatch": ({ where, digest, expected, actual }) => ({
		sentence: `${where} 为 ${digest} 发送了 ${actual} 字节，应为 ${expected} 字节。`,
		next: "没有发布任何内容。请重试；若再次发生，说明该仓库或其前面的代理有问题。"
	}),
	"registry-unreachable": ({ host, reason, detail }) => ({
		sentence: `无法连接 ${host}：${UNREACHABLE[reason]}${detail && `（${detail}）`}。`,
		next: "请检查仓库地址；若无误，请稍后再试。"
	}),
	"registry-stalled": ({ host, seconds }) => ({
		sentence: `与 ${host} 之间已有 ${seconds} 秒没有数据传输，或传输量过小。`,
		next: "请重试；已传输的内容会保留。"
	}),
	"registry-throttled": ({ host, seconds }) => ({
		sentence: `已达到 ${host} 的访问频率限制。`,
		next: `请${seconds === void 0 || seconds > 86400 ? "稍后" : `在 ${seconds} 秒后`}再试，或登录该仓库以获得更高的限额。`
	}),
	"pull-limit-reached": ({ host, remaining, seconds }) => ({
		sentence: `${host} 的拉取次数${remaining === 0 ? "暂时用完" : `暂时只剩 ${remaining} 次，予以保留`}${seconds === void 0 ? "" : `，最迟 ${compactDuration(seconds * 1e3)} 后恢复`}。`,
		next: "请稍后再次运行，会从已有的内容继续；登录该仓库可提高限额。"
	}),
	"registry-error": ({ host, status, detail }) => ({
		sentence: `${host} 返回了 ${status}${detail && `：${detail}`}。`,
		next: "请稍后再试；若持续出现，请联系该仓库的管理者。"
	}),
	"registry-untrusted": ({ host, reason, leadsTo }) => {
		const [why, next] = UNTRUSTED[reason];
		return {
			sentence: `为安全起见，已停止访问 ${host}：${why}${leadsTo ? `（${leadsTo}）` : ""}。`,
			next
		};
	},
	"pull-denied": ({ host, repository, detail }) => ({
		sentence: `${host} 不允许读取 ${repository}${detail && `（${detail}）`}。`,
		next: "请检查名称；如果该镜像需要登录，请在这一步之前先登录该仓库。"
	}),
	"push-denied": ({ host, repository, detail }) => ({
		sentence: `${host} 不允许写入 ${repository}${detail && `（${detail}）`}。`,
		next: "请提供有推送权限的凭据；在 GHCR 上，作业需要“packages: write”权限。"
	}),
	"repository-missing": ({ host, repository, detail, product }) => ({
		sentence: `${host} 上没有仓库 ${repository}，也不会自动创建${detail && `（${detail}）`}。`,
		next: MAKING[product ?? "any"](repository)
	}),
	"tag-immutable": ({ host, repository, tag, detail }) => ({
		sentence: `${host} 不允许改动 ${repository} 的标签 ${tag}${detail && `（${detail}）`}。`,
		next: "该标签保持原样。请按摘要复制、改用其他标签，或允许该仓库改动标签。"
	}),
	"manifest-refused": ({ host, repository, mediaType, detail, helps }) => ({
		sentence: `${host} 的 ${repository} 不接受类型为 ${mediaType} 的清单${detail && `（${detail}）`}。`,
		next: mediaType.startsWith(DOCKER_TYPES) ? "请让该仓库接受 Docker 格式（zot 中为 compat），或复制到其他仓库。" : FORMS[helps ?? "any"]
	}),
	"manifest-incomplete": ({ host, repository, detail, digest }) => ({
		sentence: `${host} 表示 ${repository} 缺少${digest === void 0 ? "该镜像的某个部分" : `该镜像的 ${digest}`}${detail && `（${detail}）`}，尽管刚刚已经上传。`,
		next: "该标签保持原样。请重新运行；若再次发生，说明该仓库会丢失收到的内容。"
	}),
	"sparse-refused": ({ where, detail }) => ({
		sentence: `${where} 不接受内容不全的索引${detail && `（${detail}）`}。`,
		next: "请去掉 --sparse（sparse）：同样的平台会以较小的索引复制，摘要与源镜像不同；或者复制全部平台。"
	}),
	"blob-too-large": ({ host, digest, size, least }) => ({
		sentence: `${host} 不接受 ${digest}（${formatBytes(size)}），整体上传和分块上传都被拒绝${least === void 0 ? "" : `（它要求每块不小于 ${formatBytes(least)}）`}。`,
		next: "请调高该仓库及其前面的代理对请求体大小的限制（nginx 中为 client_max_body_size）。"
	}),
	"digest-refused": ({ host, digest, detail }) => ({
		sentence: `${host} 收到的内容不是 ${digest}${detail && `（${detail}）`}。`,
		next: "没有发布任何内容。请重试；若再次发生，说明该仓库或其前面的代理有问题。"
	}),
	"repository-unlisted": ({ where }) => ({
		sentence: `${where} 没有指明唯一的镜像。`,
		next: "请在目录后写明镜像，例如 oci:./mirror:docker.io/library/nginx:1.27。"
	}),
	"tag-protected": ({ address, tag, present, wanted }) => ({
		sentence: `${address} 指向 ${present}，不能改为指向 ${wanted}：本镜像站的标签不可变。`,
		next: `该标签保持原样。请复制到其他标签，在 mutable-tags 中写明 ${tag}，或用 --force 移动这一次。`
	}),
	"disk-full": ({ path }) => ({
		sentence: `磁盘空间不足，无法写入 ${path}。`,
		next: "请清理空间后再次运行：已传输的内容会保留。"
	}),
	"directory-unwritable": ({ path, reason }) => ({
		sentence: `${path} 无法写入：${SYSTEM[reason] ?? reason}。`,
		next: "请检查该目录的所有者和写权限，或换一个目录。"
	}),
	"layout-invalid": ({ path, reason }) => ({
		sentence: `${path} 不是 OCI 镜像目录：${LAYOUT_FAULTS[reason]}。`,
		next: reason === "absent" ? "请检查路径，或先向其中复制镜像。" : "请给出空目录、尚不存在的目录，或已有的 OCI 镜像目录。"
	}),
	"layout-locked": ({ path, holder }) => ({
		sentence: `${path} 正被另一个程序占用（${holder}）。`,
		next: "请等待其结束；若没有程序在运行，请删除锁文件。"
	}),
	"port-taken": ({ address }) => ({
		sentence: `${address} 已被另一个程序占用。`,
		next: "请用 --port 换一个端口，或用 0 自动选择空闲端口。"
	}),
	"not-verified": ({ address, fault, digest }) => ({
		sentence: `${address} 读回时不一致：${VERIFICATION[fault](digest)}。`,
		next: "请先不要使用，重新运行一次。"
	}),
	"github-error": ({ status, detail, need }) => ({
		sentence: status === 0 ? `无法连接 GitHub：${detail}。` : `GitHub 返回了 ${status}${detail && `：${detail}`}。`,
		next: need ? `请为作业添加权限“${need}”。` : status === 401 ? "请检查令牌（token）。" : "请稍后重新运行；GitHub 是否正常可在 githubstatus.com 查看。"
	}),
	cancelled: () => ({
		sentence: "运行已取消。",
		next: "再次运行即可，会从已有的内容继续。"
	}),
	"deadline-reached": ({ milliseconds }) => ({
		sentence: `本次运行的时限（${compactDuration(milliseconds)}）已到，该镜像尚未完成。`,
		next: "再次运行即可，会从已有的内容继续；时限由 deadline 设定。"
	}),
	internal: ({ detail }) => ({
		sentence: `Transship 内部出错：${detail}。`,
		next: "请附上日志报告此问题。"
	})
};
function textOf({ code, facts }) {
	return failuresZhCn[code](facts);
}
// src/failure/texts.ts
const CATALOGUES = {
	en: failuresEn,
	"zh-CN": failuresZhCn
};
/** What a failure says to a person, in their language. Plain text with facts from anywhere in it: escape it. */
function failureText(failure, language) {
	return CATALOGUES[language][failure.code](failure.facts);
}
// src/failure/pattern-fault.ts
const FAULTS = {
	tag: ["it holds a tag, and a rule is about every tag: leave the tag out", "含有标签，而规则对所有标签生效：请去掉标签"],
	digest: ["it holds a digest, and a rule is about every digest: leave the digest out", "含有摘要，而规则对所有摘要生效：请去掉摘要"],
	"no-registry": ["it names no registry; write it as in docker.io/library/nginx", "没有写明仓库主机名，请写成 docker.io/library/nginx 的形式"],
	"no-repository": ["it names a registry alone; write it as in ghcr.io/acme/app, or ghcr.io/** for all that is there", "只写了仓库主机名，请写成 ghcr.io/acme/app 的形式，或用 ghcr.io/** 表示其中的全部镜像"],
	wildcard: ["\"**\" stands for whole levels only, as in ghcr.io/acme/**; within a level write \"*\"", "“**”只能代表完整的层级，例如 ghcr.io/acme/**；层级内部请用“*”"],
	grammar: ["it is no image name: lower-case letters, digits, \".\", \"_\", \"-\", \"/\" and the wildcards \"*\" and \"**\" are all it may hold", "不是镜像名称：只能包含小写字母、数字、“.”、“_”、“-”、“/”以及通配符“*”和“**”"]
};
/** The fault in words, without the full stop. */
function patternFaultText(fault, language) {
	const [english, chinese] = FAULTS[fault];
	return language === "en" ? english : chinese;
}
export { isConfigExpectation as a, excerpt as c, Failure as i, failureText as n, formatBytes as o, errorCode as r, formatDuration as s, patternFaultText as t };
