/** One workflow command that a step printed, unescaped. */
export interface WorkflowCommand {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
}

// Those that a runner knows; anything else of that form is printed as it is.
const KNOWN = new Set([
  'add-mask',
  'add-matcher',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-output',
  'warning',
])

interface Syntax {
  readonly pattern: RegExp
  readonly separator: string
  /** Escapes in properties and in messages, in the order in which a runner undoes them: the percent sign last. */
  readonly propertyEscapes: readonly (readonly [string, string])[]
  readonly messageEscapes: readonly (readonly [string, string])[]
}

const LINES = [
  ['%0D', '\r'],
  ['%0A', '\n'],
] as const
const PERCENT = ['%25', '%'] as const
const OLD_ESCAPES = [['%3B', ';'], ...LINES, ['%5D', ']'], PERCENT] as const

// `::name key=value::message` at the start of a line, and the older `##[name key=value]message` anywhere in it.
const SYNTAXES: readonly Syntax[] = [
  {
    pattern: /^\s*::(?<name>[^ :]+)(?: (?<properties>.*?))?::(?<message>.*)$/,
    separator: ',',
    propertyEscapes: [...LINES, ['%3A', ':'], ['%2C', ','], PERCENT],
    messageEscapes: [...LINES, PERCENT],
  },
  {
    pattern: /##\[(?<name>[^ \]]+)(?: (?<properties>[^\]]*))?\](?<message>.*)$/,
    separator: ';',
    propertyEscapes: OLD_ESCAPES,
    messageEscapes: OLD_ESCAPES,
  },
]

/** The workflow commands in what a step printed, found as a runner finds them. */
export function parseWorkflowCommands(text: string): WorkflowCommand[] {
  const commands: WorkflowCommand[] = []
  let stoppedUntil: string | undefined
  for (const line of text.split(/\r?\n/)) {
    if (stoppedUntil !== undefined) {
      if (line.trim() === `::${stoppedUntil}::`) stoppedUntil = undefined
      continue
    }
    const [, stopToken] = /^\s*::stop-commands::(.+)$/.exec(line) ?? []
    stoppedUntil = stopToken
    const command = parseLine(line)
    if (command !== undefined) commands.push(command)
  }
  return commands
}

function parseLine(line: string): WorkflowCommand | undefined {
  for (const syntax of SYNTAXES) {
    const { name = '', properties = '', message = '' } = syntax.pattern.exec(line)?.groups ?? {}
    if (!KNOWN.has(name)) continue
    return {
      name,
      properties: parseProperties(properties, syntax),
      message: unescape(message, syntax.messageEscapes),
    }
  }
  return undefined
}

function parseProperties(text: string, { separator, propertyEscapes }: Syntax): Record<string, string> {
  const properties: Record<string, string> = {}
  for (const part of text.split(separator)) {
    const [, key, value] = /^([^=]+)=(.+)$/s.exec(part.trim()) ?? []
    if (key !== undefined && value !== undefined) properties[key] = unescape(value, propertyEscapes)
  }
  return properties
}

function unescape(text: string, escapes: Syntax['messageEscapes']): string {
  return escapes.reduce((result, [escaped, plain]) => result.replaceAll(escaped, plain), text)
}
