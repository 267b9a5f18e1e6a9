import { inspect, withHeaders, type Gateway } from '../../support/inspect';

const ORIGIN = 'https://app.example.com';

/** A gateway that adds these headers to all responses, and responds to preflights itself. */
const withCors =
  (headers: Record<string, string>): Gateway =>
  ({ method }, respond) => {
    const preflight = () => Promise.resolve(new Response(null, { status: 204 }));
    return withHeaders(method === 'OPTIONS' ? preflight : respond, headers);
  };

const ALLOWED = {
  'access-control-allow-origin': ORIGIN,
  'access-control-allow-headers': 'Client-Id, Client-Secret, Authorization',
};

const corsOf = async (gateway: Gateway, changes = {}): Promise<string[]> => {
  const lines = await inspect(gateway, { origin: ORIGIN, ...changes });
  return lines.filter((line) => line.includes(' CORS: '));
};

test('an allowed origin that can read the token has no problem', async () => {
  const exposed = { ...ALLOWED, 'access-control-expose-headers': 'X-Id, Authorization' };
  expect(await corsOf(withCors(exposed))).toEqual([
    `ok CORS: OPTIONS /auth/jwt from ${ORIGIN}: allowed for client-id, client-secret`,
    `ok CORS: OPTIONS /reports from ${ORIGIN}: allowed for authorization`,
    'ok CORS: GET /auth/jwt as reports: pages can read the token',
    `ok CORS: GET /reports with the token: Access-Control-Allow-Origin: ${ORIGIN}`,
  ]);
});

test('a token in the header alone must be exposed', async () => {
  expect((await corsOf(withCors(ALLOWED)))[2]).toBe(
    'problem CORS: GET /auth/jwt as reports: pages cannot read the header Authorization',
  );
});

test('without credentials, the refusal shows whether the origin is allowed', async () => {
  const lines = await corsOf(withCors(ALLOWED), { credentials: undefined });
  expect(lines[2]).toBe(
    `ok CORS: GET /auth/jwt without credentials: Access-Control-Allow-Origin: ${ORIGIN}`,
  );
});

test('the wildcard of Access-Control-Allow-Headers does not cover Authorization', async () => {
  const wildcard = { ...ALLOWED, 'access-control-allow-headers': '*' };
  expect((await corsOf(withCors(wildcard))).slice(0, 2)).toEqual([
    `ok CORS: OPTIONS /auth/jwt from ${ORIGIN}: allowed for client-id, client-secret`,
    `problem CORS: OPTIONS /reports from ${ORIGIN}: the header authorization is not allowed`,
  ]);
});

test('another origin is not enough', async () => {
  const other = { ...ALLOWED, 'access-control-allow-origin': 'https://other.example.com' };
  expect(await corsOf(withCors(other), { guardedRoute: undefined })).toEqual([
    `problem CORS: OPTIONS /auth/jwt from ${ORIGIN}: 204 Access-Control-Allow-Origin: https://other.example.com`,
    'problem CORS: GET /auth/jwt as reports: Access-Control-Allow-Origin: https://other.example.com',
  ]);
});

test('the response of the guarded route must allow the origin too, not the preflight alone', async () => {
  const cors = withCors(ALLOWED);
  const gateway: Gateway = (call, respond) =>
    call.method === 'GET' && call.path === '/reports' ? respond() : cors(call, respond);
  expect((await corsOf(gateway))[3]).toBe(
    'problem CORS: GET /reports with the token: without Access-Control-Allow-Origin',
  );
});

test('an app without CORS is a problem for pages', async () => {
  expect(await corsOf((_call, respond) => respond(), { guardedRoute: undefined })).toEqual([
    `problem CORS: OPTIONS /auth/jwt from ${ORIGIN}: 404 without Access-Control-Allow-Origin`,
    'problem CORS: GET /auth/jwt as reports: without Access-Control-Allow-Origin',
  ]);
});

test('a preflight without a response is a problem', async () => {
  const gateway: Gateway = ({ method }, respond) =>
    method === 'OPTIONS' ? Promise.reject(new TypeError('fetch failed')) : respond();
  expect((await corsOf(gateway))[0]).toBe(
    `problem CORS: OPTIONS /auth/jwt from ${ORIGIN}: could not be reached (fetch failed)`,
  );
});
