import type { Delivered } from '../outcome/outcome.ts'
import { addressesOf, originalName } from './addresses.ts'
import { blocks, details, fence, type Markdown } from './markdown.ts'
import type { Texts } from './texts.ts'

/** The next step for each kind of client, for that very image; nothing where the mirror is a directory. */
export function clientCommands(outcome: Delivered, texts: Texts): Markdown {
  const { pull, full, registry } = addressesOf(outcome)
  if (registry === undefined) return ''
  const original = originalName(outcome)
  return details(
    texts.commands,
    blocks(
      '**docker**',
      fence([`docker pull ${pull}`, ...keepName('docker tag', pull, original, texts)], 'sh'),
      '**podman**',
      fence([`podman pull ${pull}`, ...keepName('podman tag', pull, original, texts)], 'sh'),
      '**containerd**',
      fence([`nerdctl pull ${pull}`, `# ${texts.forKubelet}`, ...kubeletCommands(pull, original, texts)], 'sh'),
      '**Kubernetes**',
      fence([`image: ${full}`], 'yaml'),
    ),
  )
}

function kubeletCommands(pull: string, original: string | undefined, texts: Texts): readonly string[] {
  return [`ctr -n k8s.io images pull ${pull}`, ...keepName('ctr -n k8s.io images tag', pull, original, texts)]
}

function keepName(command: string, pull: string, original: string | undefined, texts: Texts): readonly string[] {
  return original === undefined ? [] : [`# ${texts.keepName}`, `${command} ${pull} ${original}`]
}
