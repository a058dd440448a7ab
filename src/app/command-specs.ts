/** One flag of the command line. Its name is that of the Action's input where there is one. */
export interface Flag {
  readonly name: string
  /** What stands behind it, as the help shows it; a flag without is a switch. */
  readonly value?: string
  readonly help: string
  readonly repeats?: boolean
}

/** One command of the command line. */
export interface CommandSpec {
  readonly name: string
  /** Its arguments, as the help shows them. */
  readonly usage: string
  readonly help: string
  readonly flags: readonly Flag[]
}

const COMMON: readonly Flag[] = [
  { name: 'config', value: 'FILE', help: 'configuration file (default: .github/transship.yml, if there)' },
  { name: 'language', value: 'en|zh-CN', help: 'language of messages (default: en)' },
  { name: 'json', help: 'print JSON' },
  { name: 'help', help: 'show this help' },
]

/** What is copied of an image, and where its tag may go. */
const IMAGE: readonly Flag[] = [
  { name: 'platforms', value: 'LIST', help: 'only these, as in linux/amd64,linux/arm64 (default: all)', repeats: true },
  { name: 'sparse', help: 'with --platforms: keep the index and its digest, leave the others out' },
  { name: 'drop-attestations', help: 'leave attestations out of indexes; changes the digest' },
  {
    name: 'docker-media-types',
    help: "write manifests in Docker's media types, without attestations; changes the digest",
  },
  {
    name: 'referrers',
    value: 'auto|always|none',
    help: 'signatures and the like: with what is copied, also where the tag is up to date, or not at all (default: auto)',
  },
  { name: 'foreign-layers', help: 'copy layers that may not be redistributed, too' },
  { name: 'tags', value: 'mutable|immutable', help: 'whether tags of a mirror may be moved (default: mutable)' },
  {
    name: 'mutable-tags',
    value: 'LIST',
    help: "with --tags immutable: tags that may be moved all the same, as in latest,'*-nightly'",
    repeats: true,
  },
  { name: 'backup-tags', help: 'keep what a moved tag led to under a dated tag' },
]

const COPYING: readonly Flag[] = [
  { name: 'naming', value: 'prefix|flat', help: 'how mirrors name what they serve (default: prefix)' },
  { name: 'allowlist', value: 'FILE', help: 'copy only what this list allows' },
  ...IMAGE,
  {
    name: 'endpoints',
    value: 'NAME=HOST',
    help: 'read a registry from elsewhere, as in docker.io=proxy:5000',
    repeats: true,
  },
  { name: 'insecure-registries', value: 'HOST', help: 'speak plain http to this host', repeats: true },
  { name: 'max-size', value: 'SIZE', help: 'largest image to copy (default: 20GiB)' },
  { name: 'concurrency', value: 'N', help: 'blobs that move at once to a mirror (default: 4)' },
  { name: 'pull-reserve', value: 'N', help: "stop when no more of a registry's pulls are left (default: 0)" },
  { name: 'deadline', value: 'TIME', help: 'time for all of it, as in 45m or 5h30m: the rest is left (default: none)' },
  { name: 'dry-run', help: 'print what would be copied, and copy nothing' },
]

/** All commands, in the order in which the help lists them. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'copy',
    usage: 'SOURCE... --to MIRROR... | SOURCE TARGET',
    help: 'Copy images with all their platforms, digests unchanged, from registry to registry or to a directory (oci:DIR).',
    flags: [
      {
        name: 'to',
        value: 'MIRROR',
        help: 'a registry with a prefix (ghcr.io/acme/mirror), or oci:DIR',
        repeats: true,
      },
      ...COPYING,
      { name: 'force', help: 'move tags that are immutable' },
      { name: 'verify', help: 'read everything back afterwards, not only the tag' },
      ...COMMON,
    ],
  },
  {
    name: 'request',
    usage: '--repository OWNER/NAME --issue NUMBER --mirrors MIRROR...',
    help: 'Answer a mirror request that was opened as a GitHub issue. Needs GITHUB_TOKEN.',
    flags: [
      { name: 'repository', value: 'OWNER/NAME', help: 'the repository of the issue (default: GITHUB_REPOSITORY)' },
      { name: 'issue', value: 'NUMBER', help: 'the issue' },
      { name: 'mirrors', value: 'MIRROR', help: 'where to copy to', repeats: true },
      ...COPYING,
      ...COMMON,
    ],
  },
  {
    name: 'serve',
    usage: 'DIR',
    help: 'Serve a directory as an OCI registry on this machine: pull, push, tags. It has no logins.',
    flags: [
      { name: 'port', value: 'N', help: 'port (default: 5000; 0 for any that is free)' },
      { name: 'host', value: 'ADDRESS', help: 'address to listen on (default: 127.0.0.1)' },
      { name: 'read-only', help: 'refuse pushes' },
      ...COMMON,
    ],
  },
]
