/** A program that calls the API: it gets a token, keeps it, and gets another one when it is needed. */
const API = process.env.API_URL ?? 'http://127.0.0.1:3000';
const credentials = {
  'client-id': process.env.CLIENT_ID ?? '',
  'client-secret': process.env.CLIENT_SECRET ?? '',
};

let token: { authorization: string; expiresAtMs: number } | undefined;

async function getToken(): Promise<string> {
  // A minute early, so that it does not expire on its way.
  if (token && Date.now() < token.expiresAtMs - 60_000) return token.authorization;
  const sentAtMs = Date.now();
  const res = await fetch(`${API}/auth/jwt`, { method: 'POST', headers: credentials });
  // 403: the credentials are wrong, and asking again does not help. 429 and 503: wait for Retry-After.
  if (!res.ok) throw new Error(`No token: ${String(res.status)} ${await res.text()}`);
  const { expires_in } = (await res.json()) as { expires_in: number };
  const authorization = res.headers.get('authorization') ?? '';
  token = { authorization, expiresAtMs: sentAtMs + expires_in * 1000 };
  return authorization;
}

/** Calls the API. If the token is refused, it gets a new one and tries once more. */
export async function call(path: string): Promise<Response> {
  const send = async () => fetch(API + path, { headers: { authorization: await getToken() } });
  const first = await send();
  if (first.status !== 401) return first;
  token = undefined;
  return send();
}
