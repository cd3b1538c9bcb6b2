import { sha256 as hash } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

const PART = 4 << 20

/**
 * The SHA-256 of a file in lower-case hexadecimal.
 *
 * Not by `crypto.subtle`: that is missing where the page is served without https.
 */
export async function sha256(content: Blob): Promise<string> {
  const digest = hash.create()
  for (let start = 0; start < content.size; start += PART) {
    digest.update(new Uint8Array(await content.slice(start, start + PART).arrayBuffer()))
  }
  return bytesToHex(digest.digest())
}
