import { c as excerpt, i as Failure } from "./failure.js";
import { A as isRegistry, C as isLayoutText, E as splitLayoutText, I as repositoryName, N as looksLikeHost, O as canonicalRegistry, S as formatPlace, j as isRepositoryPath } from "./oci.js";
// src/policy/edit-distance.ts
/**
* How many letters were added, left out, replaced or swapped with their neighbour between two texts (optimal string
* alignment), or `limit + 1` where it is more than `limit`. Only the cells within `limit` of the diagonal are
* looked at, so that long texts stay cheap.
*/
function editDistance(a, b, limit) {
	const tooFar = limit + 1;
	if (a === b) return 0;
	if (Math.abs(a.length - b.length) > limit || limit === 0) return tooFar;
	const cell = (row, j) => row[j] ?? tooFar;
	let older = [];
	let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i += 1) {
		const current = Array.from({ length: b.length + 1 }).fill(tooFar);
		current[0] = i;
		for (let j = Math.max(1, i - limit); j <= Math.min(b.length, i + limit); j += 1) {
			const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
			current[j] = Math.min(cell(previous, j) + 1, cell(current, j - 1) + 1, cell(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1), i > 1 && j > 1 && swapped ? cell(older, j - 2) + 1 : tooFar);
		}
		if (current.every((distance) => distance > limit)) return tooFar;
		older = previous;
		previous = current;
	}
	return Math.min(cell(previous, b.length), tooFar);
}
// src/policy/tag-pattern.ts
const TAG_PATTERN = /^[\w*][\w.*-]{0,127}$/;
/** Whether a text can match tags: a tag (distribution-spec, "Pulling manifests"), with `*` for any characters. */
function isTagPattern(text) {
	return TAG_PATTERN.test(text);
}
// src/policy/mirror.ts
/** Registry, `/` and repository together: what clients commonly take (distribution-spec, "Pulling manifests"). */
const LONGEST_NAME = 255;
/**
* Reads a mirror: `ghcr.io/acme/mirror`, `127.0.0.1:5002`, or `oci:DIRECTORY`. It has neither tag nor digest, and its
* registry is always written out.
* @throws Failure `target-invalid`
*/
function parseMirror(text, naming = "prefix") {
	const mirror = isLayoutText(text) ? readLayout(text, naming) : readRegistry(text, naming);
	if (mirror === void 0) throw new Failure("target-invalid", { text: excerpt(text) });
	return mirror;
}
/**
* The address under which a mirror serves a source, with the source's tag and digest. Two sources never share one:
* registry, path and separators can all be told from the address again.
* @throws Failure `address-too-long`
*/
function addressAt(mirror, source) {
	const nested = `${registryAsComponent(source.registry)}/${source.repository}`;
	const place = placeAt(mirror, mirror.naming === "flat" ? flatten(nested) : nested);
	if ((place.kind === "registry" ? formatPlace(place) : place.repository).length > LONGEST_NAME) throw new Failure("address-too-long", {
		address: formatPlace(place),
		limit: LONGEST_NAME
	});
	return {
		place,
		...source.tag !== void 0 && { tag: source.tag },
		...source.digest !== void 0 && { digest: source.digest }
	};
}
function readLayout(text, naming) {
	const { directory, name } = splitLayoutText(text);
	return directory === "" || name !== "" ? void 0 : {
		kind: "layout",
		text,
		naming,
		directory
	};
}
function readRegistry(text, naming) {
	const [host = "", ...path] = text.split("/");
	const prefix = path.join("/").toLowerCase();
	const registry = canonicalRegistry(host);
	if (!(isRegistry(host) && (path.length === 0 || isRepositoryPath(prefix))) || registry === "docker.io" && prefix === "") return void 0;
	return {
		kind: "registry",
		text,
		naming,
		registry,
		prefix
	};
}
function placeAt(mirror, name) {
	if (mirror.kind === "layout") return {
		kind: "layout",
		directory: mirror.directory,
		repository: name
	};
	const repository = mirror.prefix === "" ? name : `${mirror.prefix}/${name}`;
	return {
		kind: "registry",
		registry: mirror.registry,
		repository
	};
}
/**
* A registry's name as one path component. A port follows `_`, which no host can hold: `127.0.0.1_5001`. Colons of
* an IPv6 address become `x`, which it cannot hold, behind a mark that no host can be: `[fd00::1]:5000` is
* `ip6__fd00xx1_5000`.
*/
function registryAsComponent(registry) {
	const bracket = registry.indexOf("]");
	const address = registry.slice(1, Math.max(bracket, 1));
	const rest = registry.slice(bracket + 1).replace(":", "_");
	return bracket === -1 ? rest : `ip6__${address.replaceAll(":", "x")}${rest}`;
}
/**
* The name of a source that a directory holds under `prefix` naming, with the registry as it was:
* `127.0.0.1_5001/app` is `127.0.0.1:5001/app`.
*/
function sourceNameOf(name) {
	const [component = "", ...path] = name.split("/");
	const [, address = "", port = ""] = /^ip6__([0-9a-fx]+)(?:_(\d+))?$/.exec(component) ?? [];
	return [address === "" ? component.replace("_", ":") : `[${address.replaceAll("x", ":")}]${port && `:${port}`}`, ...path].join("/");
}
/** `/` becomes `--`; where two or more hyphens stood, one more stands now, so that `--` alone is always a `/`. */
function flatten(name) {
	return name.replace(/-{2,}/g, "-$&").replaceAll("/", "--");
}
// src/policy/wildcard.ts
/** Whether `pattern` covers all of `text`; `*` stands for any characters, or none, and every other one for itself. */
function matchesWildcard(pattern, text) {
	const [head = "", ...pieces] = pattern.split("*");
	const tail = pieces.pop();
	if (tail === void 0) return pattern === text;
	if (!text.startsWith(head) || !text.endsWith(tail)) return false;
	let at = head.length;
	for (const piece of pieces) {
		const found = text.indexOf(piece, at);
		if (found === -1) return false;
		at = found + piece.length;
	}
	return at <= text.length - tail.length;
}
// src/policy/tag-policy.ts
/** Whether a tag that is set must not be moved. */
function isProtected({ immutable, except }, tag) {
	return immutable && !except.some((pattern) => matchesWildcard(pattern, tag));
}
/** What a wildcard is replaced by to check the rest of its level: it fits into every place of the grammar. */
const PROBE = "0";
const REGISTRY_WITH_WILDCARD = /^[a-zA-Z0-9.:*-]+$/;
/**
* Reads a pattern of an allowlist: registry and repository, never a tag or a digest, with `*` for any characters
* within a level and `**` for one or more levels. Names of Docker Hub take their canonical form, so that
* `docker.io/nginx` and `docker.io/library/nginx` are one, and `docker.io/*` is the official images.
*/
function parsePattern(text) {
	if (text.includes("@")) return "digest";
	if (text.includes(":", text.lastIndexOf("/") + 1)) return "tag";
	const [first = "", ...path] = text.split("/");
	if ([first, ...path].some(hasStrayWildcard)) return "wildcard";
	const fault = registryFault(first);
	if (fault !== void 0) return fault;
	if (path.length === 0) return first === "**" ? [first] : "no-repository";
	if (!isRepositoryPath(path.join("/").replaceAll("**", PROBE).replaceAll("*", PROBE))) return "grammar";
	const registry = canonicalRegistry(first);
	return registry === "docker.io" && path.length === 1 && path[0] !== "**" ? [
		registry,
		"library",
		...path
	] : [registry, ...path];
}
function registryFault(first) {
	if (first === "*" || first === "**") return void 0;
	if (!looksLikeHost(first)) return "no-registry";
	return (first.includes("*") ? REGISTRY_WITH_WILDCARD.test(first) : isRegistry(first)) ? void 0 : "grammar";
}
/** `**` means whole levels: within a level it would be read in two ways. */
function hasStrayWildcard(level) {
	return level.includes("**") && level !== "**";
}
// src/policy/rule-index.ts
/** Arranges rules for `firstMatch`. */
function buildRuleIndex(rules) {
	const root = newState(false);
	for (const rule of rules) {
		let state = root;
		for (const level of rule.levels) state = advance(state, level);
		if (state.rule === void 0 || rule.line < state.rule.line) state.rule = rule;
	}
	return root;
}
/**
* The rule with the lowest line that covers a name. All states that a name can be in are held at once, each of
* them at most once, so that no name takes longer than the levels that it has times the rules that there are.
*/
function firstMatch(index, name) {
	let states = /* @__PURE__ */ new Set([index]);
	for (const level of name) {
		const next = /* @__PURE__ */ new Set();
		for (const state of states) addSuccessors(next, state, level);
		states = next;
	}
	let first;
	for (const { rule } of states) if (rule !== void 0 && (first === void 0 || rule.line < first.line)) first = rule;
	return first;
}
function addSuccessors(next, state, level) {
	if (state.repeats) next.add(state);
	const named = state.names.get(level);
	if (named !== void 0) next.add(named);
	for (const [pattern, following] of state.wildcards) if (following.repeats || matchesWildcard(pattern, level)) next.add(following);
}
function advance(state, level) {
	const branches = level.includes("*") ? state.wildcards : state.names;
	const known = branches.get(level);
	if (known !== void 0) return known;
	const made = newState(level === "**");
	branches.set(level, made);
	return made;
}
function newState(repeats) {
	return {
		names: /* @__PURE__ */ new Map(),
		wildcards: /* @__PURE__ */ new Map(),
		repeats
	};
}
// src/policy/allowlist.ts
/**
* Reads an allowlist: one pattern a line, `#` and what follows it a comment where it stands first or after white
* space. A line that cannot be read is a problem and allows nothing; the others hold.
*/
function parseAllowlist(text) {
	const rules = [];
	const problems = [];
	for (const [number, content] of text.split(/\r\n|\n|\r/).entries()) {
		const pattern = withoutComment(content);
		if (pattern === "") continue;
		const line = number + 1;
		const levels = parsePattern(pattern);
		if (typeof levels === "string") problems.push({
			line,
			text: pattern,
			reason: levels
		});
		else rules.push({
			pattern,
			line,
			levels
		});
	}
	return {
		rules,
		problems,
		index: buildRuleIndex(rules)
	};
}
/** Decides on an image by its registry and repository; its tag and digest play no part. */
function judge(allowlist, reference) {
	if (allowlist.rules.length === 0) return {
		allowed: false,
		reason: "empty"
	};
	const rule = firstMatch(allowlist.index, repositoryName(reference).split("/"));
	return rule === void 0 ? {
		allowed: false,
		reason: "no-rule"
	} : {
		allowed: true,
		rule
	};
}
/** A byte order mark at the start of a file counts as white space here, and goes as such. */
function withoutComment(line) {
	const comment = line.search(/(?:^|\s)#/);
	return (comment === -1 ? line : line.slice(0, comment)).trim();
}
// src/policy/nearest.ts
/** More typing faults than this in one name, and it is another name. */
const MOST_FAULTS = 2;
/** How a rule can come near to a name, nearest first; typing faults rank by their number, before these. */
const RANK = {
	otherRegistry: 3,
	sameLastName: 4,
	sameNamespace: 5
};
/**
* The rules that a refused name probably meant, best first: names with a typing fault, the same path on another
* registry, the same last name elsewhere, other names of the same namespace. Nothing, where nothing comes near.
*/
function nearestRules(allowlist, reference, most = 3) {
	const name = repositoryName(reference).split("/");
	const isKnownRegistry = allowlist.rules.some(({ levels }) => levels[0] === name[0]);
	const candidates = [];
	for (const rule of allowlist.rules) {
		const rank = rankOf(rule.levels, name, isKnownRegistry);
		if (rank !== void 0) candidates.push({
			rule,
			rank,
			...likeness(rule.levels, name)
		});
	}
	return candidates.toSorted(byNearness).slice(0, most).map(({ rule: { pattern, line } }) => ({
		pattern,
		line
	}));
}
function byNearness(a, b) {
	return a.rank - b.rank || b.sharedLevels - a.sharedLevels || b.sharedPrefix - a.sharedPrefix || a.rule.line - b.rule.line;
}
function rankOf(rule, name, isKnownRegistry) {
	const sameRegistry = rule[0] === name[0];
	if (sameRegistry || !isKnownRegistry) {
		const faults = typingFaults(rule, name);
		if (faults <= MOST_FAULTS) return faults;
	}
	if (!sameRegistry && hasName(rule.slice(1)) && typingFaults(rule.slice(1), name.slice(1)) === 0) return RANK.otherRegistry;
	if (rule.at(-1) === name.at(-1)) return RANK.sameLastName;
	return sameRegistry && sharesNamespace(rule, name) ? RANK.sameNamespace : void 0;
}
/** Letters to change until the rule covers the name; more than `MOST_FAULTS` where that many do not do. */
function typingFaults(rule, name) {
	const isOpen = rule.at(-1) === "**";
	if (isOpen ? name.length < rule.length : name.length !== rule.length) return 3;
	let faults = 0;
	for (const [at, pattern] of rule.entries()) {
		if (isOpen && at === rule.length - 1) break;
		faults += faultsInLevel(pattern, name[at] ?? "");
		if (faults > MOST_FAULTS) break;
	}
	return faults;
}
function faultsInLevel(pattern, level) {
	if (pattern.includes("*")) return matchesWildcard(pattern, level) ? 0 : 3;
	const limit = faultsAllowed(Math.min(pattern.length, level.length));
	const faults = editDistance(pattern, level, limit);
	return faults > limit ? 3 : faults;
}
/** In a short name, one letter makes another name. */
function faultsAllowed(length) {
	if (length < 4) return 0;
	return length < 8 ? 1 : MOST_FAULTS;
}
/** Whether any level is a name in full: `**` and `*` alone have nothing in common with anything. */
function hasName(levels) {
	return levels.some((level) => !level.includes("*"));
}
/** The official images of Docker Hub have nothing in common but their place. */
function sharesNamespace(rule, name) {
	return rule.length > 2 && name.length > 2 && rule[1] === name[1] && rule[1] !== "library";
}
/** Levels that are equal at the same place, and characters that are equal from the start. */
function likeness(rule, name) {
	const [a, b] = [rule.join("/"), name.join("/")];
	let sharedPrefix = 0;
	while (sharedPrefix < a.length && a[sharedPrefix] === b[sharedPrefix]) sharedPrefix += 1;
	return {
		sharedLevels: rule.filter((level, at) => level === name[at]).length,
		sharedPrefix
	};
}
export { addressAt as a, isTagPattern as c, isProtected as i, editDistance as l, judge as n, parseMirror as o, parseAllowlist as r, sourceNameOf as s, nearestRules as t };
