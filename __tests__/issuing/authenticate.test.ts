import { JwtAuthError, type Client, type ClientVerifier } from 'express-client-jwt';

import { authenticate } from '../../lib/issuing/authenticate';

const credentials = { clientId: 'reports', clientSecret: 'a-secret' };

function ask(verify: ClientVerifier['verify'], hangUp = new AbortController()) {
  const settings = { verifier: { verify }, verifierTimeoutMs: 20 };
  return authenticate(settings, credentials, () => hangUp.signal);
}

test('resolves with the client, checked and with defaults', async () => {
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
  'treats %j as a rejection',
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
    'a result that is not a client',
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
])('reports %s as an outage that can be retried', async (_title, verify, message) => {
  const found = await ask(verify);
  expect(found).toMatchObject({
    refusal: 'ERR_SERVER',
    retryAfterSeconds: 5,
    outage: { source: 'verifier', cause: expect.objectContaining({ message }) as unknown },
  });
});

test('reports a crashed hashing thread with the source "thread"', async () => {
  const cause = Object.assign(new Error('gone'), { code: 'ERR_HASHING_THREAD_DIED' });
  expect(await ask(() => Promise.reject(cause))).toMatchObject({
    outage: { source: 'thread', cause },
  });
});

test.each([undefined, 7])(
  'passes on an overload with the retryAfterSeconds %p',
  async (seconds) => {
    const overload = new JwtAuthError('ERR_OVERLOADED', { retryAfterSeconds: seconds });
    expect(await ask(() => Promise.reject(overload))).toEqual({
      refusal: 'ERR_OVERLOADED',
      retryAfterSeconds: seconds,
      details: {},
    });
  },
);

test('recognizes an overload from another copy of the package', async () => {
  const overload = Object.assign(new Error('busy'), {
    name: 'JwtAuthError',
    code: 'ERR_OVERLOADED',
  });
  expect(await ask(() => Promise.reject(overload))).toMatchObject({ refusal: 'ERR_OVERLOADED' });
});

test.each([
  new JwtAuthError('ERR_TOKEN_EXPIRED'),
  Object.assign(new Error('x'), { code: 'ERR_OVERLOADED' }),
])('does not treat another error as an overload: %p', async (cause) => {
  expect(await ask(() => Promise.reject(cause))).toMatchObject({ refusal: 'ERR_SERVER' });
});

test('passes the credentials to the verifier, and returns the details that it reported', async () => {
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

describe('the signal for the verifier', () => {
  /** Tells whether the signal is aborted before and after the verifier acts, and at the end. */
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

  test('the signal is aborted when the caller disconnects', async () => {
    const hangsUp = (hangUp: AbortController) => {
      hangUp.abort();
      return Promise.resolve(undefined);
    };
    expect(await abortedIn(hangsUp)).toEqual([false, true, true]);
  });

  test('the signal is aborted from the start if the caller has already disconnected', async () => {
    const hangUp = new AbortController();
    hangUp.abort();
    let isAborted: boolean | undefined;
    await ask((_given, context) => {
      isAborted = context?.signal?.aborted;
      return Promise.resolve(undefined);
    }, hangUp);
    expect(isAborted).toBe(true);
  });

  test('the signal is aborted at the timeout', async () => {
    expect(await abortedIn(() => new Promise(() => undefined))).toEqual([false, false, true]);
  });

  test.each<[string, Client | undefined]>([
    ['a refusal', undefined],
    ['a disabled client', { clientId: 'reports', disabled: true }],
    ['another client', { clientId: 'admin' }],
  ])('the signal is aborted after %s', async (_title, result) => {
    expect(await abortedIn(() => Promise.resolve(result))).toEqual([false, false, true]);
  });

  test('the signal is not aborted if the client is accepted', async () => {
    const accepted = () => Promise.resolve({ clientId: 'reports' });
    expect(await abortedIn(accepted)).toEqual([false, false, false]);
  });

  test('no signal is created for a verifier that does not read it', async () => {
    const signal = jest.fn(() => new AbortController().signal);
    const verifier = { verify: () => Promise.resolve(undefined) };
    await authenticate({ verifier, verifierTimeoutMs: 20 }, credentials, signal);
    expect(signal).not.toHaveBeenCalled();
  });
});
