import { errorAnswer, plainAnswer, type Answer, type Fault, type Headers } from './call.ts'

/** No fault at all: to leave a request out, before the ones that are meant. */
export const pass: Fault = (call) => call.forward()

/** Answers by itself; the registry never hears of the request. */
export function answer(status: number, headers: Headers = {}, body = ''): Fault {
  return async (call) => {
    await call.drain()
    return plainAnswer(status, headers, body)
  }
}

/** Refuses in the registry's own way. */
export function refuse(status: number, code: string, message = 'no', headers: Headers = {}): Fault {
  return async (call) => {
    await call.drain()
    return errorAnswer(status, code, message, headers)
  }
}

/** Answers without having read the request's body, and hangs up, as servers do that will not read it. */
export function answerEarly(status: number, headers: Headers = {}, body = ''): Fault {
  return () => plainAnswer(status, { connection: 'close', ...headers }, body)
}

/** Begins an answer of its own, and leaves it at that; the connection stays open. */
export function answerUnfinished(status: number, headers: Headers = {}): Fault {
  return async (call) => {
    await call.drain()
    return { status, headers: { 'content-length': '100', ...headers }, body: unfinished() }
  }
}

/** Says these very bytes, which need not be HTTP, and hangs up. */
export function sayRaw(words: string): Fault {
  return async (call) => {
    await call.drain()
    call.request.socket.end(words)
    return undefined
  }
}

/** Says these very bytes again and again, for as long as the connection is there. */
export function repeatRaw(first: string, words: string): Fault {
  return async (call) => {
    const { socket } = call.request
    await call.drain()
    socket.write(first)
    const timer = setInterval(() => socket.write(words), 5)
    socket.once('close', () => clearInterval(timer))
    return undefined
  }
}

/** Breaks the connection before the registry hears of the request. */
export const reset: Fault = (call) => {
  call.reset()
  return undefined
}

/** Breaks the connection when the registry has done what it was asked for: only the answer is lost. */
export const loseAnswer: Fault = async (call) => {
  await read((await call.forward()).body)
  call.reset()
  return undefined
}

/** Never answers. */
export const silence: Fault = () => undefined

/** Answers only when `gate` opens, though the registry has done its work. */
export function answerAfter(gate: Promise<unknown>): Fault {
  return async (call) => {
    const response = await call.forward()
    await gate
    return response
  }
}

/** Sets headers of the answer, or takes them away. */
export function withHeaders(headers: Headers): Fault {
  return async (call) => {
    const response = await call.forward()
    return { ...response, headers: { ...response.headers, ...headers } }
  }
}

/** Changes the answer's status, and nothing else. */
export function withStatus(status: number): Fault {
  return async (call) => ({ ...(await call.forward()), status })
}

/** Rewrites the answer's `Location`, given as a whole address. */
export function withLocation(rewrite: (location: URL) => string): Fault {
  return async (call) => {
    const response = await call.forward()
    const { location } = response.headers
    if (typeof location !== 'string') return response
    return { ...response, headers: { ...response.headers, location: rewrite(new URL(location, call.origin)) } }
  }
}

/** Sends the request elsewhere: to the same path at another origin, or to a whole address. */
export function redirectTo(target: string, status = 307): Fault {
  return (call) => {
    const url = new URL(target)
    const location = url.pathname === '/' ? `${url.origin}${call.seen.path}` : target
    return plainAnswer(status, { location })
  }
}

/** Does not understand the query. */
export const ignoreQuery: Fault = (call) => call.forward({ path: call.seen.path.replace(/\?.*/, '') })

/** Sends the whole blob whatever range was asked for. */
export const ignoreRange: Fault = (call) => call.forward({ headers: { range: undefined } })

/** Sends a range that begins earlier or later than the one that was asked for, and says so. */
export function shiftRange(by: number): Fault {
  return (call) => {
    const start = Number(/^bytes=(\d+)-/.exec(call.seen.headers.range ?? '')?.[1] ?? 0)
    return call.forward({ headers: { range: `bytes=${start + by}-` } })
  }
}

/** Breaks the connection after so many bytes of the body. */
export function cutAfter(bytes: number): Fault {
  return onBody(async function* (body) {
    yield* firstOf(body, bytes)
    throw new Error('cut')
  })
}

/** Sends so many bytes of the body and then nothing, the connection staying open. A shorter body comes whole. */
export function stallAfter(bytes: number): Fault {
  return onBody(async function* (body) {
    let sent = 0
    for await (const chunk of firstOf(body, bytes)) {
      sent += chunk.byteLength
      yield chunk
    }
    if (sent === bytes) await new Promise(() => {})
  })
}

/** Sends the body in small pieces, one every few milliseconds, so that it never stands still. */
export function trickle(pieceSize: number): Fault {
  return onBody(async function* (body) {
    for await (const chunk of body) {
      for (let start = 0; start < chunk.byteLength; start += pieceSize) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        yield chunk.subarray(start, start + pieceSize)
      }
    }
  })
}

/** Ends the body in good order after so many bytes; its length was never said. */
export function endAfter(bytes: number): Fault {
  const cut = onBody((body) => firstOf(body, bytes))
  return async (call) => withoutLength(await cut(call))
}

/** Sends more bytes than there are; the length was never said. */
export function overrun(extra: Uint8Array): Fault {
  const longer = onBody(async function* (body) {
    yield* body
    yield extra
  })
  return async (call) => withoutLength(await longer(call))
}

/** Turns one byte of the body over. */
export function corruptAt(position: number): Fault {
  return onBody(async function* (body) {
    let start = 0
    for await (const chunk of body) {
      const copy = Uint8Array.from(chunk)
      const index = position - start
      if (index >= 0 && index < copy.byteLength) copy[index] = 255 - (copy[index] ?? 0)
      start += copy.byteLength
      yield copy
    }
  })
}

function onBody(change: (body: Answer['body']) => Answer['body']): Fault {
  return async (call) => {
    const response = await call.forward()
    return { ...response, body: change(response.body) }
  }
}

function withoutLength(response: Answer | undefined): Answer | undefined {
  return response && { ...response, headers: { ...response.headers, 'content-length': undefined } }
}

async function* unfinished(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{')
  await new Promise(() => {})
}

async function* firstOf(body: Answer['body'], bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes
  for await (const chunk of body) {
    if (left > 0) yield chunk.subarray(0, left)
    left -= chunk.byteLength
    if (left <= 0) return
  }
}

async function read(body: Answer['body']): Promise<void> {
  for await (const chunk of body) void chunk
}
