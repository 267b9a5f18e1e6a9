import { isPromise, type MaybePromise } from '../internal/maybe-promise';
import { withTimeout } from '../internal/timeout';
import type { JwtClaims } from '../tokens/claims';
import type { VerifiedJwt } from '../tokens/verifier';
import type { Settings } from '../http/options';
import type { Reporter } from '../reporter';

type RevocationSettings = Pick<
  Settings,
  'revocations' | 'onRevocationOutage' | 'verifierTimeoutMs'
>;

/** Tells whether a token has been revoked. Rejects or throws where that is not known and then counts as a refusal. */
export type RevocationCheck = (jwt: VerifiedJwt) => MaybePromise<boolean>;

/** Asks the store on every request, also for a token seen before; what a failing store means is the app's to decide. */
export function createRevocationCheck(
  settings: RevocationSettings,
  reporter: Reporter,
): RevocationCheck {
  const { revocations, onRevocationOutage, verifierTimeoutMs } = settings;
  if (revocations === undefined) return () => false;

  return ({ clientId, claims: { jti } }) => {
    const fail = (cause: unknown): boolean => {
      reporter.outage({ source: 'revocations', cause, clientId });
      if (onRevocationOutage === 'accept') return false;
      throw cause;
    };
    // A token without a name can neither be revoked nor have been.
    if (jti === undefined) return false;
    try {
      const answer = revocations.isRevoked(jti);
      if (!isPromise(answer)) return checkAnswer(answer);
      return withTimeout(answer, verifierTimeoutMs, 'The revocation store did not answer in time.')
        .then(checkAnswer)
        .catch(fail);
    } catch (cause) {
      return fail(cause);
    }
  };
}

function checkAnswer(answer: unknown): boolean {
  if (typeof answer !== 'boolean')
    throw new TypeError('The revocation store answered neither true nor false.');
  return answer;
}

/**
 * Notes in the store that a token is revoked.
 *
 * @throws TypeError where there is no store, or the claims have no `jti` or `exp`.
 */
export async function revoke(
  { revocations }: RevocationSettings,
  claims: Partial<Pick<JwtClaims, 'jti' | 'exp'>>,
): Promise<void> {
  const { jti, exp } = claims;
  if (revocations === undefined) {
    throw new TypeError(
      'revokeToken: there is no store for it. Pass createJwtAuth({ revocations: memoryRevocations(), … }).',
    );
  }
  if (typeof jti !== 'string' || typeof exp !== 'number')
    throw new TypeError('revokeToken: the token has no jti or no exp.');
  await revocations.revoke(jti, new Date(exp * 1000));
}
