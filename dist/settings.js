import { i as Failure, r as errorCode } from "./failure.js";
import { A as isRegistry, K as parseJsonObject, O as canonicalRegistry, U as parsePlatform, w as parseAddress } from "./oci.js";
import { a as parseByteSize, i as parseDuration, r as isEndpoint, t as CONFIG_DEFAULTS } from "./config.js";
import { c as isTagPattern, o as parseMirror, r as parseAllowlist } from "./policy.js";
import { i as readTextFile } from "./files.js";
import { i as createSchedules, n as createHoldings, t as createSourceShare } from "./mirror.js";
import { t as VERSION } from "./version.js";
import { a as parseDockerConfig, i as dockerCredentials, n as createRegistries, o as LayoutStore } from "./registry.js";
import { n as systemClock, r as systemProcesses } from "./run-end.js";
import { lstat, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { homedir, tmpdir } from "node:os";
// src/app/allowlist-file.ts
/** An allowlist; one that is not there has no rules, and so allows nothing. */
async function loadAllowlist(path) {
	return {
		path,
		allowlist: parseAllowlist(await readTextFile(path) ?? "")
	};
}
// src/app/copy-options.ts
/**
* What the settings say of any copy.
* @throws Failure `input-missing` where there is nothing to make an index sparse by
*/
async function copyOptions(settings) {
	const { allowlist, copying, force, dryRun } = settings;
	if (copying.sparse && copying.platforms === void 0) throw new Failure("input-missing", {
		name: "platforms",
		need: "platforms"
	});
	return {
		...copying,
		force,
		dryRun,
		...allowlist !== void 0 && { allowlist: await loadAllowlist(allowlist) }
	};
}
// src/app/credentials.ts
/** What the command line is given by its environment, since arguments can be read by others; no token. */
function environmentCredentials({ TRANSSHIP_USERNAME, TRANSSHIP_PASSWORD }) {
	return {
		username: TRANSSHIP_USERNAME ?? "",
		password: TRANSSHIP_PASSWORD ?? "",
		githubToken: "",
		githubActor: ""
	};
}
const GHCR = "ghcr.io";
/** What is known from logins before this run: Docker's configuration, and podman's. The signal ends their helpers. */
async function loadDockerCredentials(env, signal) {
	const loaded = await Promise.all(configPaths(env).map(loadDockerConfig));
	return dockerCredentials(loaded.filter((config) => config !== void 0), (name, host) => runHelper(name, host, signal));
}
/**
* Credentials for the mirrors on `hosts`: those given by name, then those of earlier logins, then for GHCR the workflow's token.
* @throws Failure `credentials-ambiguous` where one pair would go to several registries
*/
function mirrorCredentials(given, hosts, earlier) {
	const { username, password, githubToken, githubActor } = given;
	const isGiven = username !== "" && password !== "";
	if (isGiven && hosts.length > 1) throw new Failure("credentials-ambiguous", { hosts: hosts.join(", ") });
	const byName = isGiven ? {
		kind: "basic",
		username,
		password
	} : void 0;
	const token = githubToken === "" ? void 0 : {
		kind: "basic",
		username: githubActor || "x-access-token",
		password: githubToken
	};
	return async (host) => {
		if (byName && hosts.includes(host)) return byName;
		return await earlier(host) ?? (host === GHCR ? token : void 0);
	};
}
function configPaths(env) {
	return [
		env.REGISTRY_AUTH_FILE,
		join(env.DOCKER_CONFIG || join(homedir(), ".docker"), "config.json"),
		env.XDG_RUNTIME_DIR && join(env.XDG_RUNTIME_DIR, "containers", "auth.json")
	].filter((path) => path !== void 0 && path !== "");
}
async function loadDockerConfig(path) {
	let bytes;
	try {
		bytes = await readFile(path);
	} catch {
		return;
	}
	return parseDockerConfig(bytes, path);
}
/** What helpers say when they merely have nothing for a host. */
const NOTHING = /credentials not found|no credentials/i;
const HELPER_NAME = /^[\w.-]+$/;
/** Milliseconds; long enough for a person to unlock a store. */
const HELPER_TIME = 12e4;
/** The protocol of docker-credential-helpers: the host goes in, JSON comes out. Nothing is given as an argument. */
async function runHelper(name, host, signal) {
	const fail = (cause) => new Failure("credentials-unusable", {
		host,
		reason: "helper"
	}, { cause });
	if (!HELPER_NAME.test(name)) throw fail();
	const end = AbortSignal.any([signal, AbortSignal.timeout(HELPER_TIME)]);
	const { code, output } = await run(`docker-credential-${name}`, ["get"], host, end).catch((error) => {
		signal.throwIfAborted();
		throw fail(error);
	});
	if (code !== 0) {
		if (NOTHING.test(output)) return void 0;
		throw fail();
	}
	const { Username, Secret } = parseJsonObject(Buffer.from(output)) ?? {};
	if (typeof Username !== "string" || typeof Secret !== "string") throw fail();
	return {
		Username,
		Secret
	};
}
function run(program, args, input, signal) {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, {
			stdio: [
				"pipe",
				"pipe",
				"ignore"
			],
			signal,
			killSignal: "SIGKILL"
		});
		const chunks = [];
		child.stdout.on("data", (chunk) => chunks.push(chunk));
		child.on("error", (error) => {
			child.stdout.destroy();
			reject(error);
		});
		child.on("close", (code) => resolve({
			code,
			output: Buffer.concat(chunks).toString("utf8")
		}));
		child.stdin.on("error", () => void 0);
		child.stdin.end(`${input}\n`);
	});
}
// src/app/spool.ts
/** `transship~HOST~PID~UNIQUE`: whoever finds it can tell whether its run is still there. */
const SPOOL_NAME = /^transship~(?<host>.*)~(?<pid>\d+)~\w+$/;
/**
* Room on disk for blobs that go to several mirrors: where a runner says that temporary files belong, else the
* system's. What runs that were killed have left there is removed.
* @throws Failure `directory-unwritable`
*/
async function openSpool(env, ports) {
	const room = env.RUNNER_TEMP || tmpdir();
	const { host, pid } = ports.processes;
	const directory = await mkdtemp(join(room, `transship~${host}~${pid}~`)).catch((cause) => {
		throw new Failure("directory-unwritable", {
			path: room,
			reason: errorCode(cause) ?? ""
		}, { cause });
	});
	await removeAbandoned(room, directory, ports.processes).catch(() => void 0);
	return {
		repository: (await LayoutStore.open(directory, ports)).repository("spool"),
		remove: () => rm(directory, {
			recursive: true,
			force: true
		})
	};
}
/** Others may have directories there too: only what belongs to the owner of `mine` is looked into. */
async function removeAbandoned(room, mine, processes) {
	const { uid } = await lstat(mine);
	for (const name of await readdir(room)) {
		const found = SPOOL_NAME.exec(name)?.groups;
		if (found?.host !== processes.host || processes.isRunning(Number(found.pid))) continue;
		const path = join(room, name);
		const entry = await lstat(path).catch(() => void 0);
		if (entry?.isDirectory() && entry.uid === uid) await rm(path, {
			recursive: true,
			force: true
		});
	}
}
// src/app/run-ports.ts
/** The registries that mirrors are on, each once. */
function hostsOf(mirrors) {
	return [...new Set(mirrors.flatMap((mirror) => mirror.kind === "registry" ? [mirror.registry] : []))];
}
/**
* What copies need of the world, made from the settings of one run.
* @param sourcesFrom who named the images to read: only the operator may name registries inside this network
*/
async function openPorts(settings, mirrorHosts, given, env, end, sourcesFrom = "operator") {
	const { signal, until } = end;
	const earlier = await loadDockerCredentials(env, signal);
	const processes = systemProcesses();
	const registries = createRegistries({
		...settings.registries,
		operatorRegistries: sourcesFrom === "operator" ? "all" : mirrorHosts,
		sourceCredentials: earlier,
		mirrorCredentials: mirrorCredentials(given, mirrorHosts, earlier),
		clock: systemClock,
		processes,
		userAgent: `transship/${VERSION}`,
		concurrency: settings.concurrency,
		signal,
		...until !== void 0 && { until }
	});
	const sources = createSourceShare({
		locate: (address) => registries.locate(address),
		openSpool: () => openSpool(env, {
			processes,
			clock: systemClock
		})
	});
	const schedules = createSchedules(settings.concurrency);
	return {
		registries,
		clock: systemClock,
		schedules,
		holdings: createHoldings(),
		sources,
		end: signal
	};
}
// src/app/copy-target.ts
/**
* Images and the mirrors that they go to.
* @param name of the input that says the mirrors, for the message
* @throws Failure `images-none`, `input-missing`
*/
function toMirrors(images, mirrors, name) {
	if (images.length === 0) throw new Failure("images-none", {});
	if (mirrors.length === 0) throw new Failure("input-missing", {
		name,
		need: "mirror"
	});
	return {
		images,
		to: mirrors,
		hosts: hostsOf(mirrors)
	};
}
/**
* One image and its full target. A directory without a name takes the image under its own, as a mirror does.
* @throws Failure `reference-invalid`, `target-invalid`
*/
function toTarget(image, target) {
	const to = parseAddress(target);
	if (to.place.repository === "") return toMirrors([image], [parseMirror(target)], target);
	return {
		images: [image],
		to,
		hosts: to.place.kind === "registry" ? [to.place.registry] : []
	};
}
// src/app/given.ts
/** Items of a list: one a line, or with commas or white space between them; `#` begins a comment at a line's start. */
function listOf(text) {
	return text.split(/\r?\n/).filter((line) => !line.trimStart().startsWith("#")).flatMap((line) => line.split(/[\s,]+/)).filter((item) => item !== "");
}
/** The first list unless it is empty. */
function orElse(items, others) {
	return items.length > 0 ? items : others ?? [];
}
/** One of several words. @throws Failure `input-invalid` */
function readChoice(given, name, choices) {
	return readValue(given, name, choices.join(" | "), (value) => choices.find((choice) => choice === value));
}
/** `true` or `false`. @throws Failure `input-invalid` */
function readSwitch(given, name) {
	const choice = readChoice(given, name, ["true", "false"]);
	return choice === void 0 ? void 0 : choice === "true";
}
/** Bytes. @throws Failure `input-invalid` */
function readSize(given, name) {
	return readValue(given, name, "BYTES | 500MB | 20GiB", parseByteSize);
}
/** Milliseconds. @throws Failure `input-invalid` */
function readDuration(given, name) {
	return readValue(given, name, "90s | 45m | 5h30m", parseDuration);
}
/** A whole number within bounds. @throws Failure `input-invalid` */
function readCount(given, name, { least, most }) {
	return readValue(given, name, `${least}-${most}`, (value) => {
		const count = Number(value);
		return /^\d+$/.test(value) && count >= least && count <= most ? count : void 0;
	});
}
function readValue(given, name, expected, read) {
	const text = given(name);
	if (text === "") return void 0;
	const value = read(text);
	if (value === void 0) throw new Failure("input-invalid", {
		name,
		value: text,
		expected
	});
	return value;
}
// src/app/image-settings.ts
/**
* Joins what was given with what the configuration file says; what was given wins.
* @throws Failure `input-invalid`, `input-missing`, `input-conflict`, `platform-invalid`
*/
function readImageSettings(given, config) {
	const settings = joinImageSettings(given, config);
	requireOneForm(settings);
	return settings;
}
function joinImageSettings(given, config) {
	const platforms = orElse(listOf(given("platforms")).map(parsePlatform), config.platforms);
	const isOn = (name, configured = false) => readSwitch(given, name) ?? configured;
	return {
		...platforms.length > 0 && { platforms },
		sparse: isOn("sparse", config.sparse),
		dropAttestations: isOn("drop-attestations", config.dropAttestations),
		dockerMediaTypes: isOn("docker-media-types", config.dockerMediaTypes),
		referrers: readChoice(given, "referrers", [
			"auto",
			"always",
			"none"
		]) ?? config.referrers ?? CONFIG_DEFAULTS.referrers,
		foreignLayers: isOn("foreign-layers", config.foreignLayers),
		tags: readTagPolicy(given, config),
		backupTags: isOn("backup-tags", config.backupTags),
		limits: treeLimits(config),
		maxSize: readSize(given, "max-size") ?? config.maxSize ?? CONFIG_DEFAULTS.maxSize
	};
}
/** An index cannot both stay as it is and be written anew. */
function requireOneForm({ sparse, dropAttestations, dockerMediaTypes }) {
	if (!sparse || !(dropAttestations || dockerMediaTypes)) return;
	throw new Failure("input-conflict", {
		name: "sparse",
		other: dropAttestations ? "drop-attestations" : "docker-media-types",
		reason: "digest"
	});
}
function readTagPolicy(given, config) {
	const rule = readChoice(given, "tags", ["mutable", "immutable"]) ?? config.tags;
	const patterns = listOf(given("mutable-tags"));
	const stray = patterns.find((pattern) => !isTagPattern(pattern));
	if (stray !== void 0) throw new Failure("input-invalid", {
		name: "mutable-tags",
		value: stray,
		expected: "latest | *-nightly"
	});
	const except = orElse(patterns, config.mutableTags);
	if (rule === void 0 && except.length > 0) throw new Failure("input-missing", {
		name: "tags",
		need: "immutable"
	});
	return {
		immutable: (rule ?? CONFIG_DEFAULTS.tags) === "immutable",
		except
	};
}
function treeLimits({ limits: { manifests, depth, parts } = {} }) {
	return {
		...manifests !== void 0 && { manifests },
		...depth !== void 0 && { depth },
		...parts !== void 0 && { parts }
	};
}
// src/app/registry-settings.ts
/** No registry allows as many pulls. */
const MOST_PULLS = 1e6;
/**
* Joins what was given with what the configuration file says; what was given wins.
* @throws Failure `input-invalid`
*/
function readRegistrySettings(given, config) {
	const { manifest, stall, rate } = config.limits ?? {};
	return {
		endpoints: {
			...config.endpoints,
			...readEndpoints(given("endpoints"))
		},
		insecure: orElse(readHosts(given("insecure-registries")), config.insecureRegistries),
		pullReserve: readCount(given, "pull-reserve", {
			least: 0,
			most: MOST_PULLS
		}) ?? config.pullReserve ?? CONFIG_DEFAULTS.pullReserve,
		...manifest !== void 0 && { largestManifest: manifest },
		...stall !== void 0 && { patience: stall },
		...rate !== void 0 && { leastRate: rate }
	};
}
function readHosts(text) {
	const hosts = listOf(text);
	const stray = hosts.find((host) => !isRegistry(host));
	if (stray === void 0) return hosts.map(canonicalRegistry);
	throw new Failure("input-invalid", {
		name: "insecure-registries",
		value: stray,
		expected: "host[:port]"
	});
}
function readEndpoints(text) {
	const pairs = listOf(text).map((item) => {
		const equals = item.indexOf("=");
		const [registry, endpoint] = [item.slice(0, Math.max(equals, 0)), item.slice(equals + 1)];
		if (!isRegistry(registry) || !isEndpoint(endpoint)) throw new Failure("input-invalid", {
			name: "endpoints",
			value: item,
			expected: "registry=host[:port][/prefix]"
		});
		return [canonicalRegistry(registry), endpoint];
	});
	return Object.fromEntries(pairs);
}
// src/app/settings.ts
/** More would only wait for one another. */
const MOST_AT_ONCE = 64;
/**
* Joins what was given with what the configuration file says; what was given wins.
* @throws Failure `input-invalid`, `input-missing`, `input-conflict`, `target-invalid`, `platform-invalid`
*/
function readSettings(given, config) {
	const allowlist = given("allowlist") || config.allowlist;
	const deadline = readDuration(given, "deadline") ?? config.deadline;
	return {
		images: orElse(listOf(given("images")), config.images),
		mirrors: readMirrors(given, config),
		...allowlist !== void 0 && { allowlist },
		copying: readImageSettings(given, config),
		registries: readRegistrySettings(given, config),
		language: readChoice(given, "language", ["en", "zh-CN"]) ?? config.language ?? CONFIG_DEFAULTS.language,
		maxImages: config.maxImages ?? CONFIG_DEFAULTS.maxImages,
		requestLabel: config.requestLabel ?? CONFIG_DEFAULTS.requestLabel,
		concurrency: readConcurrency(given) ?? config.concurrency ?? CONFIG_DEFAULTS.concurrency,
		force: readSwitch(given, "force") ?? false,
		...deadline !== void 0 && { deadline },
		dryRun: readSwitch(given, "dry-run") ?? false
	};
}
function readMirrors(given, config) {
	const naming = readChoice(given, "naming", ["prefix", "flat"]);
	const texts = listOf(given("mirrors"));
	if (texts.length > 0) return texts.map((text) => parseMirror(text, naming));
	return (config.mirrors ?? []).map((mirror) => parseMirror(mirror.address, naming ?? mirror.naming));
}
function readConcurrency(given) {
	return readCount(given, "concurrency", {
		least: 1,
		most: MOST_AT_ONCE
	});
}
export { openPorts as a, hostsOf as i, toMirrors as n, environmentCredentials as o, toTarget as r, copyOptions as s, readSettings as t };
