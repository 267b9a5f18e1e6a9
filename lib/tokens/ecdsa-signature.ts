const [SEQUENCE, INTEGER] = [0x30, 0x02];
/** The first length that DER writes in two bytes. */
const LONG_LENGTH = 0x80;

/** An unsigned integer inside of bytes. */
interface UnsignedInteger {
  /** The place of its first byte that is not zero. */
  readonly start: number;
  readonly end: number;
  /** 1 if a zero must come first, because it would be negative otherwise. */
  readonly padding: 0 | 1;
}

/**
 * Encodes an ECDSA signature for OpenSSL. In a JWT, it is the integers R and S, one after the other
 * (RFC 7518 §3.4); in DER, it is `SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 §2.2.3).
 */
export function derOf(signature: Buffer): Buffer {
  const middle = signature.length / 2;
  const integers = [
    integerIn(signature, 0, middle),
    integerIn(signature, middle, signature.length),
  ];
  const length = integers.reduce((sum, integer) => sum + 2 + lengthOf(integer), 0);
  const prefix = length < LONG_LENGTH ? [SEQUENCE, length] : [SEQUENCE, LONG_LENGTH + 1, length];
  const der = Buffer.alloc(prefix.length + length);
  der.set(prefix);
  let offset = prefix.length;
  for (const integer of integers) {
    der[offset] = INTEGER;
    der[offset + 1] = lengthOf(integer);
    signature.copy(der, offset + 2 + integer.padding, integer.start, integer.end);
    offset += 2 + lengthOf(integer);
  }
  return der;
}

function integerIn(bytes: Buffer, from: number, end: number): UnsignedInteger {
  let start = from;
  while (start < end - 1 && bytes[start] === 0) start += 1;
  return { start, end, padding: (bytes[start] ?? 0) >= 0x80 ? 1 : 0 };
}

const lengthOf = ({ start, end, padding }: UnsignedInteger): number => end - start + padding;
