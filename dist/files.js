import { n as __exportAll } from "./rolldown-runtime.js";
import { n as parseConfig, t as CONFIG_DEFAULTS } from "./config.js";
import { i as Failure, r as errorCode } from "./failure.js";
import { readFile } from "node:fs/promises";
// src/app/files.ts
var files_exports = /* @__PURE__ */ __exportAll({ configuredLanguage: () => configuredLanguage });
/**
* Reads the configuration. A file that was named must be there; the default one need not.
* @param path empty for the default
* @throws Failure `file-unreadable`, `config-invalid`
*/
async function loadConfig(path) {
	const text = await readTextFile(path || ".github/transship.yml");
	if (text !== void 0) return parseConfig(text, path || ".github/transship.yml");
	if (path !== "" && path !== ".github/transship.yml") throw new Failure("file-unreadable", {
		path,
		reason: "ENOENT"
	});
	return {};
}
/** The language that the configuration asks for, as far as it can be read: for what ends a run before settings do. */
async function configuredLanguage(path) {
	const { language = CONFIG_DEFAULTS.language } = await loadConfig(path).catch(() => ({}));
	return language;
}
/**
* A file's text; undefined where there is none.
* @throws Failure `file-unreadable` for anything else that keeps it from being read
*/
async function readTextFile(path) {
	try {
		return await readFile(path, "utf8");
	} catch (error) {
		const code = errorCode(error) ?? "error";
		if (code === "ENOENT" || code === "ENOTDIR") return void 0;
		throw new Failure("file-unreadable", {
			path,
			reason: code
		}, { cause: error });
	}
}
export { readTextFile as i, files_exports as n, loadConfig as r, configuredLanguage as t };
