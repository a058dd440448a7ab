const BLOCK = 512

/** A tar archive of one regular file, the smallest thing that unpacks as a layer (POSIX ustar). */
export function tarOf(name: string, content: Uint8Array): Buffer {
  const padding = Buffer.alloc((BLOCK - (content.byteLength % BLOCK)) % BLOCK)
  const end = Buffer.alloc(2 * BLOCK)
  return Buffer.concat([header(name, content.byteLength), content, padding, end])
}

const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.write(name, 0, 100)
  block.write(octal(0o644, 8), 100)
  block.write(octal(0, 8), 108)
  block.write(octal(0, 8), 116)
  block.write(octal(size, 12), 124)
  block.write(octal(0, 12), 136)
  block.write(' '.repeat(8), 148)
  block.write('0', 156)
  block.write('ustar\x0000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
