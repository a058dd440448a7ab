import "./rolldown-runtime.js";
import { i as Failure } from "./failure.js";
import { a as outcomeToJson, c as outcomeLines } from "./report.js";
import { givenBy } from "./cli-copy.js";
import { n as printFailure, t as lineStyle } from "./cli.js";
import { o as environmentCredentials, t as readSettings } from "./settings.js";
import { n as EXIT, r as exitStatusOf } from "./version.js";
import { r as loadConfig } from "./files.js";
import { t as runRequest$1 } from "./request-run.js";
import { n as systemClock, t as runEnd } from "./run-end.js";
// src/app/cli-request.ts
/** `transship request`: answers an issue as the Action does, whatever happened to it before. */
async function runRequest(flags) {
	const { env } = process;
	const settings = readSettings(givenBy(flags), await loadConfig(flags.value("config")));
	const repository = flags.value("repository") || (env.GITHUB_REPOSITORY ?? "");
	if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new Failure("input-missing", {
		name: "--repository",
		need: "repository"
	});
	const issue = flags.value("issue");
	if (!/^[1-9]\d*$/.test(issue)) throw new Failure("input-missing", {
		name: "--issue",
		need: "issue"
	});
	const result = await runRequest$1({
		event: {
			name: "issues",
			payload: payloadFor(Number(issue), repository)
		},
		repository,
		serverUrl: env.GITHUB_SERVER_URL ?? "https://github.com",
		apiUrl: env.GITHUB_API_URL ?? "https://api.github.com",
		again: true,
		run: {
			id: Number(env.GITHUB_RUN_ID ?? systemClock.now()),
			attempt: 1
		},
		branch: "main",
		hasRunPage: env.GITHUB_RUN_ID !== void 0
	}, settings, {
		...environmentCredentials(env),
		githubToken: env.GITHUB_TOKEN ?? "",
		githubActor: env.GITHUB_ACTOR ?? ""
	}, env, {
		end: runEnd(settings.deadline),
		log: (line) => process.stderr.write(`${line}\n`)
	});
	if (result.skipped === "gone") throw new Failure("input-invalid", {
		name: "--issue",
		value: issue,
		expected: `an issue of ${repository}`
	});
	if (result.skipped) process.stderr.write(`Nothing to do: ${result.skipped}.\n`);
	const style = lineStyle(settings.language, process.stdout);
	const failures = [result.fault, ...result.unsaid].filter((failure) => failure !== void 0);
	if (flags.isOn("json")) process.stdout.write(`${JSON.stringify(result.outcomes.map(outcomeToJson), void 0, 2)}\n`);
	else for (const outcome of result.outcomes) process.stdout.write(`${outcomeLines(outcome, style).join("\n")}\n`);
	for (const failure of failures) printFailure(failure, false, settings.language);
	return failures.length > 0 ? EXIT.failed : exitStatusOf(result.outcomes, { refusalFails: false });
}
/** What GitHub would send of the issue. */
function payloadFor(number, repository) {
	return {
		action: "reopened",
		issue: { number },
		sender: { login: "command-line" },
		repository: { full_name: repository }
	};
}
export { runRequest };
