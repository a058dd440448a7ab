import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { finished } from 'node:stream/promises'
import { startLoopback } from '../loopback.ts'
import { errorAnswer, type Answer, type Call, type Fault, type Guard, type LoggedRequest } from './call.ts'
import { requestLog, type RequestLog } from './log.ts'
import { connectUpstream, counter, sendable } from './upstream.ts'

/** A registry that does as it should but for what it was told to do wrong, and that remembers every request. */
export interface FaultyRegistry {
  /** Host and port, as they stand in an image's name. */
  readonly host: string
  readonly origin: string
  readonly log: RequestLog
  /** How many connections are open now. */
  connectionsOpen(): Promise<number>
  /** The next requests that match meet these faults, one each and in this order; those after them pass. */
  on(method: string, path: RegExp, ...faults: readonly Fault[]): void
  /** Every request that matches meets this fault, unless one of `on` is still to come. */
  always(method: string, path: RegExp, fault: Fault): void
  /** The request of that number, counted from the log's last beginning, meets this fault. */
  at(number: number, fault: Fault): void
  /** The request of that number and all after it meet this fault. */
  from(number: number, fault: Fault): void
  /** Lets in only whom the guard lets pass. */
  guard(guard: Guard | undefined): void
  /** Well again: all faults are forgotten, and the log begins anew. */
  heal(): void
  close(): Promise<void>
}

interface Rule {
  readonly matches: (seen: LoggedRequest) => boolean
  readonly faults: Fault[]
  readonly forever?: Fault
}

/** Starts one in front of the registry at `upstream`. */
export async function startFaultyRegistry(upstream: string): Promise<FaultyRegistry> {
  const behind = connectUpstream(upstream)
  const log = requestLog()
  let rules: Rule[] = []
  let guard: Guard | undefined
  const loopback = await startLoopback((request, response) => {
    const seen = log.add(request)
    const fault = takeFault(rules, seen)
    const call = callFor(request, response, seen)
    void answerCall(call, fault, response).finally(() => log.end(seen))
  })
  loopback.server.on('connection', (socket: Socket) => log.connected(socket))

  function callFor(request: IncomingMessage, response: ServerResponse, seen: LoggedRequest): Call {
    return {
      request,
      seen,
      origin: loopback.origin,
      async forward(changes) {
        const refusal = guard?.(request, loopback.origin)
        if (refusal === undefined) return behind.forward(request, seen, changes)
        await drain(request, seen)
        return refusal
      },
      drain: () => drain(request, seen),
      reset: () => response.socket?.resetAndDestroy(),
    }
  }

  return {
    host: loopback.host,
    origin: loopback.origin,
    log,
    connectionsOpen: () =>
      new Promise((resolve, reject) => {
        loopback.server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
      }),
    on: (method, path, ...faults) => rules.push({ matches: matcher(method, path), faults: [...faults] }),
    always: (method, path, forever) => rules.push({ matches: matcher(method, path), faults: [], forever }),
    at: (number, fault) => rules.push({ matches: (seen) => seen.number === number, faults: [fault] }),
    from: (number, forever) => rules.push({ matches: (seen) => seen.number >= number, faults: [], forever }),
    guard(next) {
      guard = next
    },
    heal() {
      rules = []
      log.clear()
    },
    async close() {
      await loopback.close()
      behind.close()
    },
  }
}

function matcher(method: string, path: RegExp): Rule['matches'] {
  return (seen) => (method === '*' || seen.method === method) && path.test(seen.path)
}

function takeFault(rules: readonly Rule[], seen: LoggedRequest): Fault | undefined {
  const matching = rules.filter(({ matches }) => matches(seen))
  const next = matching.find(({ faults }) => faults.length > 0)
  return next?.faults.shift() ?? matching.find(({ forever }) => forever !== undefined)?.forever
}

/** Never rejects: what cannot be answered ends the connection. */
async function answerCall(call: Call, fault: Fault | undefined, response: ServerResponse): Promise<void> {
  try {
    const answer = await (fault ? fault(call) : call.forward())
    if (answer) await send(call.request.complete ? answer : hangingUp(answer), call.seen, response)
  } catch (error) {
    if (response.headersSent || response.destroyed) response.destroy()
    else await send(errorAnswer(502, 'UNKNOWN', String(error)), call.seen, response)
  }
}

/** What was not read of a request stands in the way of the next one on its connection. */
function hangingUp(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, connection: 'close' } }
}

async function send(answer: Answer, seen: LoggedRequest, response: ServerResponse): Promise<void> {
  seen.status = answer.status
  const { connection } = answer.headers
  response.writeHead(answer.status, {
    ...sendable(answer.headers),
    ...(connection !== undefined && { connection: String(connection) }),
  })
  response.flushHeaders()
  if (seen.method !== 'HEAD') {
    for await (const chunk of answer.body) {
      // Bytes before a break have to arrive, so each chunk is waited for.
      await new Promise<void>((resolve, reject) => {
        response.write(chunk, (error) => (error ? reject(error) : resolve()))
      })
      seen.sent += chunk.byteLength
    }
  }
  response.end()
  await finished(response)
}

async function drain(request: IncomingMessage, seen: LoggedRequest): Promise<void> {
  for await (const chunk of request.pipe(counter(seen))) void chunk
}
