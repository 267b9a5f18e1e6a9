import { pathOf } from '../internal/urls';
import type { Endpoint, EndpointParts } from './endpoints/endpoint';
import { createEndpointMiddleware } from './mount';
import type { JwtMiddleware } from './require-jwt';

/** Returns the issuer if its metadata is served: `oauth` is on, and the issuer is a URL. */
export function issuerWithMetadata({
  oauth,
  issuer,
}: {
  readonly oauth: object | undefined;
  readonly issuer: string | undefined;
}): string | undefined {
  return oauth !== undefined && issuer?.includes('://') ? issuer : undefined;
}

/**
 * Adds `wellKnown`, the middleware that serves the metadata documents. If the issuer has a path, its
 * document belongs at the root of the host (RFC 8414 §3.1): unless the app has read `wellKnown` in
 * the same turn of the event loop, a process warning says so.
 *
 * @param issuer The issuer, if its metadata is one of the documents.
 */
export function withWellKnown<T extends object>(
  middleware: T,
  documents: readonly Endpoint[],
  parts: EndpointParts,
  issuer: string | undefined,
): T & { readonly wellKnown: JwtMiddleware } {
  const wellKnown = createEndpointMiddleware(documents, parts);
  let isRead = false;
  Object.defineProperty(middleware, 'wellKnown', {
    enumerable: true,
    get: () => {
      isRead = true;
      return wellKnown;
    },
  });
  const path = issuer === undefined ? '' : pathOf(issuer);
  if (path !== '')
    setImmediate(() => {
      if (!isRead) warn(path);
    }).unref();
  return middleware as T & { readonly wellKnown: JwtMiddleware };
}

function warn(path: string): void {
  process.emitWarning(
    `express-client-jwt: issuer has the path ${path}, but clients look for its metadata at the root of the host. Add above app.use('${path}', auth): app.use(auth.wellKnown)`,
    { code: 'EXPRESS_CLIENT_JWT_WELL_KNOWN' },
  );
}
