/** A program that calls the API: it keeps its token, and gets another one when it is needed. */
const API = process.env.API_URL ?? 'http://127.0.0.1:3000';
const credentials = {
  'client-id': process.env.CLIENT_ID ?? '',
  'client-secret': process.env.CLIENT_SECRET ?? '',
};

interface Token {
  readonly authorization: string;
  readonly renewAtMs: number;
}

let current: Promise<Token> | undefined;

/** All calls share one token, and one request for it. */
async function getToken(): Promise<Token> {
  const token = await (current ??= fetchToken());
  if (Date.now() < token.renewAtMs) return token;
  current = fetchToken();
  return current;
}

async function fetchToken(): Promise<Token> {
  const sentAtMs = Date.now();
  try {
    const res = await fetch(`${API}/auth/jwt`, { method: 'POST', headers: credentials });
    const retryAfter = res.headers.get('retry-after') ?? 'never';
    if (!res.ok) throw new Error(`No token: ${String(res.status)}, retry after: ${retryAfter}`);
    const { expires_in } = (await res.json()) as { expires_in: number };
    const authorization = res.headers.get('authorization') ?? '';
    return { authorization, renewAtMs: sentAtMs + expires_in * 800 };
  } catch (error) {
    current = undefined;
    throw error;
  }
}

/** Calls the API. If the token is refused, it gets a new one and tries once more. */
export async function call(path: string): Promise<Response> {
  const send = async ({ authorization }: Token) =>
    fetch(API + path, { headers: { authorization } });
  const token = await getToken();
  const first = await send(token);
  if (first.status !== 401) return first;
  if ((await current) === token) current = undefined;
  return send(await getToken());
}
