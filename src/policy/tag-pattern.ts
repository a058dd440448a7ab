const TAG_PATTERN = /^[\w*][\w.*-]{0,127}$/

/** Whether a text can match tags: a tag (distribution-spec, "Pulling manifests"), with `*` for any characters. */
export function isTagPattern(text: string): boolean {
  return TAG_PATTERN.test(text)
}
