/** A gateway that adds headers of its own, so that it can be recognized. */
export type Gateway = 'nginx' | 'Cloudflare' | 'API Gateway';

/** A change that mends something: in general, and at a gateway whose setting has a name. */
export type Remedy = { readonly general: string } & Partial<Readonly<Record<Gateway, string>>>;

const MARKS: readonly (readonly [Gateway, (headers: Headers) => boolean])[] = [
  ['Cloudflare', (headers) => headers.has('cf-ray')],
  ['API Gateway', (headers) => headers.has('x-amz-apigw-id') || headers.has('apigw-requestid')],
  ['nginx', (headers) => /^(nginx|openresty)/i.test(headers.get('server') ?? '')],
];

/** Recognizes the gateway that sent a response. */
export function gatewayOf(headers: Headers): Gateway | undefined {
  return MARKS.find(([, isSender]) => isSender(headers))?.[0];
}

/** Says what to change, at the gateway if it is known. */
export function sayRemedy(remedy: Remedy, gateway: Gateway | undefined): string {
  const special = gateway === undefined ? undefined : remedy[gateway];
  return special === undefined ? remedy.general : `${gateway ?? ''}: ${special}`;
}

/** The remedies, by the fault. */
export const REMEDIES = {
  unreachable: { general: 'Check the name, the port, and the firewall.' },
  redirect: {
    general:
      'Use the URL that it redirects to. A client that follows a redirect may send its secret elsewhere.',
  },
  noTokenRoute: {
    general:
      'Check --url, which includes the path that createJwtAuth() is mounted at, and --path, if you set the option path.',
    nginx:
      'let the app get the path that it serves. In location /api/, "proxy_pass http://app;" keeps /api, and "proxy_pass http://app/;" removes it. Also check --url and --path.',
    'API Gateway':
      'add a route for this path and method, deploy the stage, and include the stage in --url.',
  },
  errorPage: {
    general:
      'Let the gateway pass on the responses of the app, with their status, headers and body.',
    nginx: 'set proxy_intercept_errors off; and no error_page for these statuses.',
    Cloudflare:
      'disable custom error pages for this path, and allow its callers in the rules of the firewall.',
  },
  gatewayLogin: {
    general: 'Switch off the login of the gateway for this path: the app has its own.',
    nginx: 'remove auth_basic, auth_request, allow, deny or limit_except from this location.',
    Cloudflare: 'add a bypass policy for this path in Access, or a rule that skips the challenge.',
    'API Gateway':
      'set the authorizer of this route to NONE. If it has no such route, add it and deploy the stage.',
  },
  appDown: { general: 'Check that the app runs, and its outage events.' },
  limited: {
    general: 'Check whether the gateway limits requests, and that the app runs.',
    nginx: 'check limit_req and limit_conn of this location, and that the app runs.',
  },
  credentialHeaders: {
    general:
      'Let the gateway pass the request headers client-id and client-secret under these names, with hyphens.',
    nginx:
      'remove the proxy_set_header lines that empty or rename client-id and client-secret, and proxy_pass_request_headers off.',
    Cloudflare: 'remove the request header transform rules that change client-id or client-secret.',
    'API Gateway':
      'map method.request.header.client-id and client-secret in the integration request.',
  },
  responseHeader: {
    general: 'Let the gateway pass the response header Authorization, or set tokenInBody: true.',
    nginx: 'remove proxy_hide_header Authorization, or set tokenInBody: true.',
    Cloudflare:
      'remove the response header transform rule that removes Authorization, or set tokenInBody: true.',
    'API Gateway':
      'set tokenInBody: true. A REST API can also map integration.response.header.Authorization.',
  },
  requestToken: {
    general: 'Let the gateway pass the request header Authorization to the app.',
    nginx: 'remove proxy_set_header Authorization "" and auth_basic from this location.',
    'API Gateway':
      'set the authorizer of this route to NONE, or pass the header in the integration request.',
  },
  credentials: {
    general: 'Check the client id and the secret, and that the app uses the clients that you mean.',
  },
  anyCredentials: {
    general: 'Replace the verifier: it accepts credentials that do not exist. Do it now.',
  },
  cached: {
    general:
      'Switch off the cache for this path: others get a token, or data, that is not theirs. Do it now.',
    nginx: 'set proxy_cache off; in this location, and remove proxy_ignore_headers Cache-Control.',
    Cloudflare:
      'add a cache rule that bypasses the cache for this path, and purge what it has stored.',
    'API Gateway': 'switch off the cache of the stage for this method, and flush it.',
  },
  cacheHeaders: {
    general: 'Let the gateway pass Cache-Control: no-store, and add no ETag to this path.',
    nginx:
      'remove expires, add_header Cache-Control, add_header ETag and proxy_hide_header Cache-Control from this location.',
    Cloudflare: 'set the browser cache TTL to "Respect Existing Headers".',
  },
  conditional: {
    general: 'Switch off the cache for this path, and let conditional requests reach the app.',
    nginx: 'set proxy_cache off; in this location, and remove rules that return 304.',
  },
  head: {
    general: 'Let the gateway treat HEAD like GET.',
    nginx: 'remove the rule on $request_method that excludes HEAD.',
    'API Gateway': 'add the method HEAD, or ANY.',
  },
  options: {
    general:
      'Let the gateway pass OPTIONS to the app, or respond to it itself, if browsers call your API.',
    nginx: 'allow OPTIONS where limit_except or if ($request_method) allows GET.',
    'API Gateway': 'add the method OPTIONS, or enable CORS.',
  },
  preflight: {
    general:
      'Use the cors package in front of createJwtAuth(), with this origin, and the headers client-id, client-secret and authorization. Only one of app and gateway may add Access-Control-Allow-Origin.',
    'API Gateway':
      'add the origin and the headers client-id, client-secret and authorization to the CORS settings.',
  },
  exposure: {
    general:
      'Set exposeToken: true, or tokenInBody: true, and let the gateway pass Access-Control-Expose-Headers.',
  },
  challengeMissing: {
    general: 'Let the gateway pass the response header WWW-Authenticate (RFC 9110 §15.5.2).',
    nginx: 'remove proxy_hide_header WWW-Authenticate.',
    'API Gateway': 'map integration.response.header.WWW-Authenticate, if it is a REST API.',
  },
  challengeDoubled: {
    general: 'Let the app alone send WWW-Authenticate.',
    nginx: 'remove add_header WWW-Authenticate and auth_basic from this location.',
  },
  openRoute: {
    general:
      'Guard the route with requireJwt(). If it is guarded, a cache responds: switch it off for this route. Find open routes with: npx express-client-jwt routes ./app.js',
    nginx:
      'guard the route with requireJwt(). If it is guarded, a cache responds: set proxy_cache off; in this location.',
  },
  noRoute: {
    general:
      'Check --route, which must be a path below --url that requireJwt() guards, and that the gateway passes it to the app.',
  },
  tokenRefused: {
    general:
      'Use the same keys, issuer and audience in every process of the app, and the same time.',
  },
  headerSize: {
    general: 'If the app did not send this, let the gateway pass request headers of 8 KiB.',
    nginx: 'if the app did not send this, set large_client_header_buffers 4 16k;',
  },
  whoRefused: {
    general: 'Check who sent this: the handler of the route, or a rule of the gateway.',
  },
  clock: { general: 'Synchronize the clocks of the servers (and of this machine) with NTP.' },
  bodySize: {
    general:
      'Let the gateway pass bodies of 16 KiB to the OAuth endpoints: a token alone may have 8 KiB.',
    nginx: 'set client_max_body_size 16k; or more in this location.',
  },
  largeBody: {
    general: 'Limit the size of bodies at the gateway, to 100 kB for example.',
    nginx: 'set client_max_body_size 100k;',
  },
  retryAfter: {
    general:
      'Send Retry-After with 429 and 503, so that clients wait instead of asking again at once.',
    nginx:
      'set limit_req_status 429; and error_page 429 = @limited; and add Retry-After in that location alone.',
  },
  remapped: {
    general: 'Let the gateway keep the names of response headers.',
    'API Gateway':
      'map the header in the integration response, or set tokenInBody: true for Authorization.',
  },
  clearText: {
    general: 'Redirect http to https, or close the port: secrets and tokens travel in clear text.',
    nginx: 'in the server of port 80: return 301 https://$host$request_uri;',
    Cloudflare: 'switch on "Always Use HTTPS".',
  },
  certificate: {
    general: 'Use a certificate that clients trust, for this name, and renew it automatically.',
  },
  metadata: {
    general:
      'Set issuer to the URL that clients use, and serve auth.wellKnown at the root if createJwtAuth() is mounted below a path.',
  },
  resource: {
    general:
      'Set resource to the URL that clients use, and serve auth.wellKnown at the root if createJwtAuth() is mounted below a path.',
  },
  notHttps: { general: 'Set issuer to an https URL.' },
  otherHost: {
    general:
      'Check that issuer is the URL that clients use. The doctor only asks the host of --url.',
  },
  noKeySet: { general: 'Set jwks: true, so that others can verify tokens.' },
  keySet: {
    general:
      'Publish the public keys of the app with jwks: true, and let nothing else serve this path.',
  },
  privateKey: { general: 'Replace the key now: everybody can read it, and sign tokens.' },
  weakKey: { general: 'Create another key with: npx express-client-jwt key generate ES256' },
  kid: { general: 'Give each key a kid of its own, so that keys can be rotated without refusals.' },
} as const satisfies Readonly<Record<string, Remedy>>;
