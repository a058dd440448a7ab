import "./rolldown-runtime.js";
import { t as serve } from "./commands/serve.js";
import { i as Failure } from "./failure.js";
import { s as logText } from "./report.js";
import { n as EXIT } from "./version.js";
import { n as systemClock, r as systemProcesses, t as runEnd } from "./run-end.js";
// src/app/cli-serve.ts
const DEFAULT_PORT = "5000";
/** `transship serve`: runs until it is told to end. */
async function runServe(flags) {
	const [directory, ...others] = flags.positionals;
	if (directory === void 0 || others.length > 0) throw new Failure("input-missing", {
		name: "DIR",
		need: "directory"
	});
	const port = flags.value("port") || DEFAULT_PORT;
	if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) throw new Failure("input-invalid", {
		name: "--port",
		value: port,
		expected: "0-65535"
	});
	const json = flags.isOn("json");
	const serving = await serve({
		directory: directory.replace(/^oci:/, ""),
		port: Number(port),
		readOnly: flags.isOn("read-only"),
		signal: runEnd().signal,
		...flags.value("host") && { host: flags.value("host") }
	}, {
		processes: systemProcesses(),
		clock: systemClock,
		log: (line) => process.stderr.write(`${line}\n`),
		onRequest: ({ method, path, status }) => {
			if (!json) process.stderr.write(`${method} ${logText(path)} ${status}\n`);
		}
	});
	process.stdout.write(json ? `${JSON.stringify({ address: serving.address })}\n` : `Serving ${directory} at ${serving.address}\n`);
	await serving.closed;
	return EXIT.done;
}
export { runServe };
