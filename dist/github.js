import { c as excerpt, i as Failure } from "./failure.js";
import { I as repositoryName, P as parseReference, U as parsePlatform, V as formatPlatform, k as formatReference } from "./oci.js";
import { a as int, b as _regex, c as object, h as unknown, l as optional, o as literal, p as string, s as number, t as _enum, y as _positive } from "./vendor/zod.js";
import { n as RequestError, t as Octokit } from "./vendor/octokit.js";
import { createHash } from "node:crypto";
// src/github/api.ts
/**
* Whether two logins are one account. GitHub writes an app's login as `name[bot]` in most places and as `name` in
* some; a person's account can never end in `[bot]`, so that nobody passes for an app.
* @param viewer who the token belongs to
* @param author as the REST API names the author of something
*/
function isSameLogin(viewer, author) {
	const [own, other] = [viewer.toLowerCase(), author.toLowerCase()];
	return own === other || `${own}[bot]` === other;
}
// src/github/decide.ts
/** A holder of whom GitHub says nothing counts as dead when its comment has not moved for so long. */
const SILENCE = 9e5;
/** Decides whether a run has to work on an issue. Pure: everything that it looks at is in the situation. */
function decide(situation) {
	const { action, again, issue, run, comment, fingerprint } = situation;
	if (comment === void 0) return issue.state === "closed" && !again ? {
		do: "stop",
		reason: "closed"
	} : { do: "create" };
	const { state } = comment;
	const take = {
		do: "take",
		comment
	};
	if (state === void 0) return take;
	if (state.phase === "working") return isHeld(situation, comment, state) ? {
		do: "stop",
		reason: "held"
	} : take;
	if (state.fingerprint !== fingerprint) return take;
	const isReopened = action === "reopened" && issue.state === "open";
	const isRunAgain = run.attempt > 1 && !isSameRun(state.run, run) && state.result !== "done";
	return again || isReopened || isRunAgain ? take : {
		do: "stop",
		reason: "answered"
	};
}
/** Whether two stand for one attempt of one run. */
function isSameRun(one, other) {
	return one.id === other.id && one.attempt === other.attempt;
}
function isHeld({ run, holder, now }, comment, state) {
	if (state.run.id === run.id) return state.run.attempt >= run.attempt;
	if (holder !== void 0) return holder === "active";
	return now - comment.updatedAt < SILENCE;
}
// src/github/state.ts
const VERSION = 1;
const OPENING = "<!-- transship ";
const CLOSING = " -->";
const markerSchema = object({
	version: literal(VERSION),
	fingerprint: string(),
	phase: _enum(["working", "finished"]),
	result: optional(_enum([
		"done",
		"refused",
		"failed"
	])),
	run: object({
		id: number(),
		attempt: number()
	}),
	at: number()
});
/** A comment's text with the state at its end, where no reader sees it. */
function withState(text, state) {
	const json = JSON.stringify({
		version: VERSION,
		...state
	});
	return `${text.trimEnd()}\n\n${OPENING}${escapeMarkup(json)}${CLOSING}\n`;
}
/** Whether a comment ends with a state, be it one that only another version can read. */
function hasState(body) {
	return markerOf(body) !== void 0;
}
/** The state at a comment's end; undefined where there is none that this version can read. */
function readState(body) {
	const { data } = markerSchema.safeParse(parseJson(markerOf(body) ?? ""));
	if (data === void 0) return void 0;
	const { version: _, ...state } = data;
	return state;
}
function markerOf(body) {
	const text = body.trimEnd();
	const start = text.lastIndexOf(OPENING);
	if (start === -1 || !text.endsWith(CLOSING)) return void 0;
	return text.slice(start + 15, -4);
}
/** Within JSON these can only stand in strings, so that no string can end the comment around it. */
function escapeMarkup(json) {
	return json.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("--", "\\u002d\\u002d");
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
// src/github/claim.ts
/** Longer than any other run needs from reading a comment to writing it. */
const SETTLING = 2e3;
/** Our comment with the issue's state. Whoever else wrote one like it is not believed. */
async function findOwnComment(api, issue, viewer) {
	const [oldest] = await listOwnComments(api, issue, viewer);
	return oldest;
}
/**
* Claims an issue that has no comment of ours by writing it. Of several runs that do so at once, the one whose
* comment came first has the claim; the others take theirs back and get undefined.
*/
async function claimByCreating(api, { issue, viewer, run, body }) {
	const created = await api.createComment(issue, body);
	const all = await listOwnComments(api, issue, viewer);
	const own = all.filter(({ id, state }) => id === created.id || isHeldBy(state?.run, run));
	const first = all[0] ?? toOwnComment(created);
	const isFirst = first.id === created.id || isHeldBy(first.state?.run, run);
	for (const { id } of own) if (!isFirst || id !== first.id) await api.deleteComment(id);
	return isFirst ? first : void 0;
}
/**
* Claims an issue by writing this run into the comment that is there: whose name stands in it after a moment has
* the claim (Fischer's mutual exclusion: the moment is longer than the others need from reading to writing).
* @param write puts this run's claim into the comment
*/
async function claimByUpdating(api, { comment, run, clock, write }) {
	await write();
	await clock.sleep(SETTLING);
	return await holds(api, comment, run) === "held";
}
/** Whether a comment still is this run's: another one may have taken this run for dead, or a person deleted it. */
async function holds(api, comment, run) {
	const current = await api.getComment(comment);
	if (current === void 0) return "deleted";
	return isHeldBy(readState(current.body)?.run, run) ? "held" : "lost";
}
async function listOwnComments(api, issue, viewer) {
	return (await api.listComments(issue)).filter(({ author, body }) => isSameLogin(viewer, author) && hasState(body)).map(toOwnComment).toSorted((one, other) => one.id - other.id);
}
function toOwnComment({ id, url, updatedAt, body }) {
	const state = readState(body);
	return {
		id,
		url,
		updatedAt,
		...state && { state }
	};
}
function isHeldBy(holder, run) {
	return holder !== void 0 && isSameRun(holder, run);
}
// src/github/event.ts
const ACTIONS = [
	"opened",
	"edited",
	"reopened",
	"labeled"
];
const payloadSchema = object({
	action: string(),
	issue: object({
		number: int().check(_positive()),
		pull_request: optional(unknown())
	}),
	label: optional(object({ name: string() })),
	sender: object({ login: string() }),
	repository: object({ full_name: string().check(_regex(/^[\w.-]+\/[\w.-]+$/)) })
});
/**
* Reads the payload of a webhook once, from JSON that nobody has checked yet.
* @param name the event's name, as in `GITHUB_EVENT_NAME`
* @param requestLabel the label that makes an issue a request
*/
function readIssueEvent(name, payload, requestLabel) {
	const { data } = payloadSchema.safeParse(payload);
	if (name !== "issues" || data === void 0) return "other-event";
	const { action, issue, label, sender, repository } = data;
	if (issue.pull_request !== void 0) return "pull-request";
	if (!isAction(action)) return "other-action";
	if (action === "labeled" && !isSameLabel(label?.name, requestLabel)) return "other-label";
	return {
		action,
		issueNumber: issue.number,
		sender: sender.login,
		repository: repository.full_name
	};
}
/** GitHub tells labels apart without regard to case. */
function isSameLabel(one, other) {
	return one?.toLowerCase() === other.toLowerCase();
}
function isAction(action) {
	return ACTIONS.includes(action);
}
// src/github/form.ts
const FIELDS = /* @__PURE__ */ new Map([
	["images", "images"],
	["image", "images"],
	["镜像", "images"],
	["platforms", "platforms"],
	["platform", "platforms"],
	["平台", "platforms"]
]);
const HEADING = /^### (.+)$/;
const FENCE = /^\s{0,3}(?:```|~~~)/;
const NO_RESPONSE = "_No response_";
/**
* Reads the body that GitHub makes from an issue form: `### Label`, a blank line, the answer. Of two fields with
* one name the first counts. Comments left over from a template are no text.
*/
function readForm(body) {
	const sections = /* @__PURE__ */ new Map();
	let section;
	let fenced = false;
	for (const line of withoutComments(body).split(/\r\n|\r|\n/)) {
		if (FENCE.test(line)) fenced = !fenced;
		const heading = HEADING.exec(line)?.[1];
		const field = heading === void 0 ? void 0 : FIELDS.get(heading.trim().toLowerCase());
		if (field !== void 0) {
			fenced = false;
			section = [];
			if (!sections.has(field)) sections.set(field, section);
		} else if (heading !== void 0 && !fenced) section = void 0;
		else section?.push(line);
	}
	return Object.fromEntries([...sections].map(([field, lines]) => [field, answer(lines)]));
}
/** The lines of an answer that may be a list or a fenced block, without what only marks it up. */
function answerLines(text) {
	return text.split(/\r\n|\r|\n/).filter((line) => !FENCE.test(line)).map((line) => line.replace(/^\s*(?:[-*+]|\d{1,3}[.)])\s+/, ""));
}
function answer(lines) {
	const text = lines.join("\n").trim();
	return text === NO_RESPONSE ? "" : text;
}
function withoutComments(text) {
	let kept = "";
	let position = 0;
	for (;;) {
		const start = text.indexOf("<!--", position);
		const end = start === -1 ? -1 : text.indexOf("-->", start + 4);
		if (end === -1) return kept + text.slice(position);
		kept += text.slice(position, start);
		position = end + 3;
	}
}
// src/github/request.ts
const TITLE_PREFIX = /^(?:\[[^\]]{1,20}\]|(?:mirror|同步镜像|镜像)\s*[:：])\s*/i;
const MOST_PLATFORMS = 50;
const ALL_PLATFORMS = /* @__PURE__ */ new Set([
	"",
	"all",
	"none",
	"全部",
	"所有"
]);
/** Whether an issue is a request at all: it carries the label, or its body is the form. */
function isRequest(issue, requestLabel) {
	return issue.labels.some((label) => isSameLabel(label, requestLabel)) || readForm(issue.body).images !== void 0;
}
/** Reads what an issue asks for, from its form and its title. At most `maxImages` different images are taken. */
function readRequest(issue, maxImages) {
	const form = readForm(issue.body);
	const named = distinct(readImages(form.images ?? "").map(readImage));
	const images = [...named, ...imagesOfTitle(issue.title, named)];
	if (images.length === 0) return { fault: new Failure("images-none", {}) };
	if (images.length > maxImages) return { fault: new Failure("images-too-many", {
		count: images.length,
		limit: maxImages
	}) };
	try {
		const platforms = readPlatforms(form.platforms ?? "");
		return {
			images,
			...platforms.length > 0 && { platforms }
		};
	} catch (error) {
		return { fault: Failure.from(error) };
	}
}
/**
* What tells one request from another: equal where the same work would be done, whatever the order and the
* spelling. As sha256 in hexadecimal.
*/
function fingerprint(request) {
	const meaning = "fault" in request ? {
		fault: request.fault.code,
		facts: request.fault.facts
	} : {
		images: request.images.map(keyOf).toSorted(),
		platforms: request.platforms?.map(formatPlatform).toSorted()
	};
	return createHash("sha256").update(JSON.stringify(meaning)).digest("hex");
}
/** The images that a field's text names: one a line, or with commas between them. */
function readImages(text) {
	return answerLines(text).flatMap((line) => line.split(/[,，]/)).map((part) => withoutBackticks(part.trim()).trim()).filter((part) => part !== "");
}
function readImage(text) {
	try {
		return {
			text,
			reference: parseReference(text)
		};
	} catch (error) {
		return {
			text,
			failure: Failure.from(error)
		};
	}
}
/** A title is free text: it counts where it is one whole reference that no word of a sentence could be. */
function imagesOfTitle(title, named) {
	const text = title.trim().replace(TITLE_PREFIX, "");
	if (!/[/:@]/.test(text)) return [];
	const image = readImage(text);
	if ("failure" in image) return [];
	const name = repositoryName(image.reference);
	return named.some((other) => "reference" in other && repositoryName(other.reference) === name) ? [] : [image];
}
function readPlatforms(text) {
	const names = answerLines(text).flatMap((line) => line.split(/[,，]/)).map((name) => name.trim()).filter((name) => !ALL_PLATFORMS.has(name.toLowerCase()));
	const named = names.map((name) => parsePlatform(name));
	const platforms = [...new Map(named.map((platform) => [formatPlatform(platform), platform])).values()];
	if (platforms.length > MOST_PLATFORMS) throw new Failure("platform-invalid", { text: excerpt(names.join(", ")) });
	return platforms;
}
function distinct(images) {
	const first = /* @__PURE__ */ new Map();
	for (const image of images) if (!first.has(keyOf(image))) first.set(keyOf(image), image);
	return [...first.values()];
}
function keyOf(image) {
	return "reference" in image ? formatReference(image.reference) : image.text;
}
function withoutBackticks(text) {
	let start = 0;
	let end = text.length;
	while (text[start] === "`") start += 1;
	while (end > start && text[end - 1] === "`") end -= 1;
	return text.slice(start, end);
}
// src/github/live-request.ts
/** Reads an issue and what it asks for, now; or why it can neither be answered nor ask for anything. */
async function readLiveRequest(api, number, maxImages) {
	const issue = await api.getIssue(number);
	if (issue === void 0) return "gone";
	if (issue.isPullRequest) return "pull-request";
	if (issue.locked) return "locked";
	const request = readRequest(issue, maxImages);
	return {
		issue,
		request,
		fingerprint: fingerprint(request)
	};
}
// src/github/paced-comment.ts
/** Between two updates, in milliseconds. */
const LEAST_INTERVAL = 5e3;
/** Progress slows down as the work goes on, so that its updates last for hours: */
const LONGEST_INTERVAL = 6e5;
const SLOWDOWN = 2;
/** With one update for the claim and two for each of five rounds, a request stays within 20 in all. */
const PROGRESS_UPDATES = 9;
/** Paces the updates of one comment: one after another, five seconds apart at least. */
function paceComment({ update, updatedAt, clock, onError }) {
	let latest;
	let progress;
	let stopping = new AbortController();
	let left = PROGRESS_UPDATES;
	let interval = LEAST_INTERVAL;
	let progressFrom = clock.now() + interval;
	let updateFrom = updatedAt === void 0 ? 0 : updatedAt + LEAST_INTERVAL;
	async function apply(body) {
		try {
			await update(body);
		} finally {
			updateFrom = clock.now() + LEAST_INTERVAL;
			progressFrom = clock.now() + interval;
		}
	}
	async function followProgress(signal) {
		try {
			while (latest !== void 0 && left > 0) {
				await sleepUntil(progressFrom, clock, signal);
				const body = latest();
				latest = void 0;
				left -= 1;
				interval = Math.min(LONGEST_INTERVAL, interval * SLOWDOWN);
				await apply(body);
			}
		} catch (error) {
			if (!signal.aborted) onError(error);
		} finally {
			progress = void 0;
		}
	}
	async function stop() {
		latest = void 0;
		stopping.abort();
		await progress;
		stopping = new AbortController();
	}
	return {
		show(render) {
			latest = render;
			progress ??= followProgress(stopping.signal);
		},
		async write(body) {
			await stop();
			await sleepUntil(updateFrom, clock);
			await apply(body);
		},
		stop
	};
}
async function sleepUntil(time, clock, signal) {
	const wait = time - clock.now();
	if (wait > 0) await clock.sleep(wait, signal);
}
// src/github/labels.ts
/** The labels that say how a request ended. */
const ENDING_LABELS = {
	done: {
		name: "mirror: done",
		color: "1a7f37",
		description: "The image can be pulled from the mirror"
	},
	refused: {
		name: "mirror: refused",
		color: "bf8700",
		description: "The image is not on the allowlist"
	},
	failed: {
		name: "mirror: failed",
		color: "cf222e",
		description: "The image could not be mirrored"
	}
};
// src/github/settle.ts
/** Sums up what happened. `fault` is what keeps a request from being carried out at all. */
function resultOf(outcomes, fault) {
	const failed = outcomes.flatMap((outcome) => outcome.status === "failed" || outcome.status === "left" ? [outcome.failure] : []);
	const failures = fault === void 0 ? failed : [fault, ...failed];
	const isRefused = outcomes.some(({ status }) => status === "refused");
	const isDone = outcomes.some(({ status }) => status === "copied" || status === "unchanged");
	return {
		endings: [
			["failed", failures.length > 0],
			["refused", isRefused],
			["done", isDone]
		].filter(([, occurs]) => occurs).map(([ending]) => ending),
		failures
	};
}
/**
* The state that an issue should have. It stays open where somebody else than the requester has something to
* mend; what the requester can mend is closed, and taken up again when the request is edited.
*/
function closingOf({ endings, failures }) {
	if (failures.some(({ remedy }) => remedy !== "requester")) return { state: "open" };
	return {
		state: "closed",
		reason: failures.length === 0 && endings.includes("done") ? "completed" : "not_planned"
	};
}
/** Gives an issue the labels of what its request came to, and takes those of an earlier answer away. */
async function settleLabels(api, issue, endings) {
	const carried = (name) => issue.labels.some((label) => isSameLabel(label, name));
	const wanted = endings.map((ending) => ENDING_LABELS[ending]);
	const stale = Object.values(ENDING_LABELS).filter((label) => !wanted.includes(label) && carried(label.name));
	const missing = wanted.filter(({ name }) => !carried(name));
	for (const { name } of stale) await api.removeLabel(issue.number, name);
	for (const label of missing) await api.ensureLabel(label);
	const names = missing.map(({ name }) => name);
	if (names.length > 0) await api.addLabels(issue.number, names);
}
/** Closes or opens an issue as its result asks for; one that is so already is left alone. */
async function settleState(api, issue, result) {
	const wanted = closingOf(result);
	if (issue.state === wanted.state && (wanted.state === "open" || issue.stateReason === wanted.reason)) return;
	if (issue.state === wanted.state) await api.setState(issue.number, { state: "open" });
	await api.setState(issue.number, wanted);
}
// src/github/retries.ts
const RETRIES = 3;
const FIRST_PAUSE = 1e3;
/** GitHub asks for a minute at least where a secondary limit says nothing more precise. */
const SECONDARY_LIMIT_PAUSE = 6e4;
/** Longer pauses are not waited for: the job's minutes cost something. */
const LONGEST_PAUSE = 3e5;
const REQUEST_TIMEOUT = 3e4;
/**
* Makes every request of `octokit` end in time, and sends again those that failed in passing: broken connections,
* server errors and rate limits. Everything sent here may be sent twice, but for a new comment; whoever posts one
* has to expect a double.
*/
function retryRequests(octokit, clock) {
	octokit.hook.wrap("request", async (request, options) => {
		for (let tries = 0;; tries += 1) try {
			const signal = AbortSignal.timeout(REQUEST_TIMEOUT);
			return await request({
				...options,
				request: {
					...options.request,
					signal
				}
			});
		} catch (error) {
			const pause = pauseBefore(tries, error, clock.now());
			if (pause === void 0) throw error;
			await clock.sleep(pause);
		}
	});
}
/** Milliseconds to wait before the next try; undefined where there should be none. */
function pauseBefore(tries, error, now) {
	if (!(error instanceof RequestError) || tries >= RETRIES) return void 0;
	const limited = pauseOfLimit(error, now);
	if (limited !== void 0) return limited <= LONGEST_PAUSE ? limited : void 0;
	return error.status >= 500 ? FIRST_PAUSE * 2 ** tries : void 0;
}
/** docs.github.com, "Rate limits for the REST API", "Exceeding the rate limit" */
function pauseOfLimit(error, now) {
	if (error.status !== 403 && error.status !== 429) return void 0;
	const headers = error.response?.headers ?? {};
	const after = Number(headers["retry-after"] ?? NaN);
	if (after >= 0) return after * 1e3;
	if (headers["x-ratelimit-remaining"] === "0") return Math.max(FIRST_PAUSE, Number(headers["x-ratelimit-reset"]) * 1e3 - now);
	return error.status === 429 || /rate limit/i.test(error.message) ? SECONDARY_LIMIT_PAUSE : void 0;
}
// src/github/client.ts
/** Who a workflow's own token writes as, where the server cannot be asked. */
const ACTIONS_LOGIN = "github-actions[bot]";
const PAGE = 100;
/** Opens GitHub's API for one repository. Nothing is sent before the first call. */
function connectGitHub(options) {
	const octokit = createOctokit(options);
	const [owner = "", repo = ""] = options.repository.split("/");
	const { rest } = octokit;
	const on = (issue) => ({
		owner,
		repo,
		issue_number: issue
	});
	return {
		async getIssue(issue) {
			const answer = await absent([404, 410], rest.issues.get({
				...on(issue),
				request: { redirect: "manual" }
			}));
			return answer === void 0 || isRedirect(answer.status) ? void 0 : toIssue(answer.data);
		},
		async listComments(issue) {
			const parameters = {
				...on(issue),
				per_page: PAGE
			};
			return (await checked(octokit.paginate(rest.issues.listComments, parameters))).map(toComment);
		},
		async getComment(comment) {
			const answer = await absent([404, 410], rest.issues.getComment({
				owner,
				repo,
				comment_id: comment
			}));
			return answer && toComment(answer.data);
		},
		async createComment(issue, body) {
			return toComment((await checked(rest.issues.createComment({
				...on(issue),
				body
			}))).data);
		},
		async updateComment(comment, body) {
			await checked(rest.issues.updateComment({
				owner,
				repo,
				comment_id: comment,
				body
			}));
		},
		async deleteComment(comment) {
			await absent([404, 410], rest.issues.deleteComment({
				owner,
				repo,
				comment_id: comment
			}));
		},
		async ensureLabel(label) {
			if (await absent([404], rest.issues.getLabel({
				owner,
				repo,
				name: label.name
			}))) return;
			await absent([422], rest.issues.createLabel({
				owner,
				repo,
				...label
			}));
		},
		async addLabels(issue, names) {
			await checked(rest.issues.addLabels({
				...on(issue),
				labels: [...names]
			}));
		},
		async removeLabel(issue, name) {
			await absent([404, 410], rest.issues.removeLabel({
				...on(issue),
				name
			}));
		},
		async setState(issue, wanted) {
			const reason = wanted.state === "closed" && { state_reason: wanted.reason };
			await checked(rest.issues.update({
				...on(issue),
				state: wanted.state,
				...reason
			}));
		},
		viewerLogin: () => viewerLogin(octokit),
		async runStatus(run) {
			const answer = await absent([403, 404], rest.actions.getWorkflowRun({
				owner,
				repo,
				run_id: run
			}));
			if (answer === void 0) return void 0;
			return answer.data.status === "completed" ? "completed" : "active";
		}
	};
}
function createOctokit({ baseUrl, token, userAgent, clock, fetch }) {
	const octokit = new Octokit({
		auth: token,
		baseUrl,
		userAgent,
		log: {
			debug: ignore,
			info: ignore,
			warn: ignore,
			error: ignore
		},
		...fetch && { request: { fetch } }
	});
	retryRequests(octokit, clock);
	return octokit;
}
async function viewerLogin(octokit) {
	return (await absent([403, 404], octokit.graphql("query { viewer { login } }")))?.viewer.login ?? ACTIONS_LOGIN;
}
/** The answer of a call, or undefined for statuses that merely say that something is not there. */
async function absent(statuses, call) {
	try {
		return await call;
	} catch (error) {
		if (error instanceof RequestError && statuses.includes(error.status)) return void 0;
		throw asFailure(error);
	}
}
async function checked(call) {
	try {
		return await call;
	} catch (error) {
		throw asFailure(error);
	}
}
function asFailure(error) {
	if (!(error instanceof RequestError)) return error;
	const { status, response } = error;
	const detail = messageOf(response?.data) ?? innermostMessage(error);
	const accepted = response?.headers["x-accepted-github-permissions"];
	const need = status === 403 || status === 404 ? describePermissions(accepted) : "";
	return new Failure("github-error", {
		status: response === void 0 ? 0 : status,
		detail,
		need
	}, { cause: error });
}
/** `fetch failed` says nothing; its cause does. */
function innermostMessage(error) {
	let message = error.message;
	for (let cause = error.cause; typeof cause === "object" && cause !== null;) {
		message = messageOf(cause) || message;
		cause = "cause" in cause ? cause.cause : void 0;
	}
	return message;
}
function messageOf(data) {
	if (typeof data !== "object" || data === null || !("message" in data)) return void 0;
	return typeof data.message === "string" ? data.message : void 0;
}
/** `issues=write; pull_requests=write` (any of these) as a workflow writes it: `issues: write`. */
function describePermissions(accepted) {
	if (typeof accepted !== "string") return "";
	const [first = ""] = accepted.split(";");
	return first.trim().replaceAll("_", "-").replaceAll("=", ": ");
}
function isRedirect(status) {
	return status >= 300 && status < 400;
}
function toIssue(data) {
	return {
		number: data.number,
		title: data.title,
		body: data.body ?? "",
		author: data.user?.login ?? "",
		labels: data.labels.map((label) => typeof label === "string" ? label : label.name ?? ""),
		state: data.state === "closed" ? "closed" : "open",
		...data.state_reason && { stateReason: data.state_reason },
		locked: data.locked,
		isPullRequest: data.pull_request !== void 0
	};
}
function toComment(data) {
	return {
		id: data.id,
		author: data.user?.login ?? "",
		body: data.body ?? "",
		updatedAt: Date.parse(data.updated_at),
		url: data.html_url
	};
}
function ignore() {}
export { paceComment as a, readIssueEvent as c, findOwnComment as d, holds as f, settleState as i, claimByCreating as l, decide as m, resultOf as n, readLiveRequest as o, withState as p, settleLabels as r, isRequest as s, connectGitHub as t, claimByUpdating as u };
