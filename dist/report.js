import { n as failureText, o as formatBytes, s as formatDuration } from "./failure.js";
import { w as parseAddress, x as formatAddress, z as hexOf } from "./oci.js";
// src/report/escape.ts
/** Characters that steer instead of being read: controls, bidirectional and invisible ones, lone surrogates. */
const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const NAMED = {
	"\n": "\\n",
	"\r": "\\r",
	"	": "\\t"
};
/** Text from anywhere, on one line and with nothing hidden in it: what steers is written out, as in `\u{202e}`. */
function visible(raw) {
	return raw.replace(STEERING, (character) => NAMED[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
/** At most `limit` UTF-16 units of a text; an ellipsis stands for what was cut. */
function shorten(raw, limit) {
	if (raw.length <= limit) return raw;
	return `${raw.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
const LONGEST_CODE = 300;
const LONGEST_PLAIN = 800;
/** The longest run of backticks in a text. */
function longestBacktickRun(raw) {
	return (raw.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
/** A fence of backticks, at least `least` of them, that cannot be closed from inside `content`. */
function fenceFor(content, least) {
	return "`".repeat(Math.max(least, longestBacktickRun(content) + 1));
}
/**
* Text from anywhere as a Markdown code span (CommonMark 0.31, section 6.1) of at most 300 characters, for a
* paragraph or, through `tableRow`, a table. GitHub links and mentions nothing inside of one.
*/
function codeSpan(raw) {
	const content = visible(shorten(raw, LONGEST_CODE));
	const fence = fenceFor(content, 1);
	const padding = /^[` ]|[` ]$/.test(content) || content === "" ? " " : "";
	return `${fence}${padding}${content}${padding}${fence}`;
}
/**
* Where GitHub makes a link, a mention, an emoji or a reference out of plain words, after the Markdown is read: no
* escape stops that, only a character in between. No emoji has a name as long as a digest, which stays as it is.
*/
const LIVE = /[@#]|\/(?=\/)|:(?=[\w+-]{1,63}:)|\bwww(?=\.)|\b(?:GH|GHSA|CVE)-(?=\w)/gi;
const COMMIT = /\b[0-9a-f]{7,40}\b/gi;
const ZERO_WIDTH_SPACE = "​";
/** What Markdown may read as structure, anywhere or at the beginning of a line. */
const STRUCTURE = /[\\`*_[\]<>#|~&$!\u200b]|^[-+=]|(?<=^\d{1,9})[.)]/g;
/** Characters as numeric references, which never are structure (CommonMark 0.31, section 2.5). */
const asReference = (character) => `&#${character.charCodeAt(0)};`;
/** Six digits at a time: GitHub takes seven for an abbreviated commit. */
const breakCommit = (commit) => commit.replace(/.{6}(?=.)/g, `$&${ZERO_WIDTH_SPACE}`);
/**
* Text from anywhere as plain words in a Markdown paragraph or table cell, at most 800 characters: nothing in it
* becomes markup, a link, an image, a mention or a reference to an issue or commit.
*/
function plainText(raw) {
	return visible(shorten(raw, LONGEST_PLAIN)).trim().replace(LIVE, `$&${ZERO_WIDTH_SPACE}`).replace(COMMIT, breakCommit).replace(STRUCTURE, asReference);
}
/** Text from anywhere as code inside an HTML block, where Markdown is not read, as in a `<summary>`. */
function htmlCode(raw) {
	return `<code>${visible(shorten(raw, LONGEST_CODE)).replace(/[&<>"'`]/g, asReference)}</code>`;
}
// src/report/texts.en.ts
const counted = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
const are = (count) => count === 1 ? "is" : "are";
/** `3 refused, 1 failed`: what there is of each, left out where there is none. */
function parts$1(tally, names) {
	return names.filter(([standing]) => tally[standing] > 0).map(([standing, name]) => `${tally[standing]} ${name}`).join(", ");
}
/** Phrases in English. */
const textsEn = {
	queued: (images) => `${counted(images, "image")} queued`,
	working: (ended, total) => total === 1 ? "Working on your image" : `Working on your images: ${ended} of ${total} done`,
	ready: (images) => images === 1 ? "Your image is ready to pull" : `All ${images} images are ready to pull`,
	private: (images) => images === 1 ? "Mirrored, but private" : `${images} images mirrored, but not all are public`,
	refused: (images) => images === 1 ? "This image is not allowed here" : `These ${images} images are not allowed here`,
	failed: (images) => images === 1 ? "This image could not be mirrored" : `None of these ${images} images could be mirrored`,
	planned: (images) => `Plan for ${counted(images, "image")}`,
	left: (images) => `${images === 1 ? "This image is" : `These ${images} images are`} left for another run`,
	mixed: (tally) => {
		return `${`${tally.ready + tally.private} of ${counted(tally.total, "image")} mirrored`}${tally.private > 0 ? ` (${tally.private} private)` : ""}; ${parts$1(tally, [
			["planned", "planned"],
			["waiting", "not begun"],
			["running", "not finished"],
			["refused", "not allowed"],
			["left", "left for another run"],
			["failed", "failed"]
		])}`;
	},
	faulty: "This request cannot be carried out",
	status: {
		queued: "queued",
		copying: "copying",
		verifying: "verifying",
		copied: "copied",
		unchanged: "unchanged",
		planned: "planned",
		refused: "refused",
		failed: "failed",
		left: "left"
	},
	heading: {
		image: "Image",
		result: "Result",
		address: "Address",
		digest: "Digest",
		platforms: "Platforms",
		size: "Size",
		sent: "Sent",
		time: "Time",
		verified: "Verified"
	},
	labelled: (label, value) => `**${label}**: ${value}`,
	aside: (text) => ` (${text})`,
	joined: (phrases) => phrases.join("; "),
	pullBy: {
		tag: "Pull it as:",
		digest: "or by digest, which never changes:"
	},
	sameDigest: "the same as at the source",
	platforms: (count) => counted(count, "platform"),
	more: (count) => `and ${count} more`,
	duration: formatDuration,
	layers: (done, total) => `layers ${done}/${total}`,
	bytes: (done, total) => `${done} of ${total}`,
	unchanged: "Nothing to do: the mirror had it already.",
	sent: (bytes, milliseconds) => `${formatBytes(bytes)} in ${formatDuration(milliseconds)}`,
	toSend: ({ blobs, bytes }) => `${counted(blobs, "layer")} to send, ${formatBytes(bytes)}`,
	upToDate: "up to date",
	verified: {
		everything: "every manifest and every layer is at the mirror",
		sparse: "every manifest and every layer of these platforms is at the mirror",
		tag: "the mirror gives the same digest"
	},
	access: {
		public: "it can be pulled without a login",
		private: "it cannot be pulled without a login",
		unchecked: "a pull without a login was not tried"
	},
	privateAdvice: (registry, quote) => [
		`**The image is there, but it is private**: ${quote(registry)} asks for a login before it can be pulled.`,
		registry === "ghcr.io" ? "A maintainer makes it public on the page of the package: **Package settings → Change visibility → Public**." : "A maintainer makes its repository public in the settings of that registry.",
		`Until then, whoever has access logs in first: ${quote(`docker login ${registry}`)}.`
	],
	note: (note, quote) => {
		switch (note.kind) {
			case "platforms-chosen": return `Only the platforms that were asked for were copied. That makes a smaller index with a digest of its own; the one at the source is ${quote(note.sourceDigest)}.`;
			case "attestations-dropped": return `Attestations (provenance, SBOM) and the like were left out of the index, as this mirror is set to. That gives it a digest of its own; the one at the source is ${quote(note.sourceDigest)}.`;
			case "media-types-changed": return `The manifests were written in Docker's media types, as this mirror is set to; configuration and layers are the same. That gives the image a digest of its own; the one at the source is ${quote(note.sourceDigest)}.`;
			case "platforms-left-out": return `The index is the one at the source, with its digest, but only the platforms that were asked for were copied: ${counted(note.count, "image")} that it lists ${are(note.count)} left out and can be pulled from here only if copied before.`;
			case "tag-elsewhere":
				if (note.digest === void 0) return `The source has no tag ${quote(note.tag)}, so only the digest was mirrored and the mirror's tag was left alone.`;
				return `The tag ${quote(note.tag)} names another image at the source by now (${quote(note.digest)}), so only the digest was mirrored and the tag was left alone.`;
			case "foreign-layers": return `${counted(note.count, "layer")} may not be redistributed and ${are(note.count)} fetched from the publisher when you pull.`;
			case "tag-backed-up": return `The mirror's tag led to another image before (${quote(note.digest)}), which is kept as ${quote(note.tag)}.`;
			case "referrers": return `${counted(note.count, "signature, attestation or the like", "signatures, attestations or the like")} came along.`;
			case "referrers-failed":
				if (note.count === 0) return `Whether signatures, attestations or the like belong to the image could not be found out (${quote(note.code)}); the image itself is whole.`;
				return `${counted(note.count, "signature, attestation or the like", "signatures, attestations or the like")} could not be brought along (${quote(note.code)}); the image itself is whole.`;
		}
	},
	commands: "Commands to paste: docker, podman, containerd, Kubernetes",
	keepName: "optional: go on using the original name",
	forKubelet: "or, where the kubelet finds it:",
	notAllowed: (allowlist) => `No rule in ${allowlist} allows this image, so nothing was copied.`,
	nearest: "The nearest rules are:",
	line: (line) => `line ${line}`,
	askForRule: (words) => `${words("Ask for a new rule")}.`,
	editOrAskForRule: (words) => `If you meant an image that one of these rules allows, edit this issue; if not, ${words("ask for a new rule")}.`,
	next: {
		requester: "What to do",
		maintainer: "For the maintainers of this mirror",
		retry: "What to do"
	},
	askAgain: "Close this issue and open it again later: what has arrived is kept, and the work goes on from there.",
	runLog: "Log of this run",
	smallPrint: "Edit the issue to change the request; to run it again, close and reopen it, or open a new one.",
	leftOut: (count) => `… and ${count} more, which do not fit here; the log of the run has them all.`,
	summaryTitle: "Mirrored images",
	total: (tally) => {
		const standings = parts$1(tally, [
			["ready", "ready"],
			["private", "private"],
			["planned", "planned"],
			["waiting", "not begun"],
			["running", "not finished"],
			["refused", "refused"],
			["left", "left for another run"],
			["failed", "failed"]
		]);
		return [counted(tally.total, "image"), standings].filter(Boolean).join(": ");
	}
};
// src/report/texts.zh-cn.ts
/** “3 个未放行，1 个失败”：没有的不写。 */
function parts(tally, names) {
	return names.filter(([standing]) => tally[standing] > 0).map(([standing, name]) => `${tally[standing]} 个${name}`).join("，");
}
function formatDurationZh(milliseconds) {
	if (milliseconds < 1e3) return `${Math.round(milliseconds)} 毫秒`;
	if (milliseconds < 6e4) return `${(milliseconds / 1e3).toFixed(1)} 秒`;
	const seconds = Math.round(milliseconds / 1e3);
	return `${Math.floor(seconds / 60)} 分 ${seconds % 60} 秒`;
}
// src/report/texts.ts
const TEXTS = {
	en: textsEn,
	"zh-CN": {
		queued: (images) => `${images} 个镜像排队中`,
		working: (ended, total) => total === 1 ? "正在同步镜像" : `正在同步镜像：已完成 ${ended}/${total}`,
		ready: (images) => images === 1 ? "镜像已就绪，可以拉取" : `${images} 个镜像全部就绪，可以拉取`,
		private: (images) => images === 1 ? "镜像已同步，但尚未公开" : `${images} 个镜像已同步，但部分尚未公开`,
		refused: (images) => images === 1 ? "该镜像不在白名单中" : `这 ${images} 个镜像都不在白名单中`,
		failed: (images) => images === 1 ? "镜像同步失败" : `${images} 个镜像全部同步失败`,
		planned: (images) => `${images} 个镜像的同步计划`,
		left: (images) => images === 1 ? "该镜像留待下次运行" : `这 ${images} 个镜像留待下次运行`,
		mixed: (tally) => {
			return `${`${tally.total} 个镜像中已同步 ${tally.ready + tally.private} 个`}${tally.private > 0 ? `（其中 ${tally.private} 个未公开）` : ""}，${parts(tally, [
				["planned", "待同步"],
				["waiting", "未开始"],
				["running", "未完成"],
				["refused", "不在白名单"],
				["left", "留待下次"],
				["failed", "失败"]
			])}`;
		},
		faulty: "无法处理这个请求",
		status: {
			queued: "排队中",
			copying: "复制中",
			verifying: "校验中",
			copied: "已复制",
			unchanged: "无变化",
			planned: "待复制",
			refused: "已拒绝",
			failed: "未成功",
			left: "待继续"
		},
		heading: {
			image: "镜像",
			result: "结果",
			address: "地址",
			digest: "摘要",
			platforms: "平台",
			size: "大小",
			sent: "传输",
			time: "用时",
			verified: "校验"
		},
		labelled: (label, value) => `**${label}**：${value}`,
		aside: (text) => `（${text}）`,
		joined: (phrases) => phrases.join("；"),
		pullBy: {
			tag: "拉取地址：",
			digest: "或按摘要拉取（内容不会改变）："
		},
		sameDigest: "与源镜像一致",
		platforms: (count) => `${count} 个平台`,
		more: (count) => `以及另外 ${count} 个`,
		duration: formatDurationZh,
		layers: (done, total) => `镜像层 ${done}/${total}`,
		bytes: (done, total) => `${done} / ${total}`,
		unchanged: "无需同步：镜像站上已有该镜像，且与源一致。",
		sent: (bytes, milliseconds) => `${formatBytes(bytes)}，用时 ${formatDurationZh(milliseconds)}`,
		toSend: ({ blobs, bytes }) => `需传输 ${blobs} 层，共 ${formatBytes(bytes)}`,
		upToDate: "已是最新",
		verified: {
			everything: "全部清单和镜像层均已在镜像站上",
			sparse: "这些平台的全部清单和镜像层均已在镜像站上",
			tag: "镜像站返回的摘要一致"
		},
		access: {
			public: "无需登录即可拉取",
			private: "必须登录才能拉取",
			unchecked: "未尝试匿名拉取"
		},
		privateAdvice: (registry, quote) => [
			`**镜像已经同步，但尚未公开**：从 ${quote(registry)} 拉取时需要登录。`,
			registry === "ghcr.io" ? "请维护者在该软件包的页面将其设为公开：**Package settings → Change visibility → Public**。" : "请维护者在该镜像仓库的设置中将其设为公开。",
			`在此之前，有权限的用户需要先登录：${quote(`docker login ${registry}`)}。`
		],
		note: (note, quote) => {
			switch (note.kind) {
				case "platforms-chosen": return `只复制了所选的平台，因此生成了新的索引，摘要与源镜像不同；源镜像的摘要是 ${quote(note.sourceDigest)}。`;
				case "attestations-dropped": return `按本镜像站的设置，索引中的证明（来源证明、SBOM 等）没有复制，因此摘要与源镜像不同；源镜像的摘要是 ${quote(note.sourceDigest)}。`;
				case "media-types-changed": return `按本镜像站的设置，清单改用了 Docker 的媒体类型，配置和镜像层不变，因此摘要与源镜像不同；源镜像的摘要是 ${quote(note.sourceDigest)}。`;
				case "platforms-left-out": return `索引及其摘要与源镜像一致，但只复制了所选的平台：索引中另有 ${note.count} 个镜像没有复制，除非以前复制过，否则无法从这里拉取。`;
				case "tag-elsewhere":
					if (note.digest === void 0) return `源仓库没有标签 ${quote(note.tag)}，因此只按摘要同步，没有改动镜像站上的标签。`;
					return `源仓库的标签 ${quote(note.tag)} 现已指向另一个镜像（${quote(note.digest)}），因此只按摘要同步，没有改动镜像站上的标签。`;
				case "foreign-layers": return `有 ${note.count} 层因许可限制不得再分发，拉取时会直接从发布者处下载。`;
				case "tag-backed-up": return `镜像站上的该标签此前指向另一个镜像（${quote(note.digest)}），现保留为 ${quote(note.tag)}。`;
				case "referrers": return `${note.count} 个签名、证明等附属内容已一并同步。`;
				case "referrers-failed":
					if (note.count === 0) return `无法查明该镜像是否有签名、证明等附属内容（${quote(note.code)}）；镜像本身是完整的。`;
					return `${note.count} 个签名、证明等附属内容未能同步（${quote(note.code)}）；镜像本身是完整的。`;
			}
		},
		commands: "可直接粘贴的命令：docker、podman、containerd、Kubernetes",
		keepName: "可选：继续使用原来的镜像名",
		forKubelet: "或者导入到 kubelet 使用的命名空间：",
		notAllowed: (allowlist) => `白名单 ${allowlist} 中没有允许该镜像的规则，因此没有复制任何内容。`,
		nearest: "最接近的规则：",
		line: (line) => `第 ${line} 行`,
		askForRule: (words) => `请${words("申请添加规则")}。`,
		editOrAskForRule: (words) => `如果你要的是上述规则允许的镜像，请编辑本 issue；否则请${words("申请添加规则")}。`,
		next: {
			requester: "下一步",
			maintainer: "请本镜像站的维护者处理",
			retry: "下一步"
		},
		askAgain: "请稍后关闭本 issue 再重新打开：已到达的内容会保留，并从那里继续。",
		runLog: "运行日志",
		smallPrint: "编辑本 issue 即可修改请求；要再次运行，请关闭后重新打开，或新建一个 issue。",
		leftOut: (count) => `……另有 ${count} 个未能列出，完整结果见运行日志。`,
		summaryTitle: "镜像同步结果",
		total: (tally) => {
			const standings = parts(tally, [
				["ready", "已就绪"],
				["private", "未公开"],
				["planned", "待同步"],
				["waiting", "未开始"],
				["running", "未完成"],
				["refused", "不在白名单"],
				["left", "留待下次"],
				["failed", "失败"]
			]);
			return [`共 ${tally.total} 个镜像`, standings].filter(Boolean).join("：");
		}
	}
};
/** The phrases of one language. */
function textsFor(language) {
	return TEXTS[language];
}
// src/report/cells.ts
/** What stands before an image, so that a long list can be read at a glance. */
const ICONS = {
	waiting: "⏳",
	running: "🚢",
	ready: "✅",
	private: "🔒",
	planned: "📋",
	refused: "🚫",
	failed: "❌",
	left: "⏸️"
};
/** Enough of a digest to tell two apart by eye. */
function shortDigest(digest) {
	return `${digest.slice(0, digest.indexOf(":"))}:${hexOf(digest).slice(0, 12)}`;
}
/** How an image stands, short enough for one cell of a table. */
function itemCell(item, language) {
	const texts = textsFor(language);
	if (item.state === "queued") return texts.status.queued;
	return item.state === "running" ? progressCell(item.progress, texts) : outcomeCell(item.outcome, language);
}
function outcomeCell(outcome, language) {
	const texts = textsFor(language);
	switch (outcome.status) {
		case "copied":
		case "unchanged": return `${codeSpan(outcome.address)}<br>${deliveredWords(outcome, texts)}`;
		case "planned": return outcome.upToDate ? texts.upToDate : texts.toSend(outcome.toSend);
		case "refused":
		case "failed":
		case "left": return plainText(failureText(outcome.failure, language).sentence);
	}
}
function deliveredWords(outcome, texts) {
	const { status, digest, facts, milliseconds } = outcome;
	return [
		texts.status[status],
		codeSpan(shortDigest(digest)),
		...factWords(facts, texts),
		texts.duration(milliseconds)
	].join(" · ");
}
/** `12 platforms`, `182 MiB`; nothing where the image was not read. */
function factWords(facts, texts) {
	if (facts === void 0) return [];
	const { platforms, size } = facts;
	return [...platforms.length > 0 ? [texts.platforms(platforms.length)] : [], formatBytes(size)];
}
const BAR_CELLS = 10;
function progressCell(progress, texts) {
	const { stage, done, total } = progress;
	if (stage === "verifying") return texts.status.verifying;
	const percent = percentOf(progress);
	const full = Math.round(percent / 100 * BAR_CELLS);
	return [
		`${texts.status.copying} ${"█".repeat(full)}${"░".repeat(BAR_CELLS - full)} ${percent} %`,
		texts.layers(done.blobs, total.blobs),
		texts.bytes(formatBytes(done.bytes), formatBytes(total.bytes))
	].join(" · ");
}
/** How much of the bytes is done, from 0 to 100; 0 while it is not known how many there are. */
function percentOf({ done, total }) {
	if (total.bytes <= 0) return 0;
	return Math.min(100, Math.max(0, Math.floor(done.bytes / total.bytes * 100)));
}
// src/report/tally.ts
/** How one image stands, over all the mirrors that it goes to; from the worst to the best. */
const STANDINGS = [
	"failed",
	"refused",
	"left",
	"waiting",
	"running",
	"private",
	"planned",
	"ready"
];
/** Counts images, not copies: one that goes to two mirrors is as good as the worse of the two. */
function tallyItems(items) {
	const worst = /* @__PURE__ */ new Map();
	for (const item of items) {
		const image = imageOf(item);
		const standing = standingOf(item);
		const other = worst.get(image);
		worst.set(image, other === void 0 ? standing : worse(standing, other));
	}
	const tally = {
		failed: 0,
		refused: 0,
		left: 0,
		waiting: 0,
		running: 0,
		private: 0,
		planned: 0,
		ready: 0,
		total: worst.size
	};
	for (const standing of worst.values()) tally[standing] += 1;
	return tally;
}
/** The same for outcomes alone. */
function tallyOutcomes(outcomes) {
	return tallyItems(outcomes.map((outcome) => ({
		state: "ended",
		outcome
	})));
}
/** The image of an item, as it was asked for. */
function imageOf(item) {
	if (item.state === "queued") return item.image;
	return item.state === "running" ? item.progress.image : item.outcome.image;
}
/** How a single item stands. */
function standingOf(item) {
	if (item.state === "queued") return "waiting";
	if (item.state === "running") return "running";
	const { outcome } = item;
	if (outcome.status === "copied" || outcome.status === "unchanged") return outcome.access === "private" ? "private" : "ready";
	return outcome.status;
}
function worse(one, other) {
	return STANDINGS.indexOf(one) < STANDINGS.indexOf(other) ? one : other;
}
// src/report/terminal.ts
/**
* Text from anywhere as part of a log line: on one line, without escape sequences, and with nothing in it that a
* runner of GitHub Actions takes for a command (`::name::` at the beginning of a line, `##[name]` anywhere).
*/
function logText(raw) {
	return visible(raw).replaceAll("##[", "#\\u{23}[").replace(/^(\s*):(?=:)/, "$1\\u{3a}");
}
/** What happened to one image, or would: one line, and indented ones under it where there is more to say. */
function outcomeLines(outcome, style) {
	const texts = textsFor(style.language);
	const head = `${statusWord(outcome.status, style)} ${logText(outcome.image)}`;
	switch (outcome.status) {
		case "copied":
		case "unchanged": return [`${head} ${arrived(outcome, texts)}`, ...indent([...accessLine(outcome, texts), ...noteLines(outcome, texts)])];
		case "planned": return [`${head} ${planned(outcome, texts)}`, ...indent(noteLines(outcome, texts))];
		case "refused": return [head, ...indent([...failureLines$1(outcome.failure, style), ...nearestLines(outcome.nearest, texts)])];
		case "failed":
		case "left": return [`${head}${towards(outcome.address)}`, ...indent(failureLines$1(outcome.failure, style))];
	}
}
/** A failure's sentence and what to do next, each on a line. */
function failureLines$1(failure, { language }) {
	const { sentence, next } = failureText(failure, language);
	return [logText(sentence), logText(next)];
}
/** The last line of a run: how many images there were, and what became of them. */
function totalLine(outcomes, { language }) {
	return textsFor(language).total(tallyOutcomes(outcomes));
}
function arrived(outcome, texts) {
	const words = [...factWords(outcome.facts, texts), texts.duration(outcome.milliseconds)];
	return `-> ${logText(outcome.address)} ${outcome.digest} ${words.join(", ")}`;
}
function planned(outcome, texts) {
	const work = outcome.upToDate ? texts.upToDate : texts.toSend(outcome.toSend);
	return `-> ${logText(outcome.address)} ${outcome.digest} ${[...factWords(outcome.facts, texts), work].join(", ")}`;
}
function towards(address) {
	return address === void 0 ? "" : ` -> ${logText(address)}`;
}
/** Said only where it is a surprise. */
function accessLine({ access }, texts) {
	return access === "private" ? [texts.access.private] : [];
}
function noteLines({ notes }, texts) {
	return notes.map((note) => texts.note(note, logText));
}
function nearestLines(nearest, texts) {
	if (nearest.length === 0) return [];
	return [texts.nearest, ...nearest.map(({ pattern, line }) => `  ${logText(pattern)}${texts.aside(texts.line(line))}`)];
}
/** As wide as the longest word (`unchanged`); the Chinese words are all of one width. */
const STATUS_WIDTH = 9;
const INDENT = " ".repeat(10);
function indent(lines) {
	return lines.map((line) => INDENT + line);
}
const GREEN = 32;
const YELLOW = 33;
const COLORS = {
	copied: GREEN,
	unchanged: GREEN,
	planned: 36,
	refused: YELLOW,
	failed: 31,
	left: YELLOW
};
function statusWord(status, { language, color }) {
	const word = textsFor(language).status[status].padEnd(language === "en" ? STATUS_WIDTH : 0);
	return color ? `\u001b[${COLORS[status]}m${word}\u001b[0m` : word;
}
// src/report/json.ts
/** An outcome as plain data, ready for `JSON.stringify`. */
function outcomeToJson(outcome) {
	switch (outcome.status) {
		case "copied":
		case "unchanged": return deliveredToJson(outcome);
		case "planned": return plannedToJson(outcome);
		case "refused": return refusedToJson(outcome);
		case "failed":
		case "left": return undeliveredToJson(outcome);
	}
}
/** A failure as plain data, for what fails before there is an outcome. */
function failureToJson(failure) {
	const { sentence, next } = failureText(failure, "en");
	return {
		code: failure.code,
		message: sentence,
		next
	};
}
function deliveredToJson(outcome) {
	const { status, image, address, digest, sent, milliseconds, verified, access, notes } = outcome;
	return {
		status,
		image,
		address,
		digest,
		...factsToJson(outcome),
		sent,
		milliseconds,
		verified,
		access,
		notes
	};
}
function plannedToJson(outcome) {
	const { status, image, address, digest, upToDate, toSend, notes } = outcome;
	return {
		status,
		image,
		address,
		digest,
		...factsToJson(outcome),
		upToDate,
		toSend,
		notes
	};
}
function refusedToJson({ status, image, failure, nearest }) {
	return {
		status,
		image,
		error: failureToJson(failure),
		nearest
	};
}
function undeliveredToJson({ status, image, address, failure }) {
	return {
		status,
		image,
		...address !== void 0 && { address },
		error: failureToJson(failure)
	};
}
function factsToJson({ facts }) {
	if (facts === void 0) return {};
	const { mediaType, platforms, size } = facts;
	return {
		mediaType,
		platforms,
		size
	};
}
// src/report/markdown.ts
/** Paragraphs and other blocks, one under the other; what is empty is left out. */
function blocks(...parts) {
	return parts.filter((part) => part !== "").join("\n\n");
}
/** A bulleted list. */
function list(items) {
	return items.map((item) => `- ${item}`).join("\n");
}
/**
* One row of a table (GFM, section 4.10). A pipe ends a cell even inside a code span, and backslashes before it are
* counted differently from one parser to the next; so a pipe becomes the box-drawing line that looks the same.
*/
function tableRow(cells) {
	return `| ${cells.map((cell) => cell.replaceAll("|", "│")).join(" | ")} |`;
}
/** The first two lines of a table: its headings and the rule under them. */
function tableHead(headings) {
	return `${tableRow(headings)}\n|${headings.map(() => " --- |").join("")}`;
}
/** A fenced block of code, which GitHub gives a button to copy it. Lines stay as they are. */
function fence(lines, language = "") {
	const content = lines.map(visible).join("\n");
	const marks = fenceFor(content, 3);
	return `${marks}${language}\n${content}\n${marks}`;
}
/** A link; only its label where `url` is no web address. */
function link(label, url) {
	if (url === void 0 || !URL.canParse(url)) return label;
	const { protocol, href } = new URL(url);
	if (protocol !== "https:" && protocol !== "http:") return label;
	return `[${label}](${href.replaceAll("(", "%28").replaceAll(")", "%29")})`;
}
/** A part that opens on a click. `summary` is HTML, not Markdown. */
function details(summary, content) {
	return `<details>\n<summary>${summary}</summary>\n\n${content}\n\n</details>`;
}
/** A box of GitHub's that catches the eye. */
function alert(kind, lines) {
	return [`[!${kind}]`, ...lines].map((line) => `> ${line}`).join("\n");
}
// src/report/cut-table.ts
/** A table of at most `budget` UTF-16 units: the rows that do not fit are counted under it. */
function cutTable(head, rows, budget, texts) {
	const lengths = rows.map((row) => row.length + 1);
	if (lengths.reduce((sum, length) => sum + length, head.length) <= budget) return [head, ...rows].join("\n");
	let left = budget - head.length - texts.leftOut(rows.length).length - 2;
	const fitting = lengths.findIndex((length) => (left -= length) < 0);
	const shown = rows.slice(0, Math.max(0, fitting));
	return blocks([head, ...shown].join("\n"), texts.leftOut(rows.length - shown.length));
}
// src/report/addresses.ts
/** All names of a delivered image. */
function addressesOf(outcome) {
	const { place, tag } = parseAddress(outcome.address);
	const { digest } = outcome;
	const isTagged = tag !== void 0 && !outcome.notes.some(({ kind }) => kind === "tag-elsewhere");
	const pinned = {
		place,
		digest
	};
	return {
		pull: formatAddress(isTagged ? {
			place,
			tag
		} : pinned),
		pinned: formatAddress(pinned),
		full: formatAddress(isTagged ? {
			place,
			tag,
			digest
		} : pinned),
		registry: place.kind === "registry" ? place.registry : void 0
	};
}
/** The name under which people know the image, for giving it back; undefined where it has no tag. */
function originalName(outcome) {
	const { place, tag } = parseAddress(outcome.image);
	return place.kind === "registry" && tag !== void 0 ? formatAddress({
		place,
		tag
	}) : void 0;
}
// src/report/client-commands.ts
/** The next step for each kind of client, for that very image; nothing where the mirror is a directory. */
function clientCommands(outcome, texts) {
	const { pull, full, registry } = addressesOf(outcome);
	if (registry === void 0) return "";
	const original = originalName(outcome);
	return details(texts.commands, blocks("**docker**", fence([`docker pull ${pull}`, ...keepName("docker tag", pull, original, texts)], "sh"), "**podman**", fence([`podman pull ${pull}`, ...keepName("podman tag", pull, original, texts)], "sh"), "**containerd**", fence([
		`nerdctl pull ${pull}`,
		`# ${texts.forKubelet}`,
		...kubeletCommands(pull, original, texts)
	], "sh"), "**Kubernetes**", fence([`image: ${full}`], "yaml")));
}
function kubeletCommands(pull, original, texts) {
	return [`ctr -n k8s.io images pull ${pull}`, ...keepName("ctr -n k8s.io images tag", pull, original, texts)];
}
function keepName(command, pull, original, texts) {
	return original === void 0 ? [] : [`# ${texts.keepName}`, `${command} ${pull} ${original}`];
}
// src/report/section.ts
/** All there is to say about what happened to one image, without a heading. */
function outcomeSection(outcome, links, language) {
	const texts = textsFor(language);
	switch (outcome.status) {
		case "copied":
		case "unchanged": return deliveredSection(outcome, texts);
		case "planned": return plannedSection(outcome, texts);
		case "refused": return refusedSection(outcome, links, language);
		case "failed": return failedSection(outcome, language);
		case "left": return leftSection(outcome, language);
	}
}
function deliveredSection(outcome, texts) {
	const { pull, pinned, registry } = addressesOf(outcome);
	return blocks(outcome.access === "private" && registry !== void 0 ? privateAlert(registry, texts) : "", texts.pullBy.tag, fence([pull]), pull === pinned ? "" : texts.pullBy.digest, pull === pinned ? "" : fence([pinned]), list(deliveredFacts(outcome, texts)), noteList(outcome.notes, texts), clientCommands(outcome, texts));
}
function privateAlert(registry, texts) {
	return alert("WARNING", texts.privateAdvice(registry, codeSpan));
}
function deliveredFacts(outcome, texts) {
	const { heading, labelled } = texts;
	const { facts, sent, status, verified, access, milliseconds, notes } = outcome;
	const measured = facts && [...facts.platforms.length > 0 ? [labelled(heading.platforms, platformList(facts.platforms, texts))] : [], labelled(heading.size, formatBytes(facts.size))];
	const moved = labelled(heading.sent, texts.sent(sent.bytes, milliseconds));
	const isNew = notes.some((note) => "sourceDigest" in note);
	const proved = notes.some(({ kind }) => kind === "platforms-left-out") && verified === "everything" ? "sparse" : verified;
	return [
		...isNew ? [] : [labelled(heading.digest, texts.sameDigest)],
		...measured ?? [],
		status === "unchanged" ? texts.unchanged : moved,
		labelled(heading.verified, texts.joined([texts.verified[proved], texts.access[access]]))
	];
}
const MOST_PLATFORMS = 16;
function platformList(platforms, texts) {
	const shown = platforms.slice(0, MOST_PLATFORMS).map(codeSpan);
	const rest = platforms.length - shown.length;
	return rest > 0 ? `${shown.join(" ")} ${texts.more(rest)}` : shown.join(" ");
}
function noteList(notes, texts) {
	return notes.length === 0 ? "" : alert("NOTE", notes.map((note) => texts.note(note, codeSpan)));
}
function plannedSection({ address, digest, upToDate, toSend, facts, notes }, texts) {
	const { heading, labelled } = texts;
	return blocks(fence([address]), list([
		labelled(heading.digest, codeSpan(digest)),
		...facts ? [labelled(heading.size, formatBytes(facts.size))] : [],
		upToDate ? texts.upToDate : texts.toSend(toSend)
	]), noteList(notes, texts));
}
function refusedSection({ failure, nearest }, links, language) {
	const texts = textsFor(language);
	if (failure.code === "allowlist-empty") return failureLines(failure, language);
	const path = link(codeSpan(links.allowlist.path), links.allowlist.url);
	const askForRule = nearest.length === 0 ? texts.askForRule : texts.editOrAskForRule;
	return blocks(texts.notAllowed(path), nearest.length === 0 ? "" : `${texts.nearest}\n${list(nearest.map((rule) => nearRule(rule, links, texts)))}`, texts.labelled(texts.next.requester, askForRule((label) => link(label, links.newRuleUrl))));
}
function nearRule({ pattern, line }, { allowlist }, texts) {
	const at = allowlist.url === void 0 ? void 0 : `${allowlist.url}#L${line}`;
	return codeSpan(pattern) + texts.aside(link(texts.line(line), at));
}
function failedSection({ address, failure }, language) {
	const { heading, labelled } = textsFor(language);
	return blocks(failureLines(failure, language), address === void 0 ? "" : labelled(heading.address, codeSpan(address)));
}
/** Whoever asked can have the rest done; that it is to be done later is no news to them. */
function leftSection({ address, failure }, language) {
	const { heading, labelled, next, askAgain } = textsFor(language);
	return blocks(plainText(failureText(failure, language).sentence), labelled(next.retry, askAgain), address === void 0 ? "" : labelled(heading.address, codeSpan(address)));
}
/** A failure's sentence, and who does what next. */
function failureLines(failure, language) {
	const texts = textsFor(language);
	const { sentence, next } = failureText(failure, language);
	return blocks(plainText(sentence), texts.labelled(texts.next[failure.remedy], plainText(next)));
}
// src/report/summary.ts
/** GitHub takes 1 MiB a step; a UTF-16 unit is at most three bytes, and the failures need room as well. */
const TABLE_LIMIT = 15e4;
const FAILURES_LIMIT = 15e4;
/** A run's job summary as Markdown: a table of all outcomes, and below it what went wrong and what to do. */
function renderSummary(outcomes, language) {
	const texts = textsFor(language);
	const { image, result, address, platforms, size, sent, time } = texts.heading;
	const head = tableHead([
		image,
		result,
		address,
		platforms,
		size,
		sent,
		time
	]);
	const rows = outcomes.map((outcome) => summaryRow(outcome, texts));
	return blocks(`## ${texts.summaryTitle}`, texts.total(tallyOutcomes(outcomes)), outcomes.length === 0 ? "" : cutTable(head, rows, TABLE_LIMIT, texts), ...problems(outcomes, language));
}
function summaryRow(outcome, texts) {
	const result = `${ICONS[standingOf({
		state: "ended",
		outcome
	})]} ${texts.status[outcome.status]}`;
	const measures = amounts(outcome, texts).map(unbroken);
	return tableRow([
		codeSpan(outcome.image),
		unbroken(result),
		addressCell(outcome),
		...measures
	]);
}
/** The long names take what room there is; `4.2 s` is not to be broken for them. */
function unbroken(words) {
	return words.replaceAll(" ", "&nbsp;");
}
function addressCell(outcome) {
	if (outcome.status === "refused") return "";
	if (outcome.status === "failed" || outcome.status === "left") return outcome.address === void 0 ? "" : codeSpan(outcome.address);
	return `${codeSpan(outcome.address)}<br>${codeSpan(shortDigest(outcome.digest))}`;
}
/** Platforms, size, what was sent, and the time taken. */
function amounts(outcome, texts) {
	if (!("digest" in outcome)) return [
		"",
		"",
		"",
		""
	];
	const { facts } = outcome;
	const measured = facts === void 0 ? ["", ""] : [String(facts.platforms.length), formatBytes(facts.size)];
	return outcome.status === "planned" ? [
		...measured,
		formatBytes(outcome.toSend.bytes),
		""
	] : [
		...measured,
		formatBytes(outcome.sent.bytes),
		texts.duration(outcome.milliseconds)
	];
}
/** Failures and refusals in full, as many as there is room for; the table above has them all by name. */
function problems(outcomes, language) {
	const sections = [...outcomes.flatMap((outcome) => outcome.status === "failed" || outcome.status === "refused" ? [blocks(`#### ${codeSpan(outcome.image)}`, failureLines(outcome.failure, language))] : []), ...reasonsForLeaving(outcomes, language)];
	let room = FAILURES_LIMIT;
	const fitting = sections.findIndex((section) => (room -= section.length) < 0);
	if (fitting === -1) return sections;
	return [...sections.slice(0, fitting), textsFor(language).leftOut(sections.length - fitting)];
}
/** Why images are left, once for all of them that are left for the same reason. */
function reasonsForLeaving(outcomes, language) {
	const images = /* @__PURE__ */ new Map();
	for (const outcome of outcomes) {
		if (outcome.status !== "left") continue;
		const reason = failureLines(outcome.failure, language);
		images.set(reason, (images.get(reason) ?? /* @__PURE__ */ new Set()).add(outcome.image));
	}
	return [...images].map(([reason, { size }]) => blocks(`#### ${textsFor(language).left(size)}`, reason));
}
// src/report/comment.ts
/**
* Longest comment, in UTF-16 units. GitHub refuses more than 65,536; what is left is room for whoever adds to it.
*/
const COMMENT_LIMIT = 6e4;
/** More sections than this are folded, so that the whole request is seen first. */
const MOST_OPEN_SECTIONS = 6;
/**
* The comment of a request as Markdown, for any moment of it; it is made anew and put in the old one's place. It has
* at most `COMMENT_LIMIT` characters: what grows too long is folded, then shown as a table, then cut with a count.
*/
function renderComment(view, language) {
	const frame = (body) => blocks(headline(view, language), body, footer(view, language));
	const forms = view.items.length <= MOST_OPEN_SECTIONS ? [openForm, foldedForm] : [foldedForm];
	for (const form of forms) {
		const comment = frame(form(view, language));
		if (comment.length <= 6e4) return comment;
	}
	return frame(itemTable(view.items, language, COMMENT_LIMIT - frame("").length - 2));
}
/** The comment of a request that could not be taken up as a whole: nothing named, too much named, no allowlist. */
function renderNotice(failure, language, links = {}) {
	return blocks(`### ${failure.remedy === "requester" ? "✏️" : ICONS.failed} ${textsFor(language).faulty}`, failureLines(failure, language), footer(links, language));
}
function headline(view, language) {
	const texts = textsFor(language);
	const tally = tallyItems(view.items);
	if (view.phase === "queued") return `### ${ICONS.waiting} ${texts.queued(tally.total)}`;
	const ended = tally.total - tally.waiting - tally.running;
	if (view.phase === "working") return `### ${ICONS.running} ${texts.working(ended, tally.total)}`;
	return `### ${finishedHeadline(tally, texts)}`;
}
function finishedHeadline(tally, texts) {
	const { total } = tally;
	if (tally.ready === total) return `${ICONS.ready} ${texts.ready(total)}`;
	if (tally.ready + tally.private === total) return `${ICONS.private} ${texts.private(total)}`;
	if (tally.refused === total) return `${ICONS.refused} ${texts.refused(total)}`;
	if (tally.failed === total) return `${ICONS.failed} ${texts.failed(total)}`;
	if (tally.left === total) return `${ICONS.left} ${texts.left(total)}`;
	if (tally.planned === total) return `${ICONS.planned} ${texts.planned(total)}`;
	return `⚠️ ${texts.mixed(tally)}`;
}
/** A table of what is under way, and all that has ended in full. */
function openForm({ items, ...links }, language) {
	const underWay = items.filter(({ state }) => state !== "ended");
	return blocks(underWay.length === 0 ? "" : itemTable(underWay, language), ...items.map((item) => item.state === "ended" ? blocks(`#### ${ICONS[standingOf(item)]} ${codeSpan(imageOf(item))}`, outcomeSection(item.outcome, links, language)) : ""));
}
/** A table of everything, and for all that has ended a part that opens on a click. */
function foldedForm({ items, ...links }, language) {
	return blocks(itemTable(items, language), ...items.map((item) => item.state === "ended" ? details(`${ICONS[standingOf(item)]} ${htmlCode(imageOf(item))}`, outcomeSection(item.outcome, links, language)) : ""));
}
/** One row an item; beyond `budget` characters the rest is counted instead. */
function itemTable(items, language, budget = 1e400) {
	const texts = textsFor(language);
	return cutTable(tableHead([
		"",
		texts.heading.image,
		texts.heading.result
	]), items.map((item) => tableRow([
		ICONS[standingOf(item)],
		codeSpan(imageOf(item)),
		itemCell(item, language)
	])), budget, texts);
}
function footer({ runUrl }, language) {
	const texts = textsFor(language);
	return `<sub>${[...runUrl === void 0 ? [] : [link(texts.runLog, runUrl)], texts.smallPrint].join(" · ")}</sub>`;
}
export { outcomeToJson as a, outcomeLines as c, failureToJson as i, totalLine as l, renderNotice as n, failureLines$1 as o, renderSummary as r, logText as s, renderComment as t };
