import { JwtAuthError, type Client, type ClientVerifier } from 'express-client-jwt';

import { authenticate } from '../../lib/issuing/authenticate';

const credentials = { clientId: 'reports', clientSecret: 'a-secret' };

function ask(verify: ClientVerifier['verify'], hangUp = new AbortController()) {
  const settings = { verifier: { verify }, verifierTimeoutMs: 20 };
  return authenticate(settings, credentials, () => hangUp.signal);
}

test('finds the client, checked and filled in', async () => {
  expect(await ask(() => Promise.resolve({ clientId: 'reports', scopes: null }))).toEqual({
    client: {
      clientId: 'reports',
      scopes: undefined,
      disabled: false,
      tokensValidAfterMs: 0,
      expiresInSeconds: undefined,
      claims: undefined,
    },
    details: {},
  });
});

test.each([undefined, null, { clientId: 'reports', disabled: true }])(
  'takes %j for a refusal',
  async (result) => {
    const found = await ask(() => Promise.resolve(result as undefined));
    expect(found).toEqual({ refusal: 'ERR_INVALID_CLIENT', details: {} });
  },
);

test.each<[string, ClientVerifier['verify'], string]>([
  [
    'another client',
    () => Promise.resolve({ clientId: 'admin' }),
    'The result of verifier.verify() is another client.',
  ],
  [
    'a result that is no client',
    () => Promise.resolve(false as never),
    'The result of verifier.verify() must be a client: an object with a clientId; it is a boolean.',
  ],
  ['a rejection', () => Promise.reject(new Error('down')), 'down'],
  [
    'a throw',
    () => {
      throw new Error('broken');
    },
    'broken',
  ],
  [
    'a verifier that does not settle',
    () => new Promise(() => undefined),
    'The verifier did not settle within 20 ms.',
  ],
])('reports %s as an outage that is worth another attempt', async (_title, verify, message) => {
  const found = await ask(verify);
  expect(found).toMatchObject({
    refusal: 'ERR_SERVER',
    retryAfterSeconds: 5,
    outage: { source: 'verifier', cause: expect.objectContaining({ message }) as unknown },
  });
});

test('reports a hashing thread that died as a source of its own', async () => {
  const cause = Object.assign(new Error('gone'), { code: 'ERR_HASHING_THREAD_DIED' });
  expect(await ask(() => Promise.reject(cause))).toMatchObject({
    outage: { source: 'thread', cause },
  });
});

test.each([undefined, 7])('passes on an overload with its wait of %p seconds', async (seconds) => {
  const overload = new JwtAuthError('ERR_OVERLOADED', { retryAfterSeconds: seconds });
  expect(await ask(() => Promise.reject(overload))).toEqual({
    refusal: 'ERR_OVERLOADED',
    retryAfterSeconds: seconds,
    details: {},
  });
});

test('takes an overload of another copy of the package for an overload', async () => {
  const overload = Object.assign(new Error('busy'), {
    name: 'JwtAuthError',
    code: 'ERR_OVERLOADED',
  });
  expect(await ask(() => Promise.reject(overload))).toMatchObject({ refusal: 'ERR_OVERLOADED' });
});

test.each([
  new JwtAuthError('ERR_TOKEN_EXPIRED'),
  Object.assign(new Error('x'), { code: 'ERR_OVERLOADED' }),
])('takes no other error for an overload: %p', async (cause) => {
  expect(await ask(() => Promise.reject(cause))).toMatchObject({ refusal: 'ERR_SERVER' });
});

test('hands over the credentials, and returns what the verifier explained', async () => {
  const given: unknown[] = [];
  const found = await ask((each, context) => {
    given.push(each);
    context?.explain?.({ reason: 'wrong_secret' });
    context?.explain?.({ secretLabel: 'old' });
    return Promise.resolve(undefined);
  });
  expect(given).toEqual([credentials]);
  expect(found.details).toEqual({ reason: 'wrong_secret', secretLabel: 'old' });
});

describe('the signal', () => {
  /** Whether it is aborted before and after the verifier acts, and once all is over. */
  async function abortedIn(act: (hangUp: AbortController) => Promise<Client | undefined>) {
    const hangUp = new AbortController();
    const aborted: (boolean | undefined)[] = [];
    let signal: AbortSignal | undefined;
    await ask((_given, context) => {
      signal = context?.signal;
      aborted.push(signal?.aborted);
      const result = act(hangUp);
      aborted.push(signal?.aborted);
      return result;
    }, hangUp);
    return [...aborted, signal?.aborted];
  }

  test('is aborted when the caller hangs up', async () => {
    const hangsUp = (hangUp: AbortController) => {
      hangUp.abort();
      return Promise.resolve(undefined);
    };
    expect(await abortedIn(hangsUp)).toEqual([false, true, true]);
  });

  test('is aborted from the start if the caller has gone already', async () => {
    const hangUp = new AbortController();
    hangUp.abort();
    let isAborted: boolean | undefined;
    await ask((_given, context) => {
      isAborted = context?.signal?.aborted;
      return Promise.resolve(undefined);
    }, hangUp);
    expect(isAborted).toBe(true);
  });

  test('is aborted when the time is over', async () => {
    expect(await abortedIn(() => new Promise(() => undefined))).toEqual([false, false, true]);
  });

  test.each<[string, Client | undefined]>([
    ['a refusal', undefined],
    ['a disabled client', { clientId: 'reports', disabled: true }],
    ['another client', { clientId: 'admin' }],
  ])('is aborted after %s, which need not be read to its end', async (_title, result) => {
    expect(await abortedIn(() => Promise.resolve(result))).toEqual([false, false, true]);
  });

  test('is left alone by a client that is accepted', async () => {
    const accepted = () => Promise.resolve({ clientId: 'reports' });
    expect(await abortedIn(accepted)).toEqual([false, false, false]);
  });

  test('is not made for a verifier that does not ask for it', async () => {
    const signal = jest.fn(() => new AbortController().signal);
    const verifier = { verify: () => Promise.resolve(undefined) };
    await authenticate({ verifier, verifierTimeoutMs: 20 }, credentials, signal);
    expect(signal).not.toHaveBeenCalled();
  });
});
