/** The float64 numbers in a message's buffer; a copy, since it need not begin at a multiple of eight bytes. */

export function floats({ buffer, byteOffset, byteLength }) {
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
}
