import type {
  ConflictReason,
  CredentialFault,
  Failure,
  FailureCode,
  HelpfulForm,
  ImagePart,
  LayoutFault,
  ManifestFault,
  MissingInput,
  ReferenceFault,
  RegistryProduct,
  UnreachableReason,
  UntrustedReason,
  VerificationFault,
} from './failure.ts'
import type { FailureCatalogue, FailureText } from './catalogue.ts'
import { configFaultZhCn } from './config-fault.ts'
import { compactDuration, formatBytes, LONGEST_TOLD_PAUSE } from './quantities.ts'

const REFERENCE_FAULTS: Readonly<Record<ReferenceFault, string>> = {
  empty: '内容为空',
  grammar: '不符合“仓库地址/镜像名:标签”的格式',
  uppercase: '镜像名只能用小写字母',
  digest: '摘要不是完整的 sha256 或 sha512 摘要',
  tag: '标签只能包含字母、数字、“_”、“.”和“-”，且不超过 128 个字符',
  'too-long': '名称过长',
  identifier: '这是镜像 ID，任何镜像仓库都无法据此查找',
  scheme: '这是一个网址',
}

const UNREACHABLE: Readonly<Record<UnreachableReason, string>> = {
  'unknown-host': '找不到该主机',
  refused: '对方拒绝连接',
  timeout: '对方没有响应',
  reset: '连接中断',
  certificate: '证书不受信任',
  'not-tls': '对方没有使用 TLS；如果是你自己的 http 仓库，请写入 insecure-registries',
  protocol: '对方的响应不是 HTTP',
  malformed: '对方的响应违反 HTTP 规范，这可能是它限制访问频率的方式',
}

const UNTRUSTED: Readonly<Record<UntrustedReason, readonly [why: string, next: string]>> = {
  'redirect-loop': ['重定向次数过多', '请联系该仓库的运营方。'],
  'not-an-address': ['指向的不是网址', '请联系该仓库的运营方。'],
  'leaves-tls': ['从 https 转到了 http', '如果这是你自己的仓库，请在 insecure-registries 中写明。'],
  realm: ['要求把凭据发往没有 TLS 的地方', '如果这是你自己的仓库，请在 insecure-registries 中写明。'],
  'private-address': [
    '指向内网、本机回环或链路本地地址',
    '如果那是你自己的主机，请在 endpoints 或 insecure-registries 中写明。',
  ],
  'foreign-link': ['列表的其余部分在另一台主机上', '请联系该仓库的运营方。'],
}

const CREDENTIALS: Readonly<Record<CredentialFault, string>> = {
  'not-json': '文件不是 JSON',
  'not-a-pair': '不是用户名和密码',
  helper: '凭据助手（credential helper）运行失败',
  refused: '凭据被拒绝',
}

/** 系统错误码的含义；其余的原样显示。 */
const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: '文件不存在',
  EISDIR: '它是一个目录',
  EACCES: '没有权限',
  EPERM: '没有权限',
  EROFS: '文件系统是只读的',
}

const LAYOUT_FAULTS: Readonly<Record<LayoutFault, string>> = {
  absent: '目录为空或不存在',
  'not-a-directory': '它不是目录',
  'not-empty': '目录中有其他文件，却没有 oci-layout 文件',
  version: 'oci-layout 文件不是 1.0 版',
  index: 'index.json 不是镜像索引',
}

const VERIFICATION: Readonly<Record<VerificationFault, (digest: string) => string>> = {
  absent: (digest) => `已推送 ${digest}，但该地址不存在`,
  'other-digest': (digest) => `它指向 ${digest}`,
  'manifest-absent': (digest) => `${digest} 下缺少清单`,
  'blob-absent': (digest) => `缺少数据块 ${digest}`,
}

const DOCKER_TYPES = 'application/vnd.docker.'

const MAKING: Readonly<Record<RegistryProduct | 'any', (repository: string) => string>> = {
  ecr: (repository) => `请先创建：aws ecr create-repository --repository-name ${repository}，再重试。`,
  harbor: (repository) => `请先在 Harbor 中创建项目 ${repository.replace(/\/.*/, '')}，再重试。`,
  any: () => '请先在那里创建该仓库或项目，再重试。',
}

const MISSING: Readonly<Record<MissingInput, string>> = {
  mirror: '请写明复制到哪里：带前缀的镜像仓库（ghcr.io/acme/mirror）或目录（oci:./mirror）。',
  platforms: '稀疏索引（sparse）会略去一部分平台：请写明要复制哪些平台，例如 linux/amd64。',
  immutable:
    'mutable-tags 写明的是其余标签不可变时仍可移动的标签：请同时写明 tags: immutable（--tags immutable），或去掉 mutable-tags。',
  issue: '请写明要处理的 issue，或由 issue 触发工作流。',
  repository: '请写明 issue 所在的代码仓库，例如 acme/mirror。',
  token: '请提供可以写 issue 的 GitHub API 令牌。',
  directory: '请写明要提供服务的目录，例如 transship serve ./mirror。',
}

const CONFLICTS: Readonly<Record<ConflictReason, string>> = {
  digest: '前者保持索引及其摘要不变，后者会改变摘要：请去掉其中一个。',
  request: '申请不能移动不可变的标签：请在 mutable-tags 中写明该标签，或用命令 copy 加 force 复制这一次。',
}

const MANIFEST: Readonly<Record<ManifestFault, string>> = {
  'not-json': '不是 JSON 对象',
  ambiguous: '既是索引又是镜像',
  'media-type': '清单中声明的类型与返回的类型不一致',
  'not-a-list': '缺少描述符列表',
  'no-descriptor': '缺少描述符',
  'no-digest': '描述符没有可用的摘要',
  size: '大小不是整数字节',
  'inline-data': '描述符内的数据与其摘要不符',
  nesting: 'JSON 嵌套过深',
}

const PARTS: Readonly<Record<ImagePart, string>> = {
  manifest: '清单',
  entry: '索引条目',
  config: '配置',
  layer: '镜像层',
}

const FORMS: Readonly<Record<HelpfulForm | 'any', string>> = {
  'drop-attestations':
    '请去掉证明（attestation）再复制，摘要会与源镜像不同：--drop-attestations（作为输入或配置项：drop-attestations）。如果镜像是你自己的，构建时请使用 --provenance=false --sbom=false。也可以复制到其他仓库。',
  'docker-media-types':
    '请改用 Docker 的媒体类型复制，摘要会与源镜像不同：--docker-media-types（作为输入或配置项：docker-media-types）。如果镜像是你自己的，构建时请使用输出选项 oci-mediatypes=false。也可以复制到其他仓库。',
  any: '请换一种形式复制，摘要会与源镜像不同：去掉证明（--drop-attestations）；若仍被拒绝，改用 Docker 的媒体类型（--docker-media-types）；作为输入或配置项时去掉前面的短横线。如果镜像是你自己的，构建时请使用 --provenance=false --sbom=false，或输出选项 oci-mediatypes=false。也可以复制到其他仓库。',
}

/** Failures in Simplified Chinese. */
export const failuresZhCn: FailureCatalogue = {
  'reference-invalid': ({ text, reason }) => ({
    sentence: `“${text}”不是镜像名：${REFERENCE_FAULTS[reason]}。`,
    next: '请写成 docker.io/library/nginx:1.27，或“仓库地址/镜像名@sha256:…”的形式。',
  }),
  'platform-invalid': ({ text }) => ({
    sentence: `“${text}”不是平台名。`,
    next: '请写成 系统/架构 或 系统/架构/变体，例如 linux/amd64、linux/arm/v7。',
  }),
  'address-too-long': ({ address, limit }) => ({
    sentence: `地址 ${address} 超过了镜像名允许的 ${limit} 个字符。`,
    next: '请改用前缀更短的镜像站地址。',
  }),
  'target-invalid': ({ text }) => ({
    sentence: `“${text}”不是有效的镜像位置。`,
    next: '请给出带前缀的镜像仓库（ghcr.io/acme/mirror）、目录（oci:./mirror），或目录中的镜像（oci:./mirror:docker.io/library/nginx:1.27）。',
  }),
  'input-invalid': ({ name, value, expected }) => ({
    sentence: `“${value}”不是 ${name} 的有效取值。`,
    next: `应为：${expected}。`,
  }),
  'input-missing': ({ name, need }) => ({ sentence: `缺少 ${name}。`, next: MISSING[need] }),
  'input-conflict': ({ name, other, reason }) => ({
    sentence: `${name} 与 ${other} 不能同时使用。`,
    next: CONFLICTS[reason],
  }),
  'usage-invalid': ({ command, detail }) => ({
    sentence: `transship ${command} 的用法不对：${detail}。`,
    next: `运行 transship ${command} --help 查看全部参数。`,
  }),
  'config-invalid': ({ file, line, column, reason }) => ({
    sentence: `${file}:${line}:${column}：${configFaultZhCn(reason)}。`,
    next: '请修改这一行；使用文档旁的 JSON Schema，编辑器可以在输入时检查。',
  }),
  'file-unreadable': ({ path, reason }) => ({
    sentence: `无法读取 ${path}：${SYSTEM[reason] ?? reason}。`,
    next: '请检查路径；在工作流中请确认已先运行 actions/checkout。',
  }),
  'credentials-ambiguous': ({ hosts }) => ({
    sentence: `只给了一组用户名和密码，而镜像站分布在多个镜像仓库（${hosts}）。`,
    next: '请先分别登录各个仓库（docker/login-action 或 docker login），并去掉这两个输入。',
  }),
  'credentials-unusable': ({ host, reason }) => ({
    sentence: `${host} 的凭据无法使用：${CREDENTIALS[reason]}。`,
    next: '请重新登录，或修正 Docker 配置。',
  }),
  'not-allowed': ({ image, allowlist }) => ({
    sentence: `${image} 不在白名单（${allowlist}）中。`,
    next: '请向本镜像站的维护者申请添加规则。',
  }),
  'allowlist-empty': ({ allowlist }) => ({
    sentence: `白名单 ${allowlist} 不存在或没有规则，因此不允许任何镜像。`,
    next: '请由维护者添加规则，每行一条，例如 docker.io/library/*。',
  }),
  'images-none': () => ({
    sentence: '没有写明要同步的镜像。',
    next: '请至少写一个镜像，每行一个，例如 docker.io/library/nginx:1.27。',
  }),
  'images-too-many': ({ count, limit }) => ({
    sentence: `一共写了 ${count} 个镜像，每次最多处理 ${limit} 个。`,
    next: '请分成几次提交。',
  }),
  'image-too-large': ({ image, size, limit }) => ({
    sentence: `${image} 大小为 ${formatBytes(size)}，超过上限 ${formatBytes(limit)}。`,
    next: '请减少所选平台，或请维护者调高 max-size。',
  }),
  'image-unknown': ({ image, host }) => ({
    sentence: `${host} 上没有镜像 ${image}。`,
    next: '请检查镜像名和标签的拼写。',
  }),
  'platform-missing': ({ image, wanted, available }) => ({
    sentence: `${image} 没有 ${wanted} 平台。`,
    next: available === '' ? '该镜像没有写明平台，请改为申请全部平台。' : `可选平台：${available}。`,
  }),
  'manifest-invalid': ({ image, reason, detail }) => ({
    sentence: `${image} 的清单（manifest）无效：${MANIFEST[reason]}${detail && `（${detail}）`}。`,
    next: '需要由镜像的发布者重新推送。',
  }),
  'manifest-unsupported': ({ image, mediaType }) => ({
    sentence: `${image} 的清单类型为 ${mediaType}，复制后无法保持摘要不变。`,
    next: '请镜像的发布者以 OCI 格式重新推送。',
  }),
  'manifest-too-large': ({ image, limit, together }) => ({
    sentence: together
      ? `${image} 的全部清单合计超过 ${formatBytes(limit)}。`
      : `${image} 有超过 ${formatBytes(limit)} 的清单。`,
    next: together
      ? '请减少平台，或请维护者在配置中调高 limits.manifests。'
      : '该镜像需要拆分，或由维护者在配置中调高 limits.manifest；镜像仓库没有义务接受这么大的清单。',
  }),
  'not-expressible': ({ image, part, mediaType }) => ({
    sentence: `${image} 中有类型为 ${mediaType || '未知'} 的${PARTS[part]}，Docker 没有对应的媒体类型。`,
    next: '请不要对该镜像使用 docker-media-types，改为复制到接受 OCI 镜像的仓库；只有层未压缩或用 gzip 压缩的镜像才能写成 Docker 格式。',
  }),
  'only-attestations': ({ image }) => ({
    sentence: `${image} 中只有证明（attestation），去掉后什么也不剩。`,
    next: '请不要对该镜像使用 drop-attestations 和 docker-media-types。',
  }),
  'manifest-too-deep': ({ image, limit }) => ({
    sentence: `${image} 的索引嵌套超过 ${limit} 层，或指向了自身。`,
    next: '需要由镜像的发布者推送不嵌套的索引，或由维护者在配置中调高 limits.depth。',
  }),
  'image-too-complex': ({ image, limit }) => ({
    sentence: `${image} 由超过 ${limit} 个清单和镜像层组成。`,
    next: '请减少平台，或请维护者在配置中调高 limits.parts。',
  }),
  'blob-unknown': ({ where, digest }) => ({
    sentence: `${where} 的清单引用了数据块 ${digest}，但仓库中并不存在。`,
    next: '那里的镜像不完整，需要由发布者重新推送。',
  }),
  'foreign-layer-unavailable': ({ digest, because }) => {
    const { sentence, next } = textOf(because)
    return {
      sentence: `无法从发布者处取得镜像层 ${digest}：${sentence}`,
      next:
        because.code === 'registry-untrusted'
          ? next
          : '请稍后再试，或不使用 foreign-layers：这类镜像层将留在发布者处。',
    }
  },
  'digest-mismatch': ({ where, expected, actual }) => ({
    sentence: `向 ${where} 请求 ${expected}，收到的内容却是 ${actual}。`,
    next: '没有发布任何内容。请重试；若再次发生，说明该仓库或其前面的代理有问题。',
  }),
  'size-mismatch': ({ where, digest, expected, actual }) => ({
    sentence: `${where} 为 ${digest} 发送了 ${actual} 字节，应为 ${expected} 字节。`,
    next: '没有发布任何内容。请重试；若再次发生，说明该仓库或其前面的代理有问题。',
  }),
  'registry-unreachable': ({ host, reason, detail }) => ({
    sentence: `无法连接 ${host}：${UNREACHABLE[reason]}${detail && `（${detail}）`}。`,
    next: '请检查仓库地址；若无误，请稍后再试。',
  }),
  'registry-stalled': ({ host, seconds }) => ({
    sentence: `与 ${host} 之间已有 ${seconds} 秒没有数据传输，或传输量过小。`,
    next: '请重试；已传输的内容会保留。',
  }),
  'registry-throttled': ({ host, seconds }) => ({
    sentence: `已达到 ${host} 的访问频率限制。`,
    next: `请${seconds === undefined || seconds > LONGEST_TOLD_PAUSE ? '稍后' : `在 ${seconds} 秒后`}再试，或登录该仓库以获得更高的限额。`,
  }),
  'pull-limit-reached': ({ host, remaining, seconds }) => ({
    sentence: `${host} 的拉取次数${remaining === 0 ? '暂时用完' : `暂时只剩 ${remaining} 次，予以保留`}${seconds === undefined ? '' : `，最迟 ${compactDuration(seconds * 1000)} 后恢复`}。`,
    next: '请稍后再次运行，会从已有的内容继续；登录该仓库可提高限额。',
  }),
  'registry-error': ({ host, status, detail }) => ({
    sentence: `${host} 返回了 ${status}${detail && `：${detail}`}。`,
    next: '请稍后再试；若持续出现，请联系该仓库的管理者。',
  }),
  'registry-untrusted': ({ host, reason, leadsTo }) => {
    const [why, next] = UNTRUSTED[reason]
    return { sentence: `为安全起见，已停止访问 ${host}：${why}${leadsTo ? `（${leadsTo}）` : ''}。`, next }
  },
  'pull-denied': ({ host, repository, detail }) => ({
    sentence: `${host} 不允许读取 ${repository}${detail && `（${detail}）`}。`,
    next: '请检查名称；如果该镜像需要登录，请在这一步之前先登录该仓库。',
  }),
  'push-denied': ({ host, repository, detail }) => ({
    sentence: `${host} 不允许写入 ${repository}${detail && `（${detail}）`}。`,
    next: '请提供有推送权限的凭据；在 GHCR 上，作业需要“packages: write”权限。',
  }),
  'repository-missing': ({ host, repository, detail, product }) => ({
    sentence: `${host} 上没有仓库 ${repository}，也不会自动创建${detail && `（${detail}）`}。`,
    next: MAKING[product ?? 'any'](repository),
  }),
  'tag-immutable': ({ host, repository, tag, detail }) => ({
    sentence: `${host} 不允许改动 ${repository} 的标签 ${tag}${detail && `（${detail}）`}。`,
    next: '该标签保持原样。请按摘要复制、改用其他标签，或允许该仓库改动标签。',
  }),
  'manifest-refused': ({ host, repository, mediaType, detail, helps }) => ({
    sentence: `${host} 的 ${repository} 不接受类型为 ${mediaType} 的清单${detail && `（${detail}）`}。`,
    next: mediaType.startsWith(DOCKER_TYPES)
      ? '请让该仓库接受 Docker 格式（zot 中为 compat），或复制到其他仓库。'
      : FORMS[helps ?? 'any'],
  }),
  'manifest-incomplete': ({ host, repository, detail, digest }) => ({
    sentence: `${host} 表示 ${repository} 缺少${digest === undefined ? '该镜像的某个部分' : `该镜像的 ${digest}`}${detail && `（${detail}）`}，尽管刚刚已经上传。`,
    next: '该标签保持原样。请重新运行；若再次发生，说明该仓库会丢失收到的内容。',
  }),
  'sparse-refused': ({ where, detail }) => ({
    sentence: `${where} 不接受内容不全的索引${detail && `（${detail}）`}。`,
    next: '请去掉 --sparse（sparse）：同样的平台会以较小的索引复制，摘要与源镜像不同；或者复制全部平台。',
  }),
  'blob-too-large': ({ host, digest, size, least }) => ({
    sentence: `${host} 不接受 ${digest}（${formatBytes(size)}），整体上传和分块上传都被拒绝${least === undefined ? '' : `（它要求每块不小于 ${formatBytes(least)}）`}。`,
    next: '请调高该仓库及其前面的代理对请求体大小的限制（nginx 中为 client_max_body_size）。',
  }),
  'digest-refused': ({ host, digest, detail }) => ({
    sentence: `${host} 收到的内容不是 ${digest}${detail && `（${detail}）`}。`,
    next: '没有发布任何内容。请重试；若再次发生，说明该仓库或其前面的代理有问题。',
  }),
  'repository-unlisted': ({ where }) => ({
    sentence: `${where} 没有指明唯一的镜像。`,
    next: '请在目录后写明镜像，例如 oci:./mirror:docker.io/library/nginx:1.27。',
  }),
  'tag-protected': ({ address, tag, present, wanted }) => ({
    sentence: `${address} 指向 ${present}，不能改为指向 ${wanted}：本镜像站的标签不可变。`,
    next: `该标签保持原样。请复制到其他标签，在 mutable-tags 中写明 ${tag}，或用 --force 移动这一次。`,
  }),
  'disk-full': ({ path }) => ({
    sentence: `磁盘空间不足，无法写入 ${path}。`,
    next: '请清理空间后再次运行：已传输的内容会保留。',
  }),
  'directory-unwritable': ({ path, reason }) => ({
    sentence: `${path} 无法写入：${SYSTEM[reason] ?? reason}。`,
    next: '请检查该目录的所有者和写权限，或换一个目录。',
  }),
  'layout-invalid': ({ path, reason }) => ({
    sentence: `${path} 不是 OCI 镜像目录：${LAYOUT_FAULTS[reason]}。`,
    next:
      reason === 'absent'
        ? '请检查路径，或先向其中复制镜像。'
        : '请给出空目录、尚不存在的目录，或已有的 OCI 镜像目录。',
  }),
  'layout-locked': ({ path, holder }) => ({
    sentence: `${path} 正被另一个程序占用（${holder}）。`,
    next: '请等待其结束；若没有程序在运行，请删除锁文件。',
  }),
  'port-taken': ({ address }) => ({
    sentence: `${address} 已被另一个程序占用。`,
    next: '请用 --port 换一个端口，或用 0 自动选择空闲端口。',
  }),
  'not-verified': ({ address, fault, digest }) => ({
    sentence: `${address} 读回时不一致：${VERIFICATION[fault](digest)}。`,
    next: '请先不要使用，重新运行一次。',
  }),
  'github-error': ({ status, detail, need }) => ({
    sentence: status === 0 ? `无法连接 GitHub：${detail}。` : `GitHub 返回了 ${status}${detail && `：${detail}`}。`,
    next: need
      ? `请为作业添加权限“${need}”。`
      : status === 401
        ? '请检查令牌（token）。'
        : '请稍后重新运行；GitHub 是否正常可在 githubstatus.com 查看。',
  }),
  cancelled: () => ({ sentence: '运行已取消。', next: '再次运行即可，会从已有的内容继续。' }),
  'deadline-reached': ({ milliseconds }) => ({
    sentence: `本次运行的时限（${compactDuration(milliseconds)}）已到，该镜像尚未完成。`,
    next: '再次运行即可，会从已有的内容继续；时限由 deadline 设定。',
  }),
  internal: ({ detail }) => ({
    sentence: `Transship 内部出错：${detail}。`,
    next: '请附上日志报告此问题。',
  }),
}

function textOf<Code extends FailureCode>({ code, facts }: Failure<Code>): FailureText {
  return failuresZhCn[code](facts)
}
