import "./rolldown-runtime.js";
import { o as info, t as context } from "./vendor/actions.js";
import { t as reportRequest } from "./action.js";
import { i as Failure } from "./failure.js";
import { t as runRequest } from "./request-run.js";
import { t as runEnd } from "./run-end.js";
// src/app/action-request.ts
/**
* The step that answers the issue whose event started the workflow.
* @throws Failure `input-conflict` where tags are to be forced, and those of `runRequest`
*/
async function answerRequest(settings, credentials) {
	if (settings.force) throw new Failure("input-conflict", {
		name: "command: request",
		other: "force",
		reason: "request"
	});
	const { repository } = context.payload;
	const result = await runRequest({
		event: {
			name: context.eventName,
			payload: context.payload
		},
		repository: `${context.repo.owner}/${context.repo.repo}`,
		serverUrl: context.serverUrl,
		apiUrl: context.apiUrl,
		run: {
			id: context.runId,
			attempt: context.runAttempt
		},
		branch: typeof repository?.default_branch === "string" ? repository.default_branch : "main",
		hasRunPage: true
	}, settings, credentials, process.env, {
		end: runEnd(settings.deadline),
		log: (line) => info(line)
	});
	await reportRequest(result, settings);
}
export { answerRequest };
