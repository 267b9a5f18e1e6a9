import type { AuthParts } from '../http/auth-parts';
import type { EndpointKind } from '../http/endpoints/endpoint';
import type { ListedMount } from '../routes/list-routes';
import { toOpenApi } from './guarded-routes';

/** An endpoint with its path in the app. */
export interface PlacedEndpoint {
  readonly kind: EndpointKind;
  readonly path: string;
}

/** The documents that belong at the root of the host (RFC 8414 §3.1, RFC 9728 §3.1). */
const AT_ROOT: readonly string[] = ['issuer-metadata', 'resource-metadata'];

/**
 * Finds the paths of the endpoints: below each mount of `auth`. Without a list of mounts, they are
 * those of an auth at the root.
 *
 * @throws TypeError if `auth` is not one of the mounts.
 */
export function placeEndpoints(
  auth: object,
  { endpoints }: AuthParts,
  mounts: readonly ListedMount[] | undefined,
  owner: string,
): readonly PlacedEndpoint[] {
  if (mounts === undefined) return endpoints.map(({ kind, path }) => ({ kind, path }));
  const own = mounts.filter(({ middleware }) => middleware === auth);
  if (own.length === 0)
    throw new TypeError(
      `${owner}: app does not mount auth, or does so in an app below it, which cannot be inspected. Pass the app or router that calls use(auth).`,
    );
  const belowMounts = own.flatMap((mount) =>
    endpoints
      .filter(({ kind }) => mount.path === '' || !AT_ROOT.includes(kind))
      .map(({ kind, path }) => ({ kind, path: toOpenApi(mount.path) + path })),
  );
  const documents = mounts
    .filter(({ path }) => path === '')
    .flatMap((mount) => mount.endpoints.map(({ path }) => path));
  const atRoot = endpoints.filter(
    ({ kind, path }) => AT_ROOT.includes(kind) && documents.includes(path),
  );
  const all = [...belowMounts, ...atRoot.map(({ kind, path }) => ({ kind, path }))];
  return [...new Map(all.map((each) => [each.path, each])).values()];
}
