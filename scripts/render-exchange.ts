import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openStage } from '../demo/stage.ts'
import type { Language } from '../src/failure/catalogue.ts'
import { runOk } from '../test/support/run.ts'
import { inTemporaryDirectory } from '../test/support/temp.ts'
import { exchangePage } from './exchange-page.ts'

// Draws the pictures of the README: a request and its answer, as the Action really gives it. Needs Debian's
// packages chromium, fonts-liberation, fonts-noto-cjk and fonts-noto-color-emoji.

const IMAGES = resolve(import.meta.dirname, '../docs/images')
const SOURCE = 'docker.io/prom/node-exporter:v1.8.2'
const PICTURES: ReadonlyArray<readonly [string, Language, string]> = [
  ['request.png', 'en', 'Mirror: node-exporter'],
  ['request.zh-CN.png', 'zh-CN', '同步镜像：node-exporter'],
]

const WIDTH = 840
const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
  '--force-device-scale-factor=2',
]

await mkdir(IMAGES, { recursive: true })
for (const [file, language, title] of PICTURES) {
  await drawPage(await playRequest(language, title), join(IMAGES, file))
}

/** The page of a request that was carried out. */
async function playRequest(language: Language, title: string): Promise<string> {
  const stage = await openStage(language)
  try {
    const { issue } = await stage.play({ title, images: SOURCE })
    return exchangePage(issue, language)
  } finally {
    await stage.close()
  }
}

/** Takes a picture of a whole page: once to see how high it is, once to draw it. */
async function drawPage(html: string, path: string): Promise<void> {
  await inTemporaryDirectory(async (directory) => {
    const page = join(directory, 'page.html')
    await writeFile(page, html)
    const draw = (height: number, ...args: readonly string[]) =>
      runOk('chromium', [
        ...CHROMIUM_FLAGS,
        `--user-data-dir=${directory}`,
        `--window-size=${WIDTH},${height}`,
        ...args,
        `file://${page}`,
      ])
    const [, height] = /data-height="(\d+)"/.exec(await draw(100, '--dump-dom')) ?? []
    if (height === undefined) throw new Error('The page did not say how high it is')
    await draw(Number(height), `--screenshot=${path}`)
  })
}
