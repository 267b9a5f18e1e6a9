import { own } from '../internal/assert';
import type { JwtClaims } from './claims';

/** The client that the claims of a token name. */
export interface TokenClient {
  readonly clientId: string;
  readonly scopes: readonly string[];
}

/** The claims that name the client in tokens of different issuers, the first one first. */
export const CLIENT_ID_CLAIMS: readonly string[] = ['client_id', 'azp', 'cid', 'sub'];

/**
 * Finds the client of one of our tokens; undefined if `sub` and `client_id` are different, because
 * one token then names two clients.
 */
export function ownClientOf(claims: JwtClaims): TokenClient | undefined {
  const clientId = own(claims, 'client_id');
  if (clientId !== undefined && clientId !== claims.sub) return undefined;
  return { clientId: claims.sub, scopes: scopesIn(own(claims, 'scope')) };
}

/**
 * Finds the client of a token of another issuer. The client is named by the first of these claims
 * that the token has; undefined if it has none, or if that is no text. The scopes are in `scope`,
 * or in `scp` as a text or a list.
 */
export function foreignClientOf(
  claims: JwtClaims,
  clientIdClaims: readonly string[],
): TokenClient | undefined {
  const name = clientIdClaims.find((each) => Object.hasOwn(claims, each));
  const clientId = name === undefined ? undefined : claims[name];
  if (typeof clientId !== 'string' || clientId === '') return undefined;
  return { clientId, scopes: scopesIn(own(claims, 'scope') ?? own(claims, 'scp')) };
}

function scopesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter(Boolean);
  const isList = Array.isArray(value) && value.every((each) => typeof each === 'string');
  return isList ? [...value] : [];
}
