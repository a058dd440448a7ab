import "./rolldown-runtime.js";
import { t as copy } from "./commands/copy.js";
import { a as outcomeToJson, c as outcomeLines, l as totalLine } from "./report.js";
import { t as lineStyle } from "./cli.js";
import { a as openPorts, n as toMirrors, o as environmentCredentials, r as toTarget, s as copyOptions, t as readSettings } from "./settings.js";
import { r as exitStatusOf } from "./version.js";
import { r as loadConfig } from "./files.js";
import { o as formatBytes } from "./failure.js";
import { t as runEnd } from "./run-end.js";
// src/app/progress.ts
const INTERVAL = 100;
const BAR = 24;
/** A bar on the last line of a terminal; nothing where the stream is none, so that logs stay quiet. */
function progressDisplay(stream) {
	const images = /* @__PURE__ */ new Map();
	let shownAt = 0;
	const isShown = stream?.isTTY === true;
	const clear = () => isShown && stream.write("\r\x1B[K");
	const draw = () => isShown && stream.write(`\r\u001b[K${progressBar([...images.values()])}`);
	return {
		update(progress) {
			images.set(`${progress.image} ${progress.address}`, progress);
			const now = performance.now();
			if (now - shownAt < INTERVAL) return;
			shownAt = now;
			draw();
		},
		print(target, lines) {
			clear();
			target.write(lines.map((line) => `${line}\n`).join(""));
		},
		end: clear
	};
}
/** `[######------] 50 %  1.2 MiB / 2.4 MiB  4 / 9` over all images under way: bytes, then layers, in every language. */
function progressBar(images) {
	const sum = (pick) => images.reduce((total, image) => total + pick(image), 0);
	const [done, total] = [sum((image) => image.done.bytes), sum((image) => image.total.bytes)];
	const share = total === 0 ? 0 : Math.min(1, done / total);
	const filled = Math.round(share * BAR);
	const bar = "#".repeat(filled) + "-".repeat(BAR - filled);
	const layers = `${sum((image) => image.done.blobs)} / ${sum((image) => image.total.blobs)}`;
	return `[${bar}] ${Math.floor(share * 100)} %  ${formatBytes(done)} / ${formatBytes(total)}  ${layers}`;
}
// src/app/cli-copy.ts
/** `transship copy`. Whoever types an image means it: that it is refused is a failure. */
async function runCopy(flags) {
	const settings = readSettings(givenBy(flags), await loadConfig(flags.value("config")));
	const { images, to, hosts } = planOf(flags, settings);
	const options = {
		...await copyOptions(settings),
		images,
		to,
		proof: flags.isOn("verify")
	};
	const given = environmentCredentials(process.env);
	const ports = await openPorts(settings, hosts, given, process.env, runEnd(settings.deadline));
	const json = flags.isOn("json");
	const show = progressDisplay(json ? void 0 : process.stderr);
	const style = lineStyle(settings.language, process.stdout);
	const onOutcome = (outcome) => json || show.print(process.stdout, outcomeLines(outcome, style));
	try {
		const outcomes = await copy({
			...options,
			onProgress: show.update
		}, {
			...ports,
			onOutcome
		});
		show.end();
		if (json) process.stdout.write(`${JSON.stringify(outcomes.map(outcomeToJson), void 0, 2)}\n`);
		else if (outcomes.length > 1) process.stdout.write(`${totalLine(outcomes, style)}\n`);
		return exitStatusOf(outcomes, { refusalFails: true });
	} finally {
		await ports.registries.close();
	}
}
/** With `--to`, or one name alone, all are images; otherwise two names are a source and its target. */
function planOf(flags, { images, mirrors }) {
	const [source, target, ...others] = flags.positionals;
	if (!flags.value("to") && others.length === 0 && source !== void 0 && target !== void 0) return toTarget(source, target);
	return toMirrors(source === void 0 ? images : flags.positionals, mirrors, "--to");
}
/** Flags under the names of settings. */
function givenBy(flags) {
	return (name) => name === "mirrors" ? flags.value("to") || flags.value("mirrors") : flags.value(name);
}
export { givenBy, runCopy };
