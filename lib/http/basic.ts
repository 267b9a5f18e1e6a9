import type { ClientCredentials } from '../clients/verifier';

/** RFC 9110 §11.4: one scheme, spaces, and a token68. */
const BASIC = /^basic {1,16}([A-Za-z0-9+/]+={0,2})$/i;
const BASIC_SCHEME = /^basic(?![\w!#$%&'*+.^`|~-])/i;

/**
 * Parses the credentials of HTTP Basic. The result is 'none' for another scheme.
 *
 * RFC 6749 §2.3.1: the ID and the secret are each encoded as in a form, joined with a colon, and
 * encoded in base64 (RFC 7617 §2). The secret may contain more colons. Base64 must be canonical. The
 * characters of the two are not checked.
 */
export function parseBasic(authorization: string): ClientCredentials | 'none' | 'malformed' {
  if (!BASIC_SCHEME.test(authorization)) return 'none';
  const encoded = BASIC.exec(authorization)?.[1] ?? '';
  const bytes = Buffer.from(encoded, 'base64');
  if (encoded === '' || bytes.toString('base64') !== encoded) return 'malformed';
  const pair = bytes.toString('latin1');
  const colon = pair.indexOf(':');
  if (colon === -1) return 'malformed';
  const clientId = decodeFormText(pair.slice(0, colon));
  const clientSecret = decodeFormText(pair.slice(colon + 1));
  if (clientId === undefined || clientSecret === undefined) return 'malformed';
  return { clientId, clientSecret };
}

/** Decodes a text as in a form (RFC 6749 Appendix B); undefined if an escape is malformed. */
function decodeFormText(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
