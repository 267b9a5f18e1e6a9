import { inspect, json, type Gateway } from '../../support/inspect';

const METADATA = '/.well-known/oauth-protected-resource';

/** What is found about the metadata of the resource, if it has these members. */
async function foundWith(
  members: (origin: string) => object,
  challenge?: (origin: string) => string,
): Promise<string[]> {
  const gateway: Gateway = async ({ path, headers, url }, respond) => {
    const { origin } = new URL(url);
    if (path === METADATA) return json(200, members(origin));
    const response = await respond();
    if (path !== '/reports' || challenge === undefined || headers.has('authorization'))
      return response;
    const changed = new Headers(response.headers);
    changed.set('www-authenticate', `Bearer resource_metadata="${challenge(origin)}"`);
    return new Response(await response.text(), { status: response.status, headers: changed });
  };
  const lines = await inspect(gateway);
  return lines
    .filter((line) => line.includes(' resource metadata: '))
    .map((line) => line.replace(/http:\/\/127\.0\.0\.1:\d+/g, 'URL'));
}

const ours = (origin: string) => ({ resource: origin, authorization_servers: [origin] });

test('metadata of this API that names its issuer has no problem', async () => {
  expect(await foundWith(ours)).toEqual([`ok resource metadata: GET ${METADATA}: the issuer URL`]);
});

test.each<[string, (origin: string) => object, string]>([
  [
    'an empty resource',
    (origin) => ({ ...ours(origin), resource: '' }),
    'another resource than this API',
  ],
  [
    'a resource with the beginning of the host',
    (origin) => ({ ...ours(origin), resource: origin.slice(0, -1) }),
    'another resource than this API',
  ],
  [
    'a resource at another path',
    (origin) => ({ ...ours(origin), resource: `${origin}/other` }),
    'another resource than this API',
  ],
  [
    'another issuer',
    (origin) => ({ resource: origin, authorization_servers: [] }),
    'another issuer',
  ],
])('%s is a problem', async (_title, members, came) => {
  expect(await foundWith(members)).toEqual([`problem resource metadata: GET ${METADATA}: ${came}`]);
});

test.each(['http://127.0.0.1:9/internal', 'no URL'])(
  'the metadata of another host, %s, is not asked',
  async (url) => {
    expect(await foundWith(ours, () => url)).toEqual([
      'problem resource metadata: the challenge: resource_metadata of another host',
    ]);
  },
);

test('metadata that is not there is a problem', async () => {
  expect(await foundWith(ours, (origin) => `${origin}/none`)).toEqual([
    'problem resource metadata: GET /none: responded with the status 404',
  ]);
});
