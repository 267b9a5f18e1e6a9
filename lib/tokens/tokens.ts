import { createKeyRing, type Keys } from '../keys/key-ring';
import { createClaims, type ClaimsSettings, type JwtClaims, type TokenSubject } from './claims';
import { createTokenSigner } from './signer';
import { createTokenVerifier, type TokenVerifier } from './verifier';

/** A token as it was signed. */
export interface IssuedToken {
  readonly token: string;
  readonly claims: JwtClaims;
  readonly kid: string | undefined;
}

/** The settings of {@link createTokens}. */
export interface TokensSettings extends ClaimsSettings {
  readonly keys: Keys;
  readonly tokenCacheSize: number;
}

/** Tokens under the keys in force. */
export interface Tokens {
  /** A new token. Throws where it cannot be signed. */
  issue(subject: TokenSubject, nowMs: number): IssuedToken;
  /** What a token is, or why it is refused. */
  verify: TokenVerifier;
  /** From now on these keys and no others. Throws a TypeError, and changes nothing, where one is not good. */
  replaceKeys(keys: Keys): void;
}

/** @throws TypeError where a key is not good. */
export function createTokens(settings: TokensSettings): Tokens {
  let inForce = withKeys(settings.keys);

  // The memory of verified tokens lives and dies with the keys that verified them.
  function withKeys(keys: Keys) {
    const ring = createKeyRing(keys);
    return {
      kid: ring.signingKey.kid,
      sign: createTokenSigner(ring.signingKey),
      verify: createTokenVerifier(ring, settings),
    };
  }

  return {
    issue: (subject, nowMs) => {
      const claims = createClaims(subject, settings, nowMs);
      return { token: inForce.sign(claims), claims, kid: inForce.kid };
    },
    verify: (token) => inForce.verify(token),
    replaceKeys: (keys) => {
      inForce = withKeys(keys);
    },
  };
}
