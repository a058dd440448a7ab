import type { Language } from './catalogue.ts'

const FAULTS = {
  tag: [
    'it holds a tag, and a rule is about every tag: leave the tag out',
    '含有标签，而规则对所有标签生效：请去掉标签',
  ],
  digest: [
    'it holds a digest, and a rule is about every digest: leave the digest out',
    '含有摘要，而规则对所有摘要生效：请去掉摘要',
  ],
  'no-registry': [
    'it names no registry; write it as in docker.io/library/nginx',
    '没有写明仓库主机名，请写成 docker.io/library/nginx 的形式',
  ],
  'no-repository': [
    'it names a registry alone; write it as in ghcr.io/acme/app, or ghcr.io/** for all that is there',
    '只写了仓库主机名，请写成 ghcr.io/acme/app 的形式，或用 ghcr.io/** 表示其中的全部镜像',
  ],
  wildcard: [
    '"**" stands for whole levels only, as in ghcr.io/acme/**; within a level write "*"',
    '“**”只能代表完整的层级，例如 ghcr.io/acme/**；层级内部请用“*”',
  ],
  grammar: [
    'it is no image name: lower-case letters, digits, ".", "_", "-", "/" and the wildcards "*" and "**" are all it may hold',
    '不是镜像名称：只能包含小写字母、数字、“.”、“_”、“-”、“/”以及通配符“*”和“**”',
  ],
} as const satisfies Readonly<Record<string, readonly [string, string]>>

/** Why a line of an allowlist is no rule. */
export type PatternFault = keyof typeof FAULTS

/** The fault in words, without the full stop. */
export function patternFaultText(fault: PatternFault, language: Language): string {
  const [english, chinese] = FAULTS[fault]
  return language === 'en' ? english : chinese
}
