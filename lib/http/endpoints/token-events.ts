import type { VerificationDetails } from '../../clients/verifier';
import type { JwtAuthErrorCode } from '../../errors';
import type { RequestEvent, TokenRefusedEvent } from '../../events';
import type { IssuedToken } from '../../tokens/tokens';

/** The event types of refusals that the load causes, not the credentials. */
const EVENT_TYPES = new Map<JwtAuthErrorCode, TokenRefusedEvent['type']>([
  ['ERR_THROTTLED', 'token.throttled'],
  ['ERR_OVERLOADED', 'token.overloaded'],
]);

/** A refusal, as the event shows it. */
export interface RefusedAttempt {
  readonly refusal: JwtAuthErrorCode;
  readonly details?: VerificationDetails;
  readonly isAbandoned?: boolean | undefined;
}

/** Creates the event of an issued token. */
export function issuedEvent(
  { claims, kid }: IssuedToken,
  { secretLabel }: VerificationDetails,
): RequestEvent {
  return { type: 'token.issued', clientId: claims.sub, jti: claims.jti ?? '', kid, secretLabel };
}

/** Creates the event of a client that was refused. */
export function refusedEvent(
  { refusal: code, isAbandoned, details: { reason, secretLabel } = {} }: RefusedAttempt,
  clientId: string | undefined,
): RequestEvent {
  const type = EVENT_TYPES.get(code) ?? 'token.refused';
  return { type, code, reason: isAbandoned ? 'abandoned' : reason, clientId, secretLabel };
}
