import { fetchObject, withoutQuery } from '../../guarding/fetch-object';
import { own } from '../../internal/assert';
import { isTrustedUrl, pathOf, RESOURCE_SUFFIX, wellKnownUrl } from '../../internal/urls';
import { attempt } from './attempt';
import { checksAbout, type Check } from './check';
import type { Probe } from './probe';
import { REMEDIES } from './remedies';
import { pathIn } from './target';

/**
 * Checks that the metadata of the resource, which a challenge names, is about this API and names
 * its issuer (RFC 9728 §3.3).
 */
export async function checkResource(
  url: string,
  guardedRoute: string,
  issuer: string | undefined,
  probe: Probe,
): Promise<Check> {
  const { ok, problem } = checksAbout('resource metadata');
  if (!URL.canParse(url) || new URL(url).origin !== new URL(guardedRoute).origin)
    return problem('the challenge', 'resource_metadata of another host', REMEDIES.resource);
  const asked = `GET ${pathIn(url)}`;
  const metadata = await attempt(fetchObject(url, probe.fetch), withoutQuery(url));
  if (typeof metadata === 'string') return problem(asked, metadata, REMEDIES.resource);
  const [resource, servers] = [own(metadata, 'resource'), own(metadata, 'authorization_servers')];
  const isOwn =
    typeof resource === 'string' &&
    isTrustedUrl(resource) &&
    wellKnownUrl(RESOURCE_SUFFIX, resource) === url &&
    `${pathIn(guardedRoute)}/`.startsWith(`${pathOf(resource)}/`);
  if (!isOwn) return problem(asked, 'another resource than this API', REMEDIES.resource);
  const names = Array.isArray(servers) ? servers.map(String) : [];
  return issuer === undefined || names.includes(issuer)
    ? ok(asked, `the issuer ${issuer ?? names.join(', ')}`)
    : problem(asked, 'another issuer', REMEDIES.metadata);
}
