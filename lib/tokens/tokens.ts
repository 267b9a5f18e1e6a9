import type { PublicJwk } from '../keys/jwk';
import { createKeyRing, type Keys } from '../keys/key-ring';
import type { KeyPublisher } from '../keys/publish-keys';
import { createClaims, type ClaimsSettings, type JwtClaims, type TokenSubject } from './claims';
import { createTokenSigner } from './signer';
import { createTokenVerifier, type TokenVerifier } from './verifier';
import type { TokenProfile } from './profiles';

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
  readonly tokenProfile: TokenProfile;
  /** The audience that accepted tokens must have. Default: any of `audience`. */
  readonly resource?: string | undefined;
  /** Creates the public keys to publish, if they are. */
  readonly publish?: KeyPublisher | undefined;
}

/** The functions that issue and verify tokens with the current keys. */
export interface Tokens {
  /**
   * Issues a new token. Throws if it cannot be signed.
   *
   * @param audience The `aud` instead of the configured one.
   */
  readonly issue: (
    subject: TokenSubject,
    nowMs: number,
    audience?: ClaimsSettings['audience'],
  ) => IssuedToken;
  /** Signs any claims. Throws if they cannot become JSON or the token is too long. */
  readonly sign: (claims: JwtClaims) => string;
  readonly verify: TokenVerifier;
  /**
   * Replaces all keys. Throws a TypeError, and changes nothing, if a key is missing, weak or
   * malformed.
   */
  readonly replaceKeys: (keys: Keys) => void;
  /** Returns the public keys in force, for publishing. */
  readonly published: () => readonly PublicJwk[];
}

/**
 * Creates the functions that issue and verify tokens with the same keys.
 *
 * @param owner The factory that error messages name.
 * @throws TypeError if a key is missing, weak or malformed.
 */
export function createTokens(settings: TokensSettings, owner: string): Tokens {
  const typ = settings.tokenProfile === 'rfc9068' ? 'at+jwt' : 'JWT';
  // A token for another resource of the same issuer is not meant for this one.
  const verifierSettings = { ...settings, audience: settings.resource ?? settings.audience };
  let inForce = withKeys(settings.keys);

  // The cache of verified tokens goes with the keys that verified them.
  function withKeys(keys: Keys) {
    const { signingKey, verificationKeys, published } = createKeyRing(
      keys,
      owner,
      settings.publish,
    );
    return {
      published,
      kid: signingKey.kid,
      sign: createTokenSigner(signingKey, owner, typ),
      verify: createTokenVerifier(verificationKeys, verifierSettings),
    };
  }

  return {
    issue: (subject, nowMs, audience) => {
      const narrowed = audience === undefined ? settings : { ...settings, audience };
      const claims = createClaims(subject, narrowed, nowMs);
      return { token: inForce.sign(claims), claims, kid: inForce.kid };
    },
    sign: (claims) => inForce.sign(claims),
    verify: (token) => inForce.verify(token),
    replaceKeys: (keys) => {
      inForce = withKeys(keys);
    },
    published: () => inForce.published,
  };
}
