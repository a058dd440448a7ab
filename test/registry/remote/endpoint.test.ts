import { describe, expect, test } from '@jest/globals'
import { endpointFor, isLoopback, namedHosts } from '../../../src/registry/remote/endpoint.ts'

const none = { endpoints: {}, insecure: [] }

describe('a registry is spoken to', () => {
  test.each([
    ['at its own host', 'ghcr.io', none, 'https://ghcr.io', 'ghcr.io', ''],
    ['at its own port', 'registry.example:5443', none, 'https://registry.example:5443', 'registry.example:5443', ''],
    ['MH-78 at the host that serves Docker Hub', 'docker.io', none, 'https://registry-1.docker.io', 'docker.io', ''],
    ['without TLS on loopback', '127.0.0.1:5000', none, 'http://127.0.0.1:5000', '127.0.0.1:5000', ''],
    ['without TLS on localhost', 'localhost:5000', none, 'http://localhost:5000', 'localhost:5000', ''],
    ['without TLS on IPv6 loopback', '[::1]:5000', none, 'http://[::1]:5000', '[::1]:5000', ''],
    [
      'without TLS where named as insecure',
      'nas:5000',
      { ...none, insecure: ['nas:5000'] },
      'http://nas:5000',
      'nas:5000',
      '',
    ],
    [
      'with TLS where another port is insecure',
      'nas:5001',
      { ...none, insecure: ['nas:5000'] },
      'https://nas:5001',
      'nas:5001',
      '',
    ],
    [
      'at its endpoint',
      'quay.io',
      { ...none, endpoints: { 'quay.io': 'proxy.example' } },
      'https://proxy.example',
      'proxy.example',
      '',
    ],
    [
      'below a prefix',
      'docker.io',
      { ...none, endpoints: { 'docker.io': 'harbor.example/hub' } },
      'https://harbor.example',
      'harbor.example',
      'hub/',
    ],
    [
      'by the scheme of its endpoint',
      'a.example',
      { ...none, endpoints: { 'a.example': 'http://b.example/' } },
      'http://b.example',
      'b.example',
      '',
    ],
    [
      'with TLS on loopback, where so said',
      'a.example',
      { ...none, endpoints: { 'a.example': 'https://127.0.0.1:5' } },
      'https://127.0.0.1:5',
      '127.0.0.1:5',
      '',
    ],
    [
      'MH-78 at an endpoint given under an alias',
      'docker.io',
      { ...none, endpoints: { 'index.docker.io': '127.0.0.1:5' } },
      'http://127.0.0.1:5',
      '127.0.0.1:5',
      '',
    ],
    [
      'MH-78 with its own credentials where the endpoint is an alias',
      'docker.io',
      { ...none, endpoints: { 'docker.io': 'registry-1.docker.io' } },
      'https://registry-1.docker.io',
      'docker.io',
      '',
    ],
  ])('%s', (_, registry, options, origin, credentialHost, prefix) => {
    const endpoint = endpointFor(registry, options)
    expect({ ...endpoint, origin: endpoint.origin.origin }).toEqual({ origin, credentialHost, prefix })
  })

  test.each([
    '',
    'host name',
    'https://',
    'host/UPPER',
    'host/a//b',
    'user:secret@host',
    'host/a?x=1',
    'ftp://host',
    'host:99999',
    'host/../x',
  ])('never at "%s"', (endpoint) => {
    const lookUp = () => endpointFor('docker.io', { ...none, endpoints: { 'docker.io': endpoint } })
    expect(lookUp).toThrow(expect.objectContaining({ code: 'input-invalid' }))
  })
})

describe('the operator has named', () => {
  const options = {
    endpoints: { 'docker.io': 'https://harbor.corp:443/hub', 'quay.io': 'http://10.0.0.5:5000', 'x.io': 'no address' },
    insecure: ['nas:5000'],
  }

  test('endpoints that are addresses, and hosts without TLS', () => {
    expect(namedHosts([], options)).toEqual(['harbor.corp', '10.0.0.5:5000', 'nas:5000'])
  })

  test.each([
    ['ghcr.io', none, ['ghcr.io']],
    ['docker.io', none, ['registry-1.docker.io']],
    ['127.1:5000', none, ['127.0.0.1:5000']],
    ['quay.io', { ...none, endpoints: { 'quay.io': 'proxy.corp' } }, ['proxy.corp', 'proxy.corp']],
  ])('the host at which %s is spoken to', (registry, given, expected) => {
    expect(namedHosts([registry], given)).toEqual(expected)
  })
})

test.each([
  ['localhost', true],
  ['localhost:5000', true],
  ['127.1.2.3:80', true],
  ['[::1]', true],
  ['127.0.0.1.example.com', false],
  ['localhost.example.com', false],
  ['10.0.0.1', false],
])('%s is this machine: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})
