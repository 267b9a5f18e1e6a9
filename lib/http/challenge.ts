import { JwtAuthError, REFUSALS, type JwtAuthErrorCode, type RefusalDetails } from '../errors';

/** The characters of a quoted-string (RFC 9110 §5.6.4) that need no escape, ASCII only. */
const QUOTABLE = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** Checks whether a text can stand between the quotes of a challenge. */
export function isQuotable(text: string): boolean {
  return QUOTABLE.test(text);
}

/** Creates the error of a refusal with its response headers. */
export function createHttpError(
  code: JwtAuthErrorCode,
  details: RefusalDetails,
  realm: string,
): JwtAuthError {
  return new JwtAuthError(code, { ...details, headers: headersFor(code, details, realm) });
}

/** Creates the headers of a refusal: `WWW-Authenticate`, `Retry-After` and `Allow`. */
function headersFor(
  code: JwtAuthErrorCode,
  { retryAfterSeconds, scopes, methods }: RefusalDetails,
  realm: string,
): Readonly<Record<string, string>> {
  const refusal = REFUSALS[code];
  const retryAfter = retryAfterSeconds ?? refusal.retryAfterSeconds;
  return {
    ...(refusal.challenge && { 'WWW-Authenticate': challengeFor(code, scopes, realm) }),
    ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    ...(methods && { Allow: methods.join(', ') }),
  };
}

/** Creates a challenge (RFC 6750 §3). It has no error code if the request has no token (§3.1). */
function challengeFor(
  code: JwtAuthErrorCode,
  scopes: readonly string[] | undefined,
  realm: string,
): string {
  const { error, description } = REFUSALS[code];
  const why = { error, error_description: description, ...(scopes && { scope: scopes.join(' ') }) };
  const all = Object.entries({ realm, ...(code !== 'ERR_TOKEN_MISSING' && why) });
  return `Bearer ${all.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
}
