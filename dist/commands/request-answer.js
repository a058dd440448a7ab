import { i as Failure } from "../failure.js";
import { a as paceComment, f as holds, i as settleState, n as resultOf, o as readLiveRequest, p as withState, r as settleLabels, u as claimByUpdating } from "../github.js";
import { n as renderNotice, s as logText, t as renderComment } from "../report.js";
import { i as rememberDelivered, n as judgeRequest, r as queuedItems, t as carryOut } from "./request-tasks.js";
// src/commands/request-answer.ts
/** Whoever edits more often while one run is at work has the last text answered by the next event. */
const MOST_ROUNDS = 5;
/** Judges a request as it was read. No registry is asked. */
function prepareRound(live, { options, file }) {
	const { request } = live;
	return {
		live,
		tasks: "fault" in request ? [] : judgeRequest(request, file, options.mirrors)
	};
}
/** The comment's text that claims an issue for this run. */
function claimText(round, context) {
	return workingText(round, "queued", queuedItems(round.tasks), context);
}
/**
* Does the work that this run has claimed and answers it. When the issue's text has changed meanwhile the work goes
* on with the new text, so that the answer that stays is the one to the latest; labels and state come last. What
* GitHub refuses from here on does not undo the work: it is in the answer.
*/
async function answerRequest(held, first, context) {
	const answering = new Answering(held, context);
	try {
		return answering.answer(await answering.goRounds(first));
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		return answering.answer({ unsaid: [error] });
	} finally {
		await answering.stop();
	}
}
/** One run at work on one issue. */
var Answering = class {
	#context;
	#copyImage;
	#paced;
	#comment;
	#outcomes = [];
	constructor(held, context) {
		const { github, clock, log, copyImage } = context.ports;
		this.#context = context;
		this.#comment = held;
		this.#copyImage = rememberDelivered(copyImage);
		this.#paced = paceComment({
			update: (body) => github.updateComment(this.#comment.id, body),
			updatedAt: held.updatedAt,
			clock,
			onError: (error) => log(`Progress could not be shown: ${logText(Failure.from(error).message)}`)
		});
	}
	/** The answer as far as the work has come. */
	answer(end) {
		return {
			outcomes: this.#outcomes,
			unsaid: [],
			commentUrl: this.#comment.url,
			...end
		};
	}
	/** Nothing is written from here on. */
	stop() {
		return this.#paced.stop();
	}
	async goRounds(first) {
		let round = first;
		for (let count = 1;; count += 1) {
			await this.#carryOut(round);
			const before = await this.#readAgain(round);
			if (typeof before === "string") return { skipped: before };
			const isLast = count === MOST_ROUNDS;
			if (isChanged(round, before) && !isLast) {
				round = prepareRound(before, this.#context);
				continue;
			}
			if (!await this.#publish(round)) return { skipped: "held" };
			const after = await this.#readAgain(round);
			if (typeof after === "string") return { skipped: after };
			if (!isChanged(round, after) || isLast) return this.#settle(round, first, after);
			round = prepareRound(after, this.#context);
			if (!await this.#claimAgain(round)) return { skipped: "held" };
		}
	}
	async #carryOut(round) {
		this.#outcomes = await carryOut(round.tasks, {
			copyImage: this.#copyImage,
			dryRun: false
		}, (items) => this.#paced.show(() => workingText(round, "working", items, this.#context)));
	}
	#readAgain({ live }) {
		const { ports, options } = this.#context;
		return readLiveRequest(ports.github, live.issue.number, options.maxImages);
	}
	/** Writes the answer, unless another run has taken the issue over. */
	async #publish(round) {
		const { ports, options } = this.#context;
		const standing = await holds(ports.github, this.#comment.id, options.run);
		if (standing === "lost") return false;
		const body = finishedText(round, this.#outcomes, this.#context);
		if (standing === "deleted") this.#comment = await ports.github.createComment(round.live.issue.number, body);
		else await this.#paced.write(body);
		return true;
	}
	#claimAgain(round) {
		const { ports, options } = this.#context;
		const write = () => this.#paced.write(claimText(round, this.#context));
		return claimByUpdating(ports.github, {
			comment: this.#comment.id,
			run: options.run,
			clock: ports.clock,
			write
		});
	}
	async #settle({ live }, first, { issue }) {
		const { github } = this.#context.ports;
		const fault = faultOf(live);
		const result = resultOf(this.#outcomes, fault);
		await settleLabels(github, issue, result.endings);
		if (!(first.live.issue.state === "open" && issue.state === "closed")) await settleState(github, issue, result);
		return fault === void 0 ? {} : { fault };
	}
};
function workingText(round, phase, items, context) {
	const { options, ports } = context;
	const state = {
		fingerprint: round.live.fingerprint,
		run: options.run,
		at: ports.clock.now()
	};
	return withState(render(round, {
		phase,
		items,
		...options.links
	}, context), {
		...state,
		phase: "working"
	});
}
function finishedText(round, outcomes, context) {
	const { options, ports } = context;
	const items = outcomes.map((outcome) => ({
		state: "ended",
		outcome
	}));
	const [result] = resultOf(outcomes, faultOf(round.live)).endings;
	const state = {
		fingerprint: round.live.fingerprint,
		result,
		run: options.run,
		at: ports.clock.now()
	};
	const text = render(round, {
		phase: "finished",
		items,
		...options.links
	}, context);
	return withState(text, {
		...state,
		phase: "finished"
	});
}
function render({ live }, view, { options }) {
	const fault = faultOf(live);
	if (fault !== void 0) return renderNotice(fault, options.language, view);
	return renderComment(view, options.language);
}
function faultOf({ request }) {
	return "fault" in request ? request.fault : void 0;
}
function isChanged({ live }, latest) {
	return live.fingerprint !== latest.fingerprint;
}
export { claimText as n, prepareRound as r, answerRequest as t };
