import { c as readIssueEvent, d as findOwnComment, l as claimByCreating, m as decide, o as readLiveRequest, s as isRequest, u as claimByUpdating } from "../github.js";
import { r as parseAllowlist } from "../policy.js";
import { n as claimText, r as prepareRound, t as answerRequest } from "./request-answer.js";
import { t as carryOut } from "./request-tasks.js";
// src/commands/request.ts
/**
* Answers the request that an event is about: reads the issue as it is now, judges every image, copies those that
* are allowed, and says in one comment what came of it. Events that come twice, together or late do no harm.
* @throws Failure `github-error` as long as nothing is copied; a later one is in the result
*/
async function request(options, ports) {
	const event = readIssueEvent(options.event.name, options.event.payload, options.requestLabel);
	if (typeof event === "string") return skip(event);
	const live = await readLiveRequest(ports.github, event.issueNumber, options.maxImages);
	if (typeof live === "string") return skip(live);
	if (!isRequest(live.issue, options.requestLabel)) return skip("not-a-request");
	const allowlist = parseAllowlist(await ports.readAllowlist() ?? "");
	const context = {
		options,
		ports,
		file: {
			path: options.links.allowlist.path,
			allowlist
		}
	};
	const round = prepareRound(live, context);
	return {
		...options.dryRun ? await planRequest(round, context) : await answerOnce(event.action, round, context),
		warnings: allowlist.problems
	};
}
async function planRequest({ live, tasks }, { ports }) {
	return {
		outcomes: await carryOut(tasks, {
			copyImage: ports.copyImage,
			dryRun: true
		}, () => {}),
		unsaid: [],
		..."fault" in live.request && { fault: live.request.fault }
	};
}
async function answerOnce(action, round, context) {
	const held = await claimIssue(action, round, context);
	if (typeof held === "string") return skip(held);
	return answerRequest(held, round, context);
}
/** Makes this run the one that answers; or says why it need not, or another one does. */
async function claimIssue(action, round, context) {
	const { github, clock } = context.ports;
	const { run, again = false } = context.options;
	const { issue, fingerprint } = round.live;
	const viewer = await github.viewerLogin();
	const comment = await findOwnComment(github, issue.number, viewer);
	const holder = comment?.state?.phase === "working" ? await github.runStatus(comment.state.run.id) : void 0;
	const step = decide({
		action,
		again,
		issue,
		run,
		fingerprint,
		comment,
		holder,
		now: clock.now()
	});
	if (step.do === "stop") return step.reason;
	const body = claimText(round, context);
	if (step.do === "create") {
		const created = await claimByCreating(github, {
			issue: issue.number,
			viewer,
			run,
			body
		});
		return created === void 0 ? "held" : {
			id: created.id,
			url: created.url
		};
	}
	const { id, url } = step.comment;
	const updatedAt = clock.now();
	const write = () => github.updateComment(id, body);
	return await claimByUpdating(github, {
		comment: id,
		run,
		clock,
		write
	}) ? {
		id,
		url,
		updatedAt
	} : "held";
}
function skip(skipped) {
	return {
		skipped,
		outcomes: [],
		warnings: [],
		unsaid: []
	};
}
export { request as t };
