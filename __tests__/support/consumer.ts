import { createTokenSource, type TokenSourceOptions } from 'express-client-jwt/consumer';

export const URL_OF_ROUTE = 'https://api.example.com/auth/jwt';
export const SECRET = 'a-secret-of-the-caller';

/** A source, its clock in milliseconds, and the requests that it sends. Responses are made by `respond`. */
export function sourceWith(options: Partial<TokenSourceOptions> = {}) {
  const state = {
    now: 0,
    requests: [] as { url: string; init: RequestInit }[],
    respond: (count: number): Promise<Response> | Response =>
      tokenResponse(`token-${String(count)}`),
  };
  const source = createTokenSource({
    ...{ url: URL_OF_ROUTE, clientId: 'reports', clientSecret: SECRET },
    clock: () => state.now,
    fetch: async (url, init) => {
      state.requests.push({ url: new Request(url).url, init: init ?? {} });
      return state.respond(state.requests.length);
    },
    ...options,
  });
  return { source, state };
}
/** A response of the token route. */
export const tokenResponse = (token: string, seconds = 100) =>
  Response.json(
    { token_type: 'Bearer', expires_in: seconds },
    { headers: { Authorization: `Bearer ${token}` } },
  );
/** A refusal of the token route. */
export const refusal = (status: number, code: string, retryAfter?: string) =>
  Response.json(
    { error: 'x', error_description: 'A sentence.', code },
    { status, ...(retryAfter && { headers: { 'Retry-After': retryAfter } }) },
  );
/** Resolves after everything that is ready has run. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
