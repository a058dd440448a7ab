import { formatBytes } from '../failure/quantities.ts'
import type { Tally } from './tally.ts'
import type { Texts } from './texts.ts'

/** “3 个未放行，1 个失败”：没有的不写。 */
function parts(tally: Tally, names: ReadonlyArray<readonly [Exclude<keyof Tally, 'total'>, string]>): string {
  return names
    .filter(([standing]) => tally[standing] > 0)
    .map(([standing, name]) => `${tally[standing]} 个${name}`)
    .join('，')
}

function formatDurationZh(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} 毫秒`
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} 秒`
  const seconds = Math.round(milliseconds / 1000)
  return `${Math.floor(seconds / 60)} 分 ${seconds % 60} 秒`
}

/** Phrases in Simplified Chinese. */
export const textsZhCn: Texts = {
  queued: (images) => `${images} 个镜像排队中`,
  working: (ended, total) => (total === 1 ? '正在同步镜像' : `正在同步镜像：已完成 ${ended}/${total}`),
  ready: (images) => (images === 1 ? '镜像已就绪，可以拉取' : `${images} 个镜像全部就绪，可以拉取`),
  private: (images) => (images === 1 ? '镜像已同步，但尚未公开' : `${images} 个镜像已同步，但部分尚未公开`),
  refused: (images) => (images === 1 ? '该镜像不在白名单中' : `这 ${images} 个镜像都不在白名单中`),
  failed: (images) => (images === 1 ? '镜像同步失败' : `${images} 个镜像全部同步失败`),
  planned: (images) => `${images} 个镜像的同步计划`,
  left: (images) => (images === 1 ? '该镜像留待下次运行' : `这 ${images} 个镜像留待下次运行`),
  mixed: (tally) => {
    const mirrored = `${tally.total} 个镜像中已同步 ${tally.ready + tally.private} 个`
    const isPrivate = tally.private > 0 ? `（其中 ${tally.private} 个未公开）` : ''
    return `${mirrored}${isPrivate}，${parts(tally, [
      ['planned', '待同步'],
      ['waiting', '未开始'],
      ['running', '未完成'],
      ['refused', '不在白名单'],
      ['left', '留待下次'],
      ['failed', '失败'],
    ])}`
  },
  faulty: '无法处理这个请求',

  status: {
    queued: '排队中',
    copying: '复制中',
    verifying: '校验中',
    copied: '已复制',
    unchanged: '无变化',
    planned: '待复制',
    refused: '已拒绝',
    failed: '未成功',
    left: '待继续',
  },
  heading: {
    image: '镜像',
    result: '结果',
    address: '地址',
    digest: '摘要',
    platforms: '平台',
    size: '大小',
    sent: '传输',
    time: '用时',
    verified: '校验',
  },

  labelled: (label, value) => `**${label}**：${value}`,
  aside: (text) => `（${text}）`,
  joined: (phrases) => phrases.join('；'),
  pullBy: { tag: '拉取地址：', digest: '或按摘要拉取（内容不会改变）：' },
  sameDigest: '与源镜像一致',
  platforms: (count) => `${count} 个平台`,
  more: (count) => `以及另外 ${count} 个`,
  duration: formatDurationZh,
  layers: (done, total) => `镜像层 ${done}/${total}`,
  bytes: (done, total) => `${done} / ${total}`,
  unchanged: '无需同步：镜像站上已有该镜像，且与源一致。',
  sent: (bytes, milliseconds) => `${formatBytes(bytes)}，用时 ${formatDurationZh(milliseconds)}`,
  toSend: ({ blobs, bytes }) => `需传输 ${blobs} 层，共 ${formatBytes(bytes)}`,
  upToDate: '已是最新',
  verified: {
    everything: '全部清单和镜像层均已在镜像站上',
    sparse: '这些平台的全部清单和镜像层均已在镜像站上',
    tag: '镜像站返回的摘要一致',
  },
  access: {
    public: '无需登录即可拉取',
    private: '必须登录才能拉取',
    unchecked: '未尝试匿名拉取',
  },
  privateAdvice: (registry, quote) => [
    `**镜像已经同步，但尚未公开**：从 ${quote(registry)} 拉取时需要登录。`,
    registry === 'ghcr.io'
      ? '请维护者在该软件包的页面将其设为公开：**Package settings → Change visibility → Public**。'
      : '请维护者在该镜像仓库的设置中将其设为公开。',
    `在此之前，有权限的用户需要先登录：${quote(`docker login ${registry}`)}。`,
  ],
  note: (note, quote) => {
    switch (note.kind) {
      case 'platforms-chosen':
        return `只复制了所选的平台，因此生成了新的索引，摘要与源镜像不同；源镜像的摘要是 ${quote(note.sourceDigest)}。`
      case 'attestations-dropped':
        return `按本镜像站的设置，索引中的证明（来源证明、SBOM 等）没有复制，因此摘要与源镜像不同；源镜像的摘要是 ${quote(note.sourceDigest)}。`
      case 'media-types-changed':
        return `按本镜像站的设置，清单改用了 Docker 的媒体类型，配置和镜像层不变，因此摘要与源镜像不同；源镜像的摘要是 ${quote(note.sourceDigest)}。`
      case 'platforms-left-out':
        return `索引及其摘要与源镜像一致，但只复制了所选的平台：索引中另有 ${note.count} 个镜像没有复制，除非以前复制过，否则无法从这里拉取。`
      case 'tag-elsewhere':
        if (note.digest === undefined) {
          return `源仓库没有标签 ${quote(note.tag)}，因此只按摘要同步，没有改动镜像站上的标签。`
        }
        return `源仓库的标签 ${quote(note.tag)} 现已指向另一个镜像（${quote(note.digest)}），因此只按摘要同步，没有改动镜像站上的标签。`
      case 'foreign-layers':
        return `有 ${note.count} 层因许可限制不得再分发，拉取时会直接从发布者处下载。`
      case 'tag-backed-up':
        return `镜像站上的该标签此前指向另一个镜像（${quote(note.digest)}），现保留为 ${quote(note.tag)}。`
      case 'referrers':
        return `${note.count} 个签名、证明等附属内容已一并同步。`
      case 'referrers-failed':
        if (note.count === 0) {
          return `无法查明该镜像是否有签名、证明等附属内容（${quote(note.code)}）；镜像本身是完整的。`
        }
        return `${note.count} 个签名、证明等附属内容未能同步（${quote(note.code)}）；镜像本身是完整的。`
    }
  },

  commands: '可直接粘贴的命令：docker、podman、containerd、Kubernetes',
  keepName: '可选：继续使用原来的镜像名',
  forKubelet: '或者导入到 kubelet 使用的命名空间：',

  notAllowed: (allowlist) => `白名单 ${allowlist} 中没有允许该镜像的规则，因此没有复制任何内容。`,
  nearest: '最接近的规则：',
  line: (line) => `第 ${line} 行`,
  askForRule: (words) => `请${words('申请添加规则')}。`,
  editOrAskForRule: (words) => `如果你要的是上述规则允许的镜像，请编辑本 issue；否则请${words('申请添加规则')}。`,
  next: {
    requester: '下一步',
    maintainer: '请本镜像站的维护者处理',
    retry: '下一步',
  },
  askAgain: '请稍后关闭本 issue 再重新打开：已到达的内容会保留，并从那里继续。',

  runLog: '运行日志',
  smallPrint: '编辑本 issue 即可修改请求；要再次运行，请关闭后重新打开，或新建一个 issue。',
  leftOut: (count) => `……另有 ${count} 个未能列出，完整结果见运行日志。`,
  summaryTitle: '镜像同步结果',
  total: (tally) => {
    const standings = parts(tally, [
      ['ready', '已就绪'],
      ['private', '未公开'],
      ['planned', '待同步'],
      ['waiting', '未开始'],
      ['running', '未完成'],
      ['refused', '不在白名单'],
      ['left', '留待下次'],
      ['failed', '失败'],
    ])
    return [`共 ${tally.total} 个镜像`, standings].filter(Boolean).join('：')
  },
}
