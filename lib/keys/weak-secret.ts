import { createPrivateKey, createPublicKey, ECDH, X509Certificate } from 'node:crypto';

/**
 * The words that documentation, templates and tutorials have in place of a secret. Longer ones come
 * before their parts.
 */
const PLACEHOLDERS = new RegExp(
  (
    'abcdefghijklmnopqrstuvwxyz 1234567890 0123456789 123456789 12345678 256 384 512 32 64 ' +
    'development production passphrase placeholder characters password changeme default example private replace ' +
    'change please string before secret chars super token deploy bytes least must your with this test byte bits ' +
    'long prod bit jwt key the app api use for and at be in is it me my to a'
  ).replaceAll(' ', '|'),
  'g',
);

/** The length below which a repeated piece is too short for a secret, in bytes. */
const SHORTEST_PIECE_BYTES = 16;
/** The least length of a secret without its placeholder words. */
const SHORTEST_REST_CHARACTERS = 12;

const DER_SEQUENCE = 0x30;

/** Finds the fault of an HMAC secret, as the predicate of a sentence; undefined if it has none. */
export function weaknessOf(secret: Buffer, minimumBytes: number): string | undefined {
  if (holdsAnotherKey(secret)) {
    return (
      'looks like a PEM, DER or JSON key. A string or bytes are always taken as an HMAC secret; ' +
      'pass such a key as a KeyObject: crypto.createPrivateKey(pem) or crypto.createPublicKey(pem)'
    );
  }
  const remedy = 'Create one with: openssl rand -base64 48';
  if (secret.length < minimumBytes) {
    return `has ${String(secret.length)} bytes but needs ${String(minimumBytes)} or more (RFC 7518 §3.2). ${remedy}`;
  }
  if (shortestPiece(secret) < SHORTEST_PIECE_BYTES) return `is one short piece repeated. ${remedy}`;
  return isPlaceholder(secret.toString('latin1'))
    ? `is a well-known placeholder. ${remedy}`
    : undefined;
}

/**
 * Checks whether a secret is a placeholder. Random bytes have few letters too, so only text can be
 * one.
 */
function isPlaceholder(text: string): boolean {
  const isText = /^[\x20-\x7e]*$/.test(text);
  const rest = text
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(PLACEHOLDERS, '');
  return isText && rest.length < SHORTEST_REST_CHARACTERS;
}

/**
 * Checks whether a secret is another kind of key. A public key used as an HMAC secret would let
 * everybody sign (RFC 8725 §2.1).
 */
function holdsAnotherKey(secret: Buffer): boolean {
  const text = secret.toString('latin1').trim();
  if (/^(ssh|ecdsa)-/.test(text) || isJsonObject(text)) return true;
  const once = readingsOf(text);
  const twice = once.flatMap((bytes) => readingsOf(bytes.toString('latin1')));
  return [secret, ...once, ...twice].some((bytes) => isPemOrDer(bytes) || isEcPoint(bytes));
}

/** The bytes that a text may stand for: hexadecimal with or without separators, or base64. */
function readingsOf(text: string): Buffer[] {
  const hex = text.replace(/^0x|[\s:]/g, '');
  const base64 = text.replace(/^data:[^,]*,/, '');
  return [
    ...(/^([0-9a-f]{2})+$/i.test(hex) ? [Buffer.from(hex, 'hex')] : []),
    Buffer.from(base64, 'base64'),
  ];
}

/** The curves of ES256, ES384 and ES512, by the length of an uncompressed point. */
const CURVES: Readonly<Record<number, string>> = {
  65: 'prime256v1',
  97: 'secp384r1',
  133: 'secp521r1',
};

/** A public key as a bare point of its curve (SEC 1 §2.3.3). */
function isEcPoint(bytes: Buffer): boolean {
  const curve = CURVES[bytes.length];
  return curve !== undefined && bytes[0] === 4 && parses(() => ECDH.convertKey(bytes, curve));
}

function isPemOrDer(bytes: Buffer): boolean {
  if (bytes.includes('-----BEGIN ')) return true;
  // Every key in DER is a SEQUENCE (X.690 §8.9). Trying all kinds would slow each start by
  // milliseconds.
  if (bytes[0] !== DER_SEQUENCE) return false;
  const isPublic = (['spki', 'pkcs1'] as const).some((type) =>
    parses(() => createPublicKey({ key: bytes, format: 'der', type })),
  );
  const types = ['pkcs8', 'pkcs1', 'sec1'] as const;
  const isPrivate = types.some((type) =>
    parses(() => createPrivateKey({ key: bytes, format: 'der', type })),
  );
  return isPublic || isPrivate || parses(() => new X509Certificate(bytes));
}

function parses(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

function isJsonObject(text: string): boolean {
  return /^[{[]/.test(text) && parses(() => JSON.parse(text) as unknown);
}

/**
 * Finds the length of the shortest piece that is repeated in these bytes; their own length if none
 * is.
 */
function shortestPiece(bytes: Buffer): number {
  for (let length = 1; length < bytes.length; length++) {
    if (bytes.subarray(length).equals(bytes.subarray(0, bytes.length - length))) return length;
  }
  return bytes.length;
}
