import { JwtAuthError, REFUSALS, type JwtAuthErrorCode, type RefusalDetails } from '../errors';

/** The characters of a quoted-string (RFC 9110 §5.6.4) that need no escape, ASCII only. */
const QUOTABLE = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** Checks whether a text can stand between the quotes of a challenge. */
export function isQuotable(text: string): boolean {
  return QUOTABLE.test(text);
}

/** The settings of challenges. */
export interface ChallengeSettings {
  readonly realm: string;
  /** The URL of the document that names the issuer (RFC 9728 §5.1). */
  readonly resourceMetadata?: string | undefined;
}

/** Creates the error of a refusal with its response headers. */
export function createHttpError(
  code: JwtAuthErrorCode,
  details: RefusalDetails,
  settings: ChallengeSettings,
): JwtAuthError {
  return new JwtAuthError(code, { ...details, headers: headersFor(code, details, settings) });
}

/**
 * Creates the error of a refusal at an OAuth endpoint. A 401 has a Basic challenge, unless the
 * client has sent its secret in the body (RFC 6749 §5.2).
 */
export function createOAuthError(
  code: JwtAuthErrorCode,
  details: RefusalDetails,
  settings: ChallengeSettings,
  isSecretInBody: boolean,
): JwtAuthError {
  const { status, oauthStatus = status } = REFUSALS[code];
  const isChallenged = oauthStatus === 401 && !isSecretInBody;
  const headers = {
    ...headersFor(code, details, settings),
    ...(isChallenged && { 'WWW-Authenticate': `Basic realm="${settings.realm}"` }),
  };
  return new JwtAuthError(code, { ...details, status: oauthStatus, headers });
}

/** Creates the headers of a refusal: `WWW-Authenticate`, `Retry-After` and `Allow`. */
function headersFor(
  code: JwtAuthErrorCode,
  { retryAfterSeconds, scopes, methods }: RefusalDetails,
  settings: ChallengeSettings,
): Readonly<Record<string, string>> {
  const refusal = REFUSALS[code];
  const retryAfter = retryAfterSeconds ?? refusal.retryAfterSeconds;
  return {
    ...(refusal.challenge && { 'WWW-Authenticate': challengeFor(code, scopes, settings) }),
    ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    ...(methods && { Allow: methods.join(', ') }),
  };
}

/** Creates a challenge (RFC 6750 §3). It has no error code if the request has no token (§3.1). */
function challengeFor(
  code: JwtAuthErrorCode,
  scopes: readonly string[] | undefined,
  { realm, resourceMetadata }: ChallengeSettings,
): string {
  const { error, description } = REFUSALS[code];
  const why = { error, error_description: description, ...(scopes && { scope: scopes.join(' ') }) };
  const all = Object.entries({
    realm,
    ...(code !== 'ERR_TOKEN_MISSING' && why),
    ...(resourceMetadata !== undefined && { resource_metadata: resourceMetadata }),
  });
  return `Bearer ${all.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
}
