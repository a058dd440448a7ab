import { describe, expect, test } from '@jest/globals'
import { parseReference } from '../../src/oci/reference.ts'
import { parseAllowlist } from '../../src/policy/allowlist.ts'
import { nearestRules } from '../../src/policy/nearest.ts'

const near = (rules: readonly string[], image: string, most?: number) =>
  nearestRules(parseAllowlist(rules.join('\n')), parseReference(image), most).map(({ pattern }) => pattern)

describe('a refused name comes near to', () => {
  test.each([
    ['a name with swapped letters', 'docker.io/prom/node-exporter', 'prom/node-exproter'],
    ['a name with a letter missing', 'docker.io/vaultwarden/server', 'vaultwarden/serve'],
    ['a namespace with a fault in it', 'docker.io/bitnami/*', 'bitnmai/redis'],
    ['an official image with a fault in its name', 'docker.io/nginx', 'ngnix'],
    ['a registry with a fault in it', 'mcr.microsoft.com/**', 'mcr.microsft.com/dotnet/sdk'],
    ['faults in two levels', 'ghcr.io/grafana/dashboards', 'ghcr.io/grafna/dashbords'],
    ['the same path on another registry', 'quay.io/jetstack/*', 'jetstack/cert-manager'],
    ['the same name in another namespace', 'docker.io/prom/node-exporter', 'someone/node-exporter'],
    ['the same name on another registry', 'quay.io/prometheus/node-exporter', 'someone/node-exporter'],
    ['other names of its namespace', 'docker.io/goacme/lego', 'goacme/other'],
    ['what lies above it', 'ghcr.io/fluent/operator/*', 'ghcr.io/fluent/operator/a/b'],
  ])('%s: %s for %s', (_, rule, image) => {
    expect(near([rule, 'example.com/unrelated/thing'], image)).toEqual([rule])
  })
})

describe('a refused name does not come near to', () => {
  test.each([
    ['a rule that has only the registry in common', 'docker.io/prom/node-exporter', 'docker.io/someone/something'],
    ['another official image', 'docker.io/library/nginx', 'docker.io/library/postgres'],
    ['a short name that differs in a letter', 'docker.io/a/k3s', 'docker.io/b/k3d'],
    ['every rule of a known registry that reads alike', 'gcr.io/**', 'ghcr.io/someone/something'],
    ['a wildcard on another registry', 'quay.io/*/*', 'docker.io/someone/something'],
    ['a name with many faults', 'docker.io/prom/node-exporter', 'docker.io/prim/blackbox-exporter'],
    ['a longer name that begins alike', 'docker.io/acme/app', 'docker.io/acme-other/app-web'],
  ])('%s: %s for %s', (_, rule, image) => {
    expect(near([rule, 'ghcr.io/elsewhere/entirely'], image)).toEqual([])
  })
})

test('nothing comes near where there are no rules', () => {
  expect(near([], 'nginx')).toEqual([])
})

describe('the nearest come first', () => {
  const rules = [
    'docker.io/prom/alertmanager',
    'docker.io/prom/pushgateway',
    'docker.io/other/node-exporter',
    'quay.io/someone/node-exporter',
    'docker.io/prom/node-exporters',
    'quay.io/prom/node-exporter-x',
    'quay.io/prom/*',
    'docker.io/prom/node-export',
  ]

  test('faults by their number, then other registries, other namespaces, other names', () => {
    expect(near(rules, 'prom/node-exporter', 9)).toEqual([
      'docker.io/prom/node-exporters',
      'docker.io/prom/node-export',
      'quay.io/prom/*',
      'docker.io/other/node-exporter',
      'quay.io/someone/node-exporter',
      'docker.io/prom/alertmanager',
      'docker.io/prom/pushgateway',
    ])
  })

  test('three of them unless told, with their lines', () => {
    expect(nearestRules(parseAllowlist(rules.join('\n')), parseReference('prom/node-exporter'))).toEqual([
      { pattern: 'docker.io/prom/node-exporters', line: 5 },
      { pattern: 'docker.io/prom/node-export', line: 8 },
      { pattern: 'quay.io/prom/*', line: 7 },
    ])
  })

  test('what shares more levels wins among equals, then what begins alike, then the line', () => {
    expect(near(['gcr.io/**', 'ghcr.io/grafana/*'], 'gchr.io/grafana/loki')).toEqual(['ghcr.io/grafana/*', 'gcr.io/**'])
    expect(near(['ghcr.io/a/xx', 'ghcr.io/a/web-ui', 'ghcr.io/a/yy'], 'ghcr.io/a/web-app')).toEqual([
      'ghcr.io/a/web-ui',
      'ghcr.io/a/xx',
      'ghcr.io/a/yy',
    ])
  })
})

test('long hostile names against many rules take no time to speak of', () => {
  const rules = Array.from({ length: 1500 }, (_, at) => `ghcr.io/acme/${'a'.repeat(230)}${at}`)
  const list = parseAllowlist(rules.join('\n'))
  const started = performance.now()
  nearestRules(list, parseReference(`ghcr.io/acme/${'ab'.repeat(117)}`))
  nearestRules(list, parseReference(`ghcr.io/${'a/'.repeat(127)}a`))
  expect(performance.now() - started).toBeLessThan(2000)
})
