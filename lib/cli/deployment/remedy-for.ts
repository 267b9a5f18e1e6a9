import type { Reply } from './probe';
import { REMEDIES, type Remedy } from './remedies';

const BY_CODE: Readonly<Record<string, Remedy>> = {
  ERR_METHOD_NOT_ALLOWED: REMEDIES.noTokenRoute,
  ERR_CREDENTIALS_MALFORMED: REMEDIES.credentialHeaders,
};

const BY_STATUS: Readonly<Record<number, Remedy>> = {
  401: REMEDIES.gatewayLogin,
  403: REMEDIES.gatewayLogin,
  404: REMEDIES.noTokenRoute,
  405: REMEDIES.noTokenRoute,
  429: REMEDIES.limited,
  503: REMEDIES.limited,
};

/** Says what to change if a response is not the one of the token route. */
export function remedyFor({ status, code }: Reply): Remedy {
  if (code !== undefined) return BY_CODE[code] ?? REMEDIES.appDown;
  if (status >= 300 && status < 400) return REMEDIES.redirect;
  return BY_STATUS[status] ?? (status >= 500 ? REMEDIES.appDown : REMEDIES.errorPage);
}
