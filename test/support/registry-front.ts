import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'

/** An answer that the registry behind did not give. */
export interface Interception {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; nothing where it is absent. */
  readonly body?: unknown
}

/** Looks at each request first: undefined lets it through, as late as the promise is fulfilled. */
export type Interceptor = (request: IncomingMessage) => Interception | undefined | Promise<Interception | undefined>

/** What stands before a registry and may answer in its place. */
export interface RegistryFront {
  /** Host and port: `127.0.0.1:41234`. */
  readonly host: string
  close(): Promise<void>
}

/** Starts a front on a free port of loopback, before a registry that listens at `behind`. */
export async function startFront(behind: string, intercept: Interceptor): Promise<RegistryFront> {
  const server = createServer((incoming, response) => {
    answer(behind, intercept, incoming, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The front has no port')
  return {
    host: `127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Lets in only who brings this user and password, to read as well as to write. */
export function requireLogin(username: string, password: string): Interceptor {
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  return ({ headers }) =>
    headers.authorization === expected
      ? undefined
      : refusal(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': 'Basic realm="mirror"' })
}

/** An error in the form of the distribution spec. */
export function refusal(
  status: number,
  code: string,
  message: string,
  headers?: Readonly<Record<string, string>>,
): Interception {
  return { status, body: { errors: [{ code, message }] }, ...(headers && { headers }) }
}

async function answer(
  behind: string,
  intercept: Interceptor,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const instead = await intercept(incoming)
  if (instead === undefined) return forward(behind, incoming, response)
  // What is not read would be taken for the next request.
  incoming.resume()
  response.writeHead(instead.status, { 'content-type': 'application/json', ...instead.headers })
  response.end(instead.body === undefined ? undefined : JSON.stringify(instead.body))
}

async function forward(behind: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, headers } = incoming
  const outgoing = request(`http://${behind}${url}`, { method, headers })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve)
    // It may fail more than once, as when the client goes away.
    outgoing.on('error', reject)
  })
  const [reply] = await Promise.all([answered, pipeline(incoming, outgoing)])
  response.writeHead(reply.statusCode ?? 502, reply.headers)
  await pipeline(reply, response)
}
