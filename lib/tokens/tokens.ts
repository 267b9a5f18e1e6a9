import { createKeyRing, type Keys } from '../keys/key-ring';
import { createClaims, type ClaimsSettings, type JwtClaims, type TokenSubject } from './claims';
import { createTokenSigner } from './signer';
import { createTokenVerifier, type TokenVerifier } from './verifier';

/** A signed token with its claims. */
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

/** The functions that issue and verify tokens with the current keys. */
export interface Tokens {
  /** Issues a new token. Throws if it cannot be signed. */
  readonly issue: (subject: TokenSubject, nowMs: number) => IssuedToken;
  readonly verify: TokenVerifier;
  /**
   * Replaces all keys. Throws a TypeError, and changes nothing, if a key is missing, weak or
   * malformed.
   */
  readonly replaceKeys: (keys: Keys) => void;
}

/**
 * Creates the functions that issue and verify tokens with the same keys.
 *
 * @param owner The factory that error messages name.
 * @throws TypeError if a key is missing, weak or malformed.
 */
export function createTokens(settings: TokensSettings, owner: string): Tokens {
  let inForce = withKeys(settings.keys);

  // The cache of verified tokens goes with the keys that verified them.
  function withKeys(keys: Keys) {
    const { signingKey, verificationKeys } = createKeyRing(keys, owner);
    return {
      kid: signingKey.kid,
      sign: createTokenSigner(signingKey, owner),
      verify: createTokenVerifier(verificationKeys, settings),
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
