import type { FailureCatalogue, FailureText, Language } from './catalogue.ts'
import type { Failure, FailureCode } from './failure.ts'
import { failuresEn } from './texts.en.ts'
import { failuresZhCn } from './texts.zh-cn.ts'

const CATALOGUES: Readonly<Record<Language, FailureCatalogue>> = { en: failuresEn, 'zh-CN': failuresZhCn }

/** What a failure says to a person, in their language. Plain text with facts from anywhere in it: escape it. */
export function failureText<Code extends FailureCode>(failure: Failure<Code>, language: Language): FailureText {
  return CATALOGUES[language][failure.code](failure.facts)
}
