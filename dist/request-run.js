import { t as copyImage } from "./commands/copy-image.js";
import { t as request } from "./commands/request.js";
import { i as Failure } from "./failure.js";
import { t as connectGitHub } from "./github.js";
import { T as registryAddress, k as formatReference } from "./oci.js";
import { t as CONFIG_DEFAULTS } from "./config.js";
import { a as addressAt } from "./policy.js";
import { i as readTextFile } from "./files.js";
import { a as openPorts, i as hostsOf } from "./settings.js";
import { n as systemClock } from "./run-end.js";
import { t as VERSION } from "./version.js";
// src/app/request-run.ts
/**
* Answers one request with the real world behind it.
* @throws Failure `input-missing`, `github-error`, and those of the settings
*/
async function runRequest(origin, settings, credentials, env, { end, log }) {
	if (settings.mirrors.length === 0) throw new Failure("input-missing", {
		name: "mirrors",
		need: "mirror"
	});
	if (credentials.githubToken === "") throw new Failure("input-missing", {
		name: "token",
		need: "token"
	});
	const ports = await openPorts(settings, hostsOf(settings.mirrors), credentials, env, end, "strangers");
	try {
		return await request(optionsOf(origin, settings), {
			github: openGitHub(origin, credentials.githubToken),
			clock: systemClock,
			log,
			readAllowlist: () => readTextFile(allowlistOf(settings)),
			copyImage: requestedCopy(settings, ports)
		});
	} finally {
		await ports.registries.close();
	}
}
function allowlistOf({ allowlist = CONFIG_DEFAULTS.allowlist }) {
	return allowlist;
}
function openGitHub({ apiUrl, repository }, token) {
	return connectGitHub({
		baseUrl: apiUrl,
		token,
		repository,
		userAgent: `transship/${VERSION}`,
		clock: systemClock
	});
}
function optionsOf(origin, settings) {
	const { event, run, again = false } = origin;
	const { mirrors, requestLabel, maxImages, language, dryRun } = settings;
	return {
		event,
		run,
		again,
		mirrors,
		requestLabel,
		maxImages,
		language,
		dryRun,
		links: linksOf(origin, allowlistOf(settings))
	};
}
/**
* What a stranger asked for is proved whole, keeps to the size limit, and takes no platform away from others. Where
* the request names no platforms, those of the settings hold.
*/
function requestedCopy({ copying }, ports) {
	return async (reference, mirror, options) => {
		const task = {
			image: formatReference(reference),
			source: registryAddress(reference),
			target: addressAt(mirror, reference),
			followsTag: true
		};
		return copyImage(task, {
			...copying,
			proof: true,
			keepPlatforms: true,
			...options
		}, ports);
	};
}
function linksOf({ serverUrl, repository, run, branch, hasRunPage }, allowlistPath) {
	const page = `${serverUrl}/${repository}`;
	return {
		allowlist: {
			path: allowlistPath,
			url: `${page}/blob/${branch}/${allowlistPath}`
		},
		newRuleUrl: `${page}/edit/${branch}/${allowlistPath}`,
		...hasRunPage && { runUrl: `${page}/actions/runs/${run.id}` }
	};
}
export { runRequest as t };
