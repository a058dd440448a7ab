import { excerpt } from './excerpt.ts'
import { formatBytes } from './quantities.ts'

const EXPECTED = {
  mapping: ['a mapping of keys to values', '由键和值组成的映射'],
  list: ['a list', '列表'],
  text: ['text on one line', '单行文本'],
  mirror: [
    'a registry with a prefix (ghcr.io/acme/mirror) or a directory (oci:./mirror)',
    '仓库地址及前缀（ghcr.io/acme/mirror）或目录（oci:./mirror）',
  ],
  naming: ['"prefix" or "flat"', '“prefix”或“flat”'],
  image: ['an image name, as in docker.io/library/nginx:1.27', '镜像名称，例如 docker.io/library/nginx:1.27'],
  platform: ['a platform, as in linux/amd64 or linux/arm/v7', '平台，例如 linux/amd64 或 linux/arm/v7'],
  host: [
    'a registry with its port, if it has one, as in registry.example.com:5000',
    '仓库主机名，可带端口，例如 registry.example.com:5000',
  ],
  endpoint: [
    'a host (127.0.0.1:5001) or a web address (https://proxy.example.com), without user name and password',
    '主机名（127.0.0.1:5001）或网址（https://proxy.example.com），不含用户名和密码',
  ],
  language: ['"en" or "zh-CN"', '“en”或“zh-CN”'],
  size: ['a number of bytes, or a size as in 500MB or 20GiB', '字节数，或如 500MB、20GiB 的大小'],
  count: ['a whole number from 1 on', '从 1 开始的整数'],
  'count-from-zero': ['a whole number from 0 on', '从 0 开始的整数'],
  duration: ['a duration, as in 90s, 45m or 5h30m', '时长，例如 90s、45m 或 5h30m'],
  switch: ['true or false', 'true 或 false'],
  referrers: ['"auto", "always" or "none"', '“auto”、“always”或“none”'],
  tags: ['"mutable" or "immutable"', '“mutable”或“immutable”'],
  'tag-pattern': [
    'a tag, in which "*" stands for any characters, as in latest or *-nightly',
    '标签，其中“*”代表任意字符，例如 latest 或 *-nightly',
  ],
} as const satisfies Readonly<Record<string, readonly [string, string]>>

/** What a value in the configuration has to be. */
export type ConfigExpectation = keyof typeof EXPECTED

/** What is wrong at one place of the configuration. */
export type ConfigFault =
  /** `detail` is the YAML parser's own sentence, in English, without the full stop. */
  | { readonly kind: 'syntax'; readonly detail: string }
  | { readonly kind: 'duplicate-key' }
  | { readonly kind: 'unknown-key'; readonly key: string; readonly nearest?: string }
  /** `found` is the value as text, undefined where there is none. */
  | { readonly kind: 'value'; readonly key: string; readonly expected: ConfigExpectation; readonly found?: string }
  /** `limit` in bytes. */
  | { readonly kind: 'too-large'; readonly limit: number }
  /** Nested too deep, or aliases of aliases that would grow beyond measure. */
  | { readonly kind: 'too-complex' }

/** Whether `text` names one of the expectations. */
export function isConfigExpectation(text: string): text is ConfigExpectation {
  return Object.hasOwn(EXPECTED, text)
}

/** The fault in English, without the full stop. */
export function configFaultEn(fault: ConfigFault): string {
  switch (fault.kind) {
    case 'syntax':
      return `this is not YAML: ${excerpt(fault.detail)}`
    case 'duplicate-key':
      return 'this key is there twice'
    case 'unknown-key':
      return `there is no key "${excerpt(fault.key)}"${fault.nearest === undefined ? '' : `; the nearest is "${fault.nearest}"`}`
    case 'value':
      return `${fault.key || 'the file'} has to be ${EXPECTED[fault.expected][0]}, ${fault.found === undefined ? 'and is empty' : `not ${excerpt(fault.found)}`}`
    case 'too-large':
      return `the file is larger than ${formatBytes(fault.limit)}`
    case 'too-complex':
      return 'the file is nested too deep, or its aliases multiply beyond measure'
  }
}

/** The fault in Simplified Chinese, without the full stop. */
export function configFaultZhCn(fault: ConfigFault): string {
  switch (fault.kind) {
    case 'syntax':
      return `不是有效的 YAML：${excerpt(fault.detail)}`
    case 'duplicate-key':
      return '这个键重复了'
    case 'unknown-key':
      return `没有名为“${excerpt(fault.key)}”的键${fault.nearest === undefined ? '' : `，最接近的是“${fault.nearest}”`}`
    case 'value':
      return `${fault.key || '文件内容'} 应为${EXPECTED[fault.expected][1]}，${fault.found === undefined ? '现在是空的' : `而不是 ${excerpt(fault.found)}`}`
    case 'too-large':
      return `文件大于 ${formatBytes(fault.limit)}`
    case 'too-complex':
      return '文件嵌套过深，或别名成倍展开'
  }
}
