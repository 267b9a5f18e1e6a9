import { isClientId } from '../clients/check-client';
import type { ClientCredentials } from '../clients/verifier';
import type { JwtAuthErrorCode } from '../errors';
import { isVisibleAscii, own } from '../internal/assert';
import { parseBasic } from './basic';
import { valueOf, type Form } from './form';
import { countOf, LONGEST_CLIENT_SECRET, type Incoming } from './request';

/** The credentials of a request to an OAuth endpoint, or the reason why there are none. */
export type SentCredentials = {
  /** Whether the secret was sent in the body, and not with HTTP Basic. */
  readonly isInBody: boolean;
} & (
  | { readonly credentials: ClientCredentials; readonly refusal?: undefined }
  | { readonly refusal: JwtAuthErrorCode }
);

/**
 * Parses the client authentication of a request (RFC 6749 §2.3.1): HTTP Basic, or `client_id` and
 * `client_secret` in the form. Two ways in one request are refused (§2.3).
 */
export function parseClientAuthentication(
  { headers, rawHeaders = [] }: Incoming,
  form: Form,
): SentCredentials {
  const [clientId, clientSecret] = [valueOf(form, 'client_id'), valueOf(form, 'client_secret')];
  const isInBody = clientSecret !== undefined;
  const refuse = (refusal: JwtAuthErrorCode) => ({ isInBody, refusal });
  const authorization = own(headers, 'authorization');
  const ways = [authorization, clientSecret, valueOf(form, 'client_assertion')];
  const isAmbiguous = ways.filter((way) => way !== undefined).length > 1;
  if (isAmbiguous || countOf('authorization', rawHeaders) > 1)
    return refuse('ERR_CLIENT_AUTHENTICATION');
  if (clientSecret !== undefined)
    return { isInBody, ...check({ clientId: clientId ?? '', clientSecret }) };
  const basic = authorization === undefined ? 'none' : parseBasic(authorization);
  if (basic === 'none') return refuse('ERR_CLIENT_AUTHENTICATION_MISSING');
  const isOther = basic !== 'malformed' && clientId !== undefined && clientId !== basic.clientId;
  if (basic === 'malformed' || isOther) return refuse('ERR_CLIENT_AUTHENTICATION');
  return { isInBody, ...check(basic) };
}

function check({ clientId, clientSecret }: ClientCredentials) {
  if (isClientId(clientId) && isVisibleAscii(clientSecret, LONGEST_CLIENT_SECRET))
    return { credentials: { clientId, clientSecret } };
  return { refusal: 'ERR_CLIENT_AUTHENTICATION' } as const;
}
