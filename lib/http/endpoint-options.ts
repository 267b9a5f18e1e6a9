import { isScope } from '../clients/check-client';
import { assertThat, expected, isObject } from '../internal/assert';
import { resolveOptions, text, type Option, type SettingsOf } from '../internal/options';
import { isTrustedUrl, TRUSTED_URL } from '../internal/urls';

/** The option `oauth` of `createJwtAuth`. Paths are below the mount path. */
export interface OAuthOptions {
  /** The path of the token endpoint (RFC 6749 §4.4). Default: `/oauth/token`. */
  readonly tokenPath?: string | undefined;
  /** The path of the introspection endpoint (RFC 7662). Default: `/oauth/introspect`. */
  readonly introspectionPath?: string | undefined;
  /**
   * The path of the revocation endpoint (RFC 7009), which exists if `revocations` is given. Default:
   * `/oauth/revoke`.
   */
  readonly revocationPath?: string | undefined;
  /**
   * The scope of clients that may introspect all tokens. Others may introspect their own. Default:
   * none.
   */
  readonly introspectionScope?: string | undefined;
  /**
   * More members for the metadata document, such as `scopes_supported`. It cannot change those that
   * the package sets. Default: none.
   */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** The option `jwks` of `createJwtAuth`. */
export interface JwksOptions {
  /** The path of the key set, below the mount path. Default: `/.well-known/jwks.json`. */
  readonly path?: string | undefined;
}

/** Creates the option of an endpoint's path. */
export function pathOption(fallback: string): Option<string> {
  const must = `a plain path such as "${fallback}": no pattern, no query, no slash at the end`;
  return text(fallback, must, (value) => /^(\/[A-Za-z0-9\-._~]+)+$/.test(value));
}

const METADATA_MUST = 'an object that can become JSON';

const metadata: Option<Readonly<Record<string, unknown>>> = {
  must: METADATA_MUST,
  fallback: 'none',
  parse: (value = {}, name) => {
    assertThat(isObject(value), name, METADATA_MUST, value);
    try {
      return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
    } catch {
      throw expected(name, METADATA_MUST, value);
    }
  },
};

/** One row per option of `oauth`. */
export const OAUTH_OPTIONS = {
  tokenPath: pathOption('/oauth/token'),
  introspectionPath: pathOption('/oauth/introspect'),
  revocationPath: pathOption('/oauth/revoke'),
  introspectionScope: text(undefined, 'one scope, without spaces or quotes', isScope),
  metadata,
} satisfies Record<keyof OAuthOptions, Option<unknown>>;

/** One row per option of `jwks`. */
export const JWKS_OPTIONS = {
  path: pathOption('/.well-known/jwks.json'),
} satisfies Record<keyof JwksOptions, Option<unknown>>;

/** The option `oauth` with every default filled in. */
export type OAuthSettings = SettingsOf<typeof OAUTH_OPTIONS>;

/** The option `jwks` with every default filled in. */
export type JwksSettings = SettingsOf<typeof JWKS_OPTIONS>;

/** Creates an option that is off, on with its defaults, or on with these options. */
function switchable<Settings>(
  names: string,
  resolve: (options: object, name: string) => Settings,
): Option<Settings | undefined> {
  const must = `true, false or an object { ${names} }`;
  return {
    must,
    fallback: 'off',
    parse: (value = false, name) => {
      if (value === false) return undefined;
      if (value === true) return resolve({}, name);
      if (isObject(value)) return resolve(value, name);
      throw expected(name, must, value);
    },
  };
}

/** The option `oauth`. */
export const oauth = switchable(
  'tokenPath?, introspectionPath?, revocationPath?, introspectionScope?, metadata?',
  (options, name) => resolveOptions(options, name, OAUTH_OPTIONS),
);

/** The option `jwks`. */
export const jwks = switchable('path?', (options, name) =>
  resolveOptions(options, name, JWKS_OPTIONS),
);

/** The option `resource`. */
export const resource = text(undefined, TRUSTED_URL, isTrustedUrl);
