const LONGEST_EXCERPT = 200

/** A text from outside, cut so that a message may hold it: nobody is helped by a megabyte of it. */
export function excerpt(text: string): string {
  return text.length <= LONGEST_EXCERPT ? text : `${text.slice(0, LONGEST_EXCERPT)}…`
}
