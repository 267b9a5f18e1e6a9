import type { ClientCredentials } from '../../clients/verifier';

/** The deployment to check. */
export interface Target {
  /** The URL of the app, or of the path that it is mounted at, without a slash at its end. */
  readonly url: string;
  /** The URL of the token route. */
  readonly tokenRoute: string;
  /** The URL of a guarded route. */
  readonly guardedRoute: string | undefined;
  /** The origin of a page that calls the API. */
  readonly origin: string | undefined;
  readonly credentials: ClientCredentials | undefined;
}

/** Returns the path of a URL, for texts. */
export const pathIn = (url: string): string => new URL(url).pathname;

/** Returns the request headers that carry the credentials. */
export function credentialHeaders({
  clientId,
  clientSecret,
}: ClientCredentials): Record<string, string> {
  return { 'client-id': clientId, 'client-secret': clientSecret };
}
