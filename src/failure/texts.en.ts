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
import { configFaultEn } from './config-fault.ts'
import { compactDuration, formatBytes, LONGEST_TOLD_PAUSE } from './quantities.ts'

const REFERENCE_FAULTS: Readonly<Record<ReferenceFault, string>> = {
  empty: 'it is empty',
  grammar: 'it does not follow the form registry/repository:tag',
  uppercase: 'repository names are in lower case',
  digest: 'its digest is not a whole sha256 or sha512 digest',
  tag: 'its tag may hold only letters, digits, "_", "." and "-", and at most 128 of them',
  'too-long': 'it is too long',
  identifier: 'it is an image ID, which no registry can look up',
  scheme: 'it is a web address',
}

const UNREACHABLE: Readonly<Record<UnreachableReason, string>> = {
  'unknown-host': 'there is no host of that name',
  refused: 'it refuses connections',
  timeout: 'it does not answer',
  reset: 'the connection broke',
  certificate: 'its certificate is not trusted',
  'not-tls': 'it does not speak TLS; if it is a plain http registry of your own, name it in insecure-registries',
  protocol: 'what it answers is not HTTP',
  malformed: 'its answer breaks the rules of HTTP, which may be its way to limit how much is asked of it',
}

const UNTRUSTED: Readonly<Record<UntrustedReason, readonly [why: string, next: string]>> = {
  'redirect-loop': ['it redirects too often', 'Ask whoever runs that registry.'],
  'not-an-address': ['it leads to something that is no web address', 'Ask whoever runs that registry.'],
  'leaves-tls': ['it leads from https to http', 'If this registry is your own, name it in insecure-registries.'],
  realm: [
    'it asks for credentials to be sent to a place without TLS',
    'If this registry is your own, name it in insecure-registries.',
  ],
  'private-address': [
    'it leads to a private, loopback or link-local address',
    'If that host is your own, name it in endpoints or insecure-registries.',
  ],
  'foreign-link': ['the rest of a list is on another host', 'Ask whoever runs that registry.'],
}

const CREDENTIALS: Readonly<Record<CredentialFault, string>> = {
  'not-json': 'the file is not JSON',
  'not-a-pair': 'they are not a user name and a password',
  helper: 'the credential helper failed',
  refused: 'they were refused',
}

/** What the system's codes mean; any other is shown as it is. */
const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
}

const LAYOUT_FAULTS: Readonly<Record<LayoutFault, string>> = {
  absent: 'it is empty or does not exist',
  'not-a-directory': 'it is not a directory',
  'not-empty': 'it holds other files and no oci-layout',
  version: 'its oci-layout file is not of version 1.0',
  index: 'its index.json is not an image index',
}

const VERIFICATION: Readonly<Record<VerificationFault, (digest: string) => string>> = {
  absent: (digest) => `it is not there, though ${digest} was put`,
  'other-digest': (digest) => `it leads to ${digest}`,
  'manifest-absent': (digest) => `a manifest below ${digest} is missing`,
  'blob-absent': (digest) => `the blob ${digest} is missing`,
}

const DOCKER_TYPES = 'application/vnd.docker.'

const MAKING: Readonly<Record<RegistryProduct | 'any', (repository: string) => string>> = {
  ecr: (repository) => `Make it: aws ecr create-repository --repository-name ${repository}. Then try again.`,
  harbor: (repository) => `Make the project ${repository.replace(/\/.*/, '')} in Harbor, then try again.`,
  any: () => 'Make the repository or its project there first, then try again.',
}

const MISSING: Readonly<Record<MissingInput, string>> = {
  mirror: 'Say where to copy to: a registry with a prefix (ghcr.io/acme/mirror), or a directory (oci:./mirror).',
  platforms: 'A sparse index leaves platforms out: say which ones to copy, as in linux/amd64.',
  immutable:
    'mutable-tags names the tags that may move where the others are immutable: say tags: immutable (--tags immutable) as well, or leave mutable-tags out.',
  issue: 'Say which issue to answer, or let an issue start the workflow.',
  repository: 'Say which repository the issue is in, as in acme/mirror.',
  token: "Give a token for GitHub's API that may write to issues.",
  directory: 'Say which directory to serve, as in transship serve ./mirror.',
}

const CONFLICTS: Readonly<Record<ConflictReason, string>> = {
  digest: 'The one keeps the index with its digest, the other changes it: leave one of them out.',
  request:
    'A request moves no tag that is immutable: name the tag in mutable-tags, or copy the image once with the command copy and force.',
}

const MANIFEST: Readonly<Record<ManifestFault, string>> = {
  'not-json': 'it is not a JSON object',
  ambiguous: 'it is an index and an image at once',
  'media-type': 'it does not call itself what it was served as',
  'not-a-list': 'it lacks a list of descriptors',
  'no-descriptor': 'a descriptor is missing',
  'no-digest': 'a descriptor has no usable digest',
  size: 'a size is not a whole number of bytes',
  'inline-data': 'the data inside a descriptor is not what its digest says',
  nesting: 'its JSON is nested too deep',
}

const PARTS: Readonly<Record<ImagePart, string>> = {
  manifest: 'a manifest',
  entry: 'an index with an entry',
  config: 'a config',
  layer: 'a layer',
}

const FORMS: Readonly<Record<HelpfulForm | 'any', string>> = {
  'drop-attestations':
    'Copy the image without its attestations, under another digest: --drop-attestations (as an input or key: drop-attestations). If it is your own, build it with --provenance=false --sbom=false. Or copy it to another registry.',
  'docker-media-types':
    "Copy the image in Docker's media types, under another digest: --docker-media-types (as an input or key: docker-media-types). If it is your own, build it with the output option oci-mediatypes=false. Or copy it to another registry.",
  any: "Copy the image under another digest: without its attestations (--drop-attestations) or, if that does not help, in Docker's media types (--docker-media-types); as inputs or keys without the dashes in front. If it is your own, build it with --provenance=false --sbom=false, or with the output option oci-mediatypes=false. Or copy it to another registry.",
}

/** Failures in English: the log's language, and the default. */
export const failuresEn: FailureCatalogue = {
  'reference-invalid': ({ text, reason }) => ({
    sentence: `"${text}" is not an image name: ${REFERENCE_FAULTS[reason]}.`,
    next: 'Write it as docker.io/library/nginx:1.27, or as registry/repository@sha256:…',
  }),
  'platform-invalid': ({ text }) => ({
    sentence: `"${text}" is not a platform.`,
    next: 'Write it as os/architecture or os/architecture/variant, as in linux/amd64 or linux/arm/v7.',
  }),
  'address-too-long': ({ address, limit }) => ({
    sentence: `The address ${address} would be longer than the ${limit} characters that a repository name may have.`,
    next: 'Use a mirror with a shorter prefix.',
  }),
  'target-invalid': ({ text }) => ({
    sentence: `"${text}" is not a place for images.`,
    next: 'Give a registry with a prefix (ghcr.io/acme/mirror), a directory (oci:./mirror), or an image in one (oci:./mirror:docker.io/library/nginx:1.27).',
  }),
  'input-invalid': ({ name, value, expected }) => ({
    sentence: `"${value}" is not a valid value for ${name}.`,
    next: `Expected: ${expected}.`,
  }),
  'input-missing': ({ name, need }) => ({ sentence: `${name} is missing.`, next: MISSING[need] }),
  'input-conflict': ({ name, other, reason }) => ({
    sentence: `${name} and ${other} exclude one another.`,
    next: CONFLICTS[reason],
  }),
  'usage-invalid': ({ command, detail }) => ({
    sentence: `transship ${command} cannot be called like this: ${detail}.`,
    next: `transship ${command} --help shows what it takes.`,
  }),
  'config-invalid': ({ file, line, column, reason }) => ({
    sentence: `${file}:${line}:${column}: ${configFaultEn(reason)}.`,
    next: 'Correct that line; the JSON Schema beside the documentation lets an editor check it as you type.',
  }),
  'file-unreadable': ({ path, reason }) => ({
    sentence: `${path} cannot be read: ${SYSTEM[reason] ?? reason}.`,
    next: 'Check the path, and in a workflow that actions/checkout runs first.',
  }),
  'credentials-ambiguous': ({ hosts }) => ({
    sentence: `One user name and password were given for mirrors on several registries (${hosts}).`,
    next: 'Log in to each registry beforehand (docker/login-action, or docker login) and leave both inputs out.',
  }),
  'credentials-unusable': ({ host, reason }) => ({
    sentence: `The credentials for ${host} cannot be used: ${CREDENTIALS[reason]}.`,
    next: 'Log in again, or correct the Docker configuration.',
  }),
  'not-allowed': ({ image, allowlist }) => ({
    sentence: `${image} is not on the allowlist (${allowlist}).`,
    next: 'Ask the maintainers of this mirror to add a rule for it.',
  }),
  'allowlist-empty': ({ allowlist }) => ({
    sentence: `The allowlist ${allowlist} is missing or has no rules, so nothing is allowed.`,
    next: 'A maintainer adds rules to it, one a line, as in docker.io/library/*.',
  }),
  'images-none': () => ({
    sentence: 'No image was named.',
    next: 'Name at least one image, one a line, as in docker.io/library/nginx:1.27.',
  }),
  'images-too-many': ({ count, limit }) => ({
    sentence: `${count} images were named; at most ${limit} are taken at a time.`,
    next: 'Split the list.',
  }),
  'image-too-large': ({ image, size, limit }) => ({
    sentence: `${image} is ${formatBytes(size)}, above the limit of ${formatBytes(limit)}.`,
    next: 'Ask for fewer platforms, or ask the maintainers to raise max-size.',
  }),
  'image-unknown': ({ image, host }) => ({
    sentence: `${host} has no image ${image}.`,
    next: 'Check the spelling of the name and the tag.',
  }),
  'platform-missing': ({ image, wanted, available }) => ({
    sentence: `${image} is not there for ${wanted}.`,
    next: available === '' ? 'It does not say its platforms: ask for all of them.' : `Choose among ${available}.`,
  }),
  'manifest-invalid': ({ image, reason, detail }) => ({
    sentence: `The manifest of ${image} is not valid: ${MANIFEST[reason]}${detail && ` (${detail})`}.`,
    next: 'Whoever publishes the image has to push it again.',
  }),
  'manifest-unsupported': ({ image, mediaType }) => ({
    sentence: `${image} has a manifest of type ${mediaType}, which cannot be copied with its digest.`,
    next: 'Ask whoever publishes the image to push it in the OCI format.',
  }),
  'manifest-too-large': ({ image, limit, together }) => ({
    sentence: together
      ? `The manifests of ${image} are larger than ${formatBytes(limit)} together.`
      : `${image} has a manifest of more than ${formatBytes(limit)}.`,
    next: together
      ? 'Ask for fewer platforms, or ask the maintainers to raise limits.manifests in the configuration.'
      : 'The image has to be split, or the maintainers raise limits.manifest in the configuration; no registry is bound to take one as large.',
  }),
  'not-expressible': ({ image, part, mediaType }) => ({
    sentence: `${image} has ${PARTS[part]} of type ${mediaType || 'unknown'}, which Docker's media types cannot express.`,
    next: 'Leave docker-media-types out for it and copy it to a registry that takes OCI images; only images with plain or gzip layers can be written in the Docker format.',
  }),
  'only-attestations': ({ image }) => ({
    sentence: `${image} holds nothing but attestations: without them nothing is left.`,
    next: 'Leave drop-attestations and docker-media-types out for it.',
  }),
  'manifest-too-deep': ({ image, limit }) => ({
    sentence: `The index of ${image} is nested more than ${limit} levels deep, or leads back to itself.`,
    next: 'Whoever publishes the image has to push a flat index, or the maintainers raise limits.depth in the configuration.',
  }),
  'image-too-complex': ({ image, limit }) => ({
    sentence: `${image} is made of more than ${limit} manifests and layers.`,
    next: 'Ask for fewer platforms, or ask the maintainers to raise limits.parts in the configuration.',
  }),
  'blob-unknown': ({ where, digest }) => ({
    sentence: `${where} lists the blob ${digest} but does not have it.`,
    next: 'The image is incomplete there: whoever publishes it has to push it again.',
  }),
  'foreign-layer-unavailable': ({ digest, because }) => {
    const { sentence, next } = textOf(because)
    return {
      sentence: `The layer ${digest} could not be had from its publisher: ${sentence}`,
      next:
        because.code === 'registry-untrusted'
          ? next
          : 'Try again later, or copy without foreign-layers: such layers then stay with their publisher.',
    }
  },
  'digest-mismatch': ({ where, expected, actual }) => ({
    sentence: `${where} was asked for ${expected} and sent bytes of ${actual}.`,
    next: 'Nothing was published. Try again; if it happens again, that registry or a proxy before it is broken.',
  }),
  'size-mismatch': ({ where, digest, expected, actual }) => ({
    sentence: `${where} sent ${actual} bytes for ${digest}, which has ${expected}.`,
    next: 'Nothing was published. Try again; if it happens again, that registry or a proxy before it is broken.',
  }),
  'registry-unreachable': ({ host, reason, detail }) => ({
    sentence: `${host} cannot be reached: ${UNREACHABLE[reason]}${detail && ` (${detail})`}.`,
    next: 'Check the name of the registry; if it is right, try again later.',
  }),
  'registry-stalled': ({ host, seconds }) => ({
    sentence: `${host} sent or took nothing, or hardly anything, for ${seconds} seconds.`,
    next: 'Try again; what has arrived is kept.',
  }),
  'registry-throttled': ({ host, seconds }) => ({
    sentence: `${host} limits how much may be asked of it, and the limit is reached.`,
    next: `Try again ${seconds === undefined || seconds > LONGEST_TOLD_PAUSE ? 'later' : `in ${seconds} seconds`}, or log in to that registry for a higher limit.`,
  }),
  'pull-limit-reached': ({ host, remaining, seconds }) => ({
    sentence: `${host} allows ${remaining === 0 ? 'no more pulls for now' : `only ${remaining} more ${remaining === 1 ? 'pull for now, which is' : 'pulls for now, which are'} kept in reserve`}${seconds === undefined ? '' : `; there are more in ${compactDuration(seconds * 1000)} at the latest`}.`,
    next: 'Run the same again later: it goes on from what is there. A login at that registry raises the limit.',
  }),
  'registry-error': ({ host, status, detail }) => ({
    sentence: `${host} answered ${status}${detail && `: ${detail}`}.`,
    next: 'Try again later; if it lasts, ask whoever runs that registry.',
  }),
  'registry-untrusted': ({ host, reason, leadsTo }) => {
    const [why, next] = UNTRUSTED[reason]
    return { sentence: `${host} was not followed: ${why}${leadsTo ? ` (${leadsTo})` : ''}.`, next }
  },
  'pull-denied': ({ host, repository, detail }) => ({
    sentence: `${host} does not let ${repository} be read${detail && ` (${detail})`}.`,
    next: 'Check the name; if the image needs a login, log in to that registry before this step.',
  }),
  'push-denied': ({ host, repository, detail }) => ({
    sentence: `${host} does not let ${repository} be written${detail && ` (${detail})`}.`,
    next: 'Give credentials with the right to push there; on GHCR the job needs "packages: write".',
  }),
  'repository-missing': ({ host, repository, detail, product }) => ({
    sentence: `${host} has no repository ${repository} and does not make it by itself${detail && ` (${detail})`}.`,
    next: MAKING[product ?? 'any'](repository),
  }),
  'tag-immutable': ({ host, repository, tag, detail }) => ({
    sentence: `${host} does not let the tag ${tag} of ${repository} be moved${detail && ` (${detail})`}.`,
    next: 'The tag stays as it was. Copy by digest or to another tag, or allow that repository to change its tags.',
  }),
  'manifest-refused': ({ host, repository, mediaType, detail, helps }) => ({
    sentence: `${host} does not take a manifest of type ${mediaType} in ${repository}${detail && ` (${detail})`}.`,
    next: mediaType.startsWith(DOCKER_TYPES)
      ? "Let that registry take Docker's formats (in zot: compat), or copy to another one."
      : FORMS[helps ?? 'any'],
  }),
  'manifest-incomplete': ({ host, repository, detail, digest }) => ({
    sentence: `${host} says that ${repository} lacks ${digest ?? 'something'} that the image is made of${detail && ` (${detail})`}, though it has just been put there.`,
    next: 'The tag stays as it was. Run the same again; if it happens again, that registry loses what it is given.',
  }),
  'sparse-refused': ({ where, detail }) => ({
    sentence: `${where} does not take an index of which it has not everything${detail && ` (${detail})`}.`,
    next: 'Leave --sparse (sparse) out: the same platforms then come as a smaller index with a digest of its own. Or copy all platforms.',
  }),
  'blob-too-large': ({ host, digest, size, least }) => ({
    sentence: `${host} does not take ${digest} of ${formatBytes(size)}, in one piece or in chunks${least === undefined ? '' : ` (it wants ${formatBytes(least)} or more in each)`}.`,
    next: 'Raise the limit for the body of a request at that registry and the proxies before it (in nginx: client_max_body_size).',
  }),
  'digest-refused': ({ host, digest, detail }) => ({
    sentence: `What arrived at ${host} was not ${digest}${detail && ` (${detail})`}.`,
    next: 'Nothing was published. Try again; if it happens again, that registry or a proxy before it is broken.',
  }),
  'repository-unlisted': ({ where }) => ({
    sentence: `${where} names no single image.`,
    next: 'Name the image behind the directory, as in oci:./mirror:docker.io/library/nginx:1.27.',
  }),
  'tag-protected': ({ address, tag, present, wanted }) => ({
    sentence: `${address} leads to ${present} and must not be moved to ${wanted}: tags of this mirror are immutable.`,
    next: `The tag stays as it was. Copy under another tag, name ${tag} in mutable-tags, or move it once with --force.`,
  }),
  'disk-full': ({ path }) => ({
    sentence: `There is no space left for ${path}.`,
    next: 'Free some space and run the same again: what has arrived is kept.',
  }),
  'directory-unwritable': ({ path, reason }) => ({
    sentence: `${path} cannot be written: ${SYSTEM[reason] ?? reason}.`,
    next: 'Check who owns the directory and whether it may be changed, or choose another one.',
  }),
  'layout-invalid': ({ path, reason }) => ({
    sentence: `${path} is not an OCI image layout: ${LAYOUT_FAULTS[reason]}.`,
    next:
      reason === 'absent'
        ? 'Check the path, or copy images into it first.'
        : 'Give a directory that is empty, does not exist yet, or was written as an OCI image layout.',
  }),
  'layout-locked': ({ path, holder }) => ({
    sentence: `${path} is held by another program (${holder}).`,
    next: 'Wait until it ends; if none is running, remove the lock file.',
  }),
  'port-taken': ({ address }) => ({
    sentence: `${address} is in use by another program.`,
    next: 'Choose another port with --port, or 0 for any that is free.',
  }),
  'not-verified': ({ address, fault, digest }) => ({
    sentence: `${address} does not read back as it should: ${VERIFICATION[fault](digest)}.`,
    next: 'Do not use it yet; run the same again.',
  }),
  'github-error': ({ status, detail, need }) => ({
    sentence:
      status === 0 ? `GitHub cannot be reached: ${detail}.` : `GitHub answered ${status}${detail && `: ${detail}`}.`,
    next: need
      ? `Give the job the permission "${need}".`
      : status === 401
        ? 'Check the token.'
        : 'Run the same again later; githubstatus.com says whether GitHub is in trouble.',
  }),
  cancelled: () => ({ sentence: 'The run was cancelled.', next: 'Run the same again: it goes on from what is there.' }),
  'deadline-reached': ({ milliseconds }) => ({
    sentence: `The time for this run (${compactDuration(milliseconds)}) is over, and this image is not done.`,
    next: 'Run the same again: it goes on from what is there. Its time is set by deadline.',
  }),
  internal: ({ detail }) => ({
    sentence: `Something went wrong inside Transship: ${detail}.`,
    next: 'Please report it, with the log.',
  }),
}

function textOf<Code extends FailureCode>({ code, facts }: Failure<Code>): FailureText {
  return failuresEn[code](facts)
}
