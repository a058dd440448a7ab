import "./rolldown-runtime.js";
import { a as getInput, c as setOutput, d as summary, i as error, l as setSecret, n as ExitCode, o as info, r as debug, s as notice, u as warning } from "./vendor/actions.js";
import { i as Failure, t as patternFaultText } from "./failure.js";
import { r as loadConfig, t as configuredLanguage } from "./files.js";
import { t as copy } from "./commands/copy.js";
import { a as outcomeToJson, c as outcomeLines, l as totalLine, o as failureLines, r as renderSummary, s as logText } from "./report.js";
import { t as CONFIG_DEFAULTS } from "./config.js";
import { t as isDelivered } from "./outcome.js";
import { n as EXIT, r as exitStatusOf } from "./version.js";
import { a as openPorts, n as toMirrors, s as copyOptions, t as readSettings } from "./settings.js";
import { t as runEnd } from "./run-end.js";
// src/app/action-report.ts
/** Ends the step as failed, with the failure as an annotation: at its line, where it is about one. */
function failStep(failure, language) {
	error(messageOf(failure, language), placeOf(failure));
	process.exitCode = ExitCode.Failure;
}
function messageOf(failure, language) {
	return failureLines(failure, {
		language,
		color: false
	}).join(" ");
}
function placeOf(failure) {
	if (!Failure.is(failure, "config-invalid")) return {};
	const { file, line, column } = failure.facts;
	return {
		file,
		startLine: line,
		startColumn: column
	};
}
/** Lines of an allowlist that are no rules, at their place in the file. */
function annotateAllowlist(file, problems, language) {
	for (const { line, text, reason } of problems) warning(`${logText(text)}: ${patternFaultText(reason, language)}`, {
		file,
		startLine: line
	});
}
/** Sets outputs, annotations, the job summary and the step's end from what happened. */
async function reportOutcomes(outcomes, language, { refusalFails }) {
	setOutputs(outcomes);
	for (const outcome of outcomes) annotate(outcome, language, refusalFails);
	if (outcomes.length > 0) {
		info(totalLine(outcomes, {
			language,
			color: false
		}));
		await summary.addRaw(renderSummary(outcomes, language), true).write();
	}
	if (exitStatusOf(outcomes, { refusalFails }) !== EXIT.done) process.exitCode = ExitCode.Failure;
}
/** The same for a request, of which more can be said. */
async function reportRequest(result, settings) {
	const { language, allowlist = CONFIG_DEFAULTS.allowlist } = settings;
	annotateAllowlist(allowlist, result.warnings, language);
	if (result.skipped) info(`Nothing to do: ${result.skipped}.`);
	for (const outcome of result.outcomes) outcomeLines(outcome, {
		language,
		color: false
	}).forEach((line) => info(line));
	await reportOutcomes(result.outcomes, language, { refusalFails: false });
	for (const failure of [result.fault, ...result.unsaid]) if (failure) failStep(failure, language);
}
function setOutputs(outcomes) {
	const delivered = outcomes.filter(isDelivered);
	const count = (status) => outcomes.filter((outcome) => outcome.status === status).length;
	setOutput("addresses", delivered.map(({ address }) => address).join("\n"));
	setOutput("digests", Object.fromEntries(delivered.map(({ address, digest }) => [address, digest])));
	setOutput("outcomes", outcomes.map(outcomeToJson));
	setOutput("copied", delivered.length);
	setOutput("refused", count("refused"));
	setOutput("failed", count("failed"));
	setOutput("left", count("left"));
}
function annotate(outcome, language, refusalFails) {
	if (!("failure" in outcome)) return;
	const message = messageOf(outcome.failure, language);
	const properties = { title: logText(outcome.image) };
	if (outcome.status === "refused" && !refusalFails) notice(message, properties);
	else error(message, properties);
}
// src/app/run-action.ts
/** GitHub ends a job after six hours; whoever waits has to be answered before. Milliseconds. */
const DEADLINE = 198e5;
/** One step of a workflow: inputs in, outputs, annotations and a summary out. */
async function runAction() {
	const command = getInput("command") || "request";
	const given = readSettings((name) => getInput(name), await loadConfig(getInput("config")));
	const settings = {
		deadline: DEADLINE,
		...given
	};
	const credentials = {
		username: getInput("username"),
		password: getInput("password"),
		githubToken: getInput("token"),
		githubActor: process.env.GITHUB_ACTOR ?? ""
	};
	for (const secret of [credentials.password, credentials.githubToken]) if (secret) setSecret(secret);
	switch (command) {
		case "request": return (await import("./action-request.js")).answerRequest(settings, credentials);
		case "copy": return copyImages(settings, credentials);
		default: throw new Failure("input-invalid", {
			name: "command",
			value: command,
			expected: "request | copy"
		});
	}
}
async function copyImages(settings, credentials) {
	const { images, to, hosts } = toMirrors(settings.images, settings.mirrors, "mirrors");
	const options = await copyOptions(settings);
	if (options.allowlist) annotateAllowlist(options.allowlist.path, options.allowlist.allowlist.problems, settings.language);
	const ports = await openPorts(settings, hosts, credentials, process.env, runEnd(settings.deadline));
	const style = {
		language: settings.language,
		color: false
	};
	try {
		await reportOutcomes(await copy({
			...options,
			images,
			to
		}, {
			...ports,
			onOutcome: (outcome) => outcomeLines(outcome, style).forEach((line) => info(line))
		}), settings.language, { refusalFails: true });
	} finally {
		await ports.registries.close();
	}
}
// src/app/action.ts
/** The step's end; whoever loads the bundle may wait for it. */
const done = runAction().catch(async (error) => {
	const failure = Failure.from(error);
	failStep(failure, (getInput("language") || await configuredLanguage(getInput("config"))) === "zh-CN" ? "zh-CN" : "en");
	if (failure.code === "internal" && failure.cause instanceof Error) debug(failure.cause.stack ?? "");
});
export { done, reportRequest as t };
