import { i as Failure } from "../failure.js";
import { o as LayoutStore, r as isLoopback, t as createRegistryServer } from "../registry.js";
// src/commands/serve.ts
const LOOPBACK = "127.0.0.1";
/**
* Serves a directory as a registry, and resolves once it listens.
* @throws Failure `layout-invalid`, `directory-unwritable`, `port-taken`, `input-invalid`
*/
async function serve(options, ports) {
	const { directory, port, host = LOOPBACK, readOnly = false, signal } = options;
	const { log, onRequest } = ports;
	const store = await openStore(directory, readOnly, ports);
	const server = createRegistryServer(store, {
		readOnly,
		onError: (error) => log(Failure.from(error).message),
		...onRequest && { onRequest }
	});
	const address = addressOf(host, await server.listen(port, host).catch(listenFailure(host, port)));
	if (!isLoopback(address)) log(`Anyone who can reach ${address} may pull${readOnly ? "" : " and push"}.`);
	const stop = new AbortController();
	const closed = aborted(signal === void 0 ? stop.signal : AbortSignal.any([signal, stop.signal])).then(() => server.close());
	return {
		address,
		closed,
		close() {
			stop.abort();
			return closed;
		}
	};
}
async function openStore(directory, readOnly, ports) {
	const store = await LayoutStore.open(directory, ports);
	if (!readOnly) await store.prepare();
	else if (!await store.isLayout()) throw new Failure("layout-invalid", {
		path: directory,
		reason: "absent"
	});
	return store;
}
function listenFailure(host, port) {
	return (cause) => {
		const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : void 0;
		if (code === "EADDRINUSE") throw new Failure("port-taken", { address: addressOf(host, port) }, { cause });
		if (code === "EACCES") throw invalid("port", String(port), "1024-65535", cause);
		if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") throw invalid("host", host, `an address of this machine, as in ${LOOPBACK}`, cause);
		throw cause;
	};
}
function invalid(name, value, expected, cause) {
	return new Failure("input-invalid", {
		name,
		value,
		expected
	}, { cause });
}
function addressOf(host, port) {
	return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
function aborted(signal) {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener("abort", () => resolve(), { once: true });
	});
}
export { serve as t };
