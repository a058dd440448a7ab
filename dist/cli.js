#!/usr/bin/env node
import "./rolldown-runtime.js";
import { i as Failure, r as errorCode } from "./failure.js";
import { i as failureToJson, o as failureLines } from "./report.js";
import { n as EXIT, t as VERSION } from "./version.js";
import { parseArgs } from "node:util";
// src/app/cli-output.ts
/** Failures that the one who typed the command can mend by typing another. */
const USAGE_FAULTS = /* @__PURE__ */ new Set([
	"input-invalid",
	"input-missing",
	"input-conflict",
	"usage-invalid",
	"config-invalid",
	"file-unreadable",
	"credentials-ambiguous",
	"target-invalid",
	"platform-invalid",
	"reference-invalid",
	"images-none"
]);
/** How lines look here: colours where a person reads them and has not asked for none (no-color.org). */
function lineStyle(language, stream) {
	return {
		language,
		color: stream.isTTY && !process.env.NO_COLOR
	};
}
/** What ended the whole program. With `json`, standard output holds nothing but JSON, also now. */
function printFailure(failure, json, language = "en") {
	if (json) process.stdout.write(`${JSON.stringify({ error: failureToJson(failure) }, void 0, 2)}\n`);
	else process.stderr.write(`${failureLines(failure, {
		language,
		color: false
	}).join("\n")}\n`);
}
// src/app/closed-output.ts
/**
* Keeps a lost output from ending the work: whoever reads it may leave early (`| head -1`), and a server outlives
* the reader of its log. What cannot be written for another reason, as on a full disk, fails the run at its end.
*/
function outliveOutput() {
	for (const stream of [process.stdout, process.stderr]) stream.on("error", () => void 0);
	process.stdout.once("error", (error) => {
		const code = errorCode(error);
		if (code === "EPIPE") return;
		process.once("exit", () => process.exitCode ||= 1);
		printFailure(code === "ENOSPC" ? new Failure("disk-full", { path: "standard output" }) : Failure.from(error), false);
	});
}
// src/app/command-specs.ts
const COMMON = [
	{
		name: "config",
		value: "FILE",
		help: "configuration file (default: .github/transship.yml, if there)"
	},
	{
		name: "language",
		value: "en|zh-CN",
		help: "language of messages (default: en)"
	},
	{
		name: "json",
		help: "print JSON"
	},
	{
		name: "help",
		help: "show this help"
	}
];
const COPYING = [
	{
		name: "naming",
		value: "prefix|flat",
		help: "how mirrors name what they serve (default: prefix)"
	},
	{
		name: "allowlist",
		value: "FILE",
		help: "copy only what this list allows"
	},
	...[
		{
			name: "platforms",
			value: "LIST",
			help: "only these, as in linux/amd64,linux/arm64 (default: all)",
			repeats: true
		},
		{
			name: "sparse",
			help: "with --platforms: keep the index and its digest, leave the others out"
		},
		{
			name: "drop-attestations",
			help: "leave attestations out of indexes; changes the digest"
		},
		{
			name: "docker-media-types",
			help: "write manifests in Docker's media types, without attestations; changes the digest"
		},
		{
			name: "referrers",
			value: "auto|always|none",
			help: "signatures and the like: with what is copied, also where the tag is up to date, or not at all (default: auto)"
		},
		{
			name: "foreign-layers",
			help: "copy layers that may not be redistributed, too"
		},
		{
			name: "tags",
			value: "mutable|immutable",
			help: "whether tags of a mirror may be moved (default: mutable)"
		},
		{
			name: "mutable-tags",
			value: "LIST",
			help: "with --tags immutable: tags that may be moved all the same, as in latest,'*-nightly'",
			repeats: true
		},
		{
			name: "backup-tags",
			help: "keep what a moved tag led to under a dated tag"
		}
	],
	{
		name: "endpoints",
		value: "NAME=HOST",
		help: "read a registry from elsewhere, as in docker.io=proxy:5000",
		repeats: true
	},
	{
		name: "insecure-registries",
		value: "HOST",
		help: "speak plain http to this host",
		repeats: true
	},
	{
		name: "max-size",
		value: "SIZE",
		help: "largest image to copy (default: 20GiB)"
	},
	{
		name: "concurrency",
		value: "N",
		help: "blobs that move at once to a mirror (default: 4)"
	},
	{
		name: "pull-reserve",
		value: "N",
		help: "stop when no more of a registry's pulls are left (default: 0)"
	},
	{
		name: "deadline",
		value: "TIME",
		help: "time for all of it, as in 45m or 5h30m: the rest is left (default: none)"
	},
	{
		name: "dry-run",
		help: "print what would be copied, and copy nothing"
	}
];
/** All commands, in the order in which the help lists them. */
const COMMANDS = [
	{
		name: "copy",
		usage: "SOURCE... --to MIRROR... | SOURCE TARGET",
		help: "Copy images with all their platforms, digests unchanged, from registry to registry or to a directory (oci:DIR).",
		flags: [
			{
				name: "to",
				value: "MIRROR",
				help: "a registry with a prefix (ghcr.io/acme/mirror), or oci:DIR",
				repeats: true
			},
			...COPYING,
			{
				name: "force",
				help: "move tags that are immutable"
			},
			{
				name: "verify",
				help: "read everything back afterwards, not only the tag"
			},
			...COMMON
		]
	},
	{
		name: "request",
		usage: "--repository OWNER/NAME --issue NUMBER --mirrors MIRROR...",
		help: "Answer a mirror request that was opened as a GitHub issue. Needs GITHUB_TOKEN.",
		flags: [
			{
				name: "repository",
				value: "OWNER/NAME",
				help: "the repository of the issue (default: GITHUB_REPOSITORY)"
			},
			{
				name: "issue",
				value: "NUMBER",
				help: "the issue"
			},
			{
				name: "mirrors",
				value: "MIRROR",
				help: "where to copy to",
				repeats: true
			},
			...COPYING,
			...COMMON
		]
	},
	{
		name: "serve",
		usage: "DIR",
		help: "Serve a directory as an OCI registry on this machine: pull, push, tags. It has no logins.",
		flags: [
			{
				name: "port",
				value: "N",
				help: "port (default: 5000; 0 for any that is free)"
			},
			{
				name: "host",
				value: "ADDRESS",
				help: "address to listen on (default: 127.0.0.1)"
			},
			{
				name: "read-only",
				help: "refuse pushes"
			},
			...COMMON
		]
	}
];
// src/app/flags.ts
/**
* Reads what was typed behind a command's name.
* @throws Failure `usage-invalid` for an unknown flag or a missing value
*/
function parseFlags(spec, args) {
	const { values, positionals } = parse(spec, args, Object.fromEntries(spec.flags.map(({ name, value, repeats = false }) => [name, value === void 0 ? { type: "boolean" } : {
		type: "string",
		multiple: repeats
	}])));
	return {
		positionals,
		value: (name) => {
			const value = values[name];
			return Array.isArray(value) ? value.join("\n") : String(value ?? "");
		},
		isOn: (name) => values[name] === true
	};
}
function parse(spec, args, options) {
	try {
		return parseArgs({
			args: [...args],
			options,
			allowPositionals: true,
			strict: true
		});
	} catch (error) {
		const detail = error instanceof Error ? error.message.split(/\.?\n|\. /, 1)[0] : "";
		throw new Failure("usage-invalid", {
			command: spec.name,
			detail: detail ?? ""
		}, { cause: error });
	}
}
/** The help for all commands. */
function programHelp(version) {
	const width = Math.max(...COMMANDS.map(({ name }) => name.length));
	const lines = COMMANDS.map(({ name, help }) => `  ${name.padEnd(width)}  ${help}`);
	return [
		`transship ${version}: mirror container images, digests unchanged.`,
		"",
		"Usage: transship COMMAND [ARGUMENTS]",
		"",
		...lines,
		"",
		"transship COMMAND --help says more. Exit status: 0 done, 1 something failed, 2 wrong use, 3 something was left.",
		""
	].join("\n");
}
/** The help for one command. */
function commandHelp({ name, usage, help, flags }) {
	const left = flags.map((flag) => `  --${flag.name}${flag.value === void 0 ? "" : ` ${flag.value}`}`);
	const width = Math.max(...left.map((text) => text.length));
	const lines = flags.map((flag, index) => `${(left[index] ?? "").padEnd(width)}  ${flag.help}`);
	return [
		`Usage: transship ${name} ${usage}`,
		"",
		help,
		"",
		...lines,
		""
	].join("\n");
}
// src/app/cli.ts
/** Runs one command line and gives its exit status. What a command needs is loaded with it, so that a start is quick. */
async function main([name = "help", ...args]) {
	if (name === "--version" || name === "version") return print(`${VERSION}\n`);
	if (name === "help" && args[0] !== void 0) return main([args[0], "--help"]);
	if (name === "--help" || name === "help" || name === "-h") return print(programHelp(VERSION));
	const spec = COMMANDS.find((command) => command.name === name);
	if (spec === void 0) {
		const expected = COMMANDS.map((command) => command.name).join(" | ");
		throw new Failure("input-invalid", {
			name: "command",
			value: name,
			expected
		});
	}
	const flags = parseFlags(spec, args);
	if (flags.isOn("help")) return print(commandHelp(spec));
	return (await loadCommand(spec.name))(flags);
}
async function loadCommand(name) {
	switch (name) {
		case "copy": return (await import("./cli-copy.js")).runCopy;
		case "request": return (await import("./cli-request.js")).runRequest;
		default: return (await import("./cli-serve.js")).runServe;
	}
}
function print(text) {
	process.stdout.write(text);
	return EXIT.done;
}
/** The language that was asked for, as far as arguments tell that may themselves be what is wrong. */
async function languageOf(args) {
	const words = args.flatMap((word) => word.split("="));
	const after = (flag) => words.includes(flag) ? words[words.indexOf(flag) + 1] ?? "" : void 0;
	const given = after("--language");
	if (given !== void 0) return given === "zh-CN" ? "zh-CN" : "en";
	const { configuredLanguage } = await import("./files.js").then((n) => n.n);
	return configuredLanguage(after("--config") ?? "");
}
/** Sets the exit status, and says what ended the program where something did. */
async function run(args) {
	outliveOutput();
	try {
		process.exitCode = await main(args);
	} catch (error) {
		const failure = Failure.from(error);
		printFailure(failure, args.includes("--json"), await languageOf(args));
		process.exitCode = USAGE_FAULTS.has(failure.code) ? EXIT.wrongUse : EXIT.failed;
	}
}
/** The program's end; tests and wrappers may wait for it. */
const done = run(process.argv.slice(2));
export { done, printFailure as n, lineStyle as t };
