import { JwtAuthError, type Client, type ClientVerifier } from 'express-client-jwt';

import { authenticate, isOverload } from '../../lib/issuing/authenticate';

const credentials = { clientId: 'reports', clientSecret: 'a-secret' };

function ask(verify: ClientVerifier['verify'], { explain = jest.fn(), onHangUp = jest.fn() } = {}) {
  return authenticate(
    { verifier: { verify }, verifierTimeoutMs: 20 },
    credentials,
    explain,
    onHangUp,
  );
}

test('gives the client, checked and filled in', async () => {
  expect(await ask(() => Promise.resolve({ clientId: 'reports', scopes: null }))).toEqual({
    clientId: 'reports',
    scopes: [],
    disabled: false,
    tokensValidAfterMs: 0,
    expiresInSeconds: undefined,
    claims: undefined,
  });
});

test.each([undefined, null, { clientId: 'reports', disabled: true }])(
  'takes %j for a no',
  async (answer) => {
    expect(await ask(() => Promise.resolve(answer as undefined))).toBeUndefined();
  },
);

test.each<[string, ClientVerifier['verify'], string]>([
  [
    'another client',
    () => Promise.resolve({ clientId: 'admin' }),
    'The verifier answered with another client.',
  ],
  [
    'no client',
    () => Promise.resolve(false as never),
    "What the verifier's verify() answered must be a client: an object with a clientId",
  ],
  ['a rejection', () => Promise.reject(new Error('down')), 'down'],
  ['no answer', () => new Promise(() => undefined), 'The verifier did not answer in time.'],
])('rejects because of %s', async (_title, verify, message) => {
  await expect(ask(verify)).rejects.toThrow(message);
});

test('hands over the credentials, a signal and explain', async () => {
  const explain = jest.fn();
  const verify = jest.fn((_given, context?: Parameters<ClientVerifier['verify']>[1]) => {
    context?.explain?.({ reason: 'wrong_secret' });
    return Promise.resolve(undefined);
  });
  await ask(verify, { explain });
  expect(verify.mock.calls[0]?.[0]).toEqual(credentials);
  expect(explain).toHaveBeenCalledWith({ reason: 'wrong_secret' });
});

describe('the signal', () => {
  /** Whether the signal is aborted before, and after, what the verifier does; and once all is over. */
  async function abortedIn(verify: (hangUp: () => void) => Promise<Client | undefined>) {
    const signals: (AbortSignal | undefined)[] = [];
    const onHangUp = jest.fn<undefined, [() => void]>();
    const aborted: (boolean | undefined)[] = [];
    const asked: ClientVerifier['verify'] = (_given, { signal } = {}) => {
      signals.push(signal);
      aborted.push(signal?.aborted);
      const answer = verify(() => onHangUp.mock.calls[0]?.[0]());
      aborted.push(signal?.aborted);
      return answer;
    };
    await ask(asked, { onHangUp }).catch(() => undefined);
    return [...aborted, signals[0]?.aborted];
  }

  test('is aborted when the caller hangs up', async () => {
    const hangsUp = (hangUp: () => void) => {
      hangUp();
      return Promise.resolve(undefined);
    };
    expect(await abortedIn(hangsUp)).toEqual([false, true, true]);
  });

  test('is aborted when the time is over', async () => {
    expect(await abortedIn(() => new Promise(() => undefined))).toEqual([false, false, true]);
  });

  test.each<[string, Client | undefined]>([
    ['a no', undefined],
    ['a disabled client', { clientId: 'reports', disabled: true }],
    ['another client', { clientId: 'admin' }],
  ])('is aborted after %s, which need not have been read to its end', async (_title, answer) => {
    expect(await abortedIn(() => Promise.resolve(answer))).toEqual([false, false, true]);
  });

  test('is left alone by a yes', async () => {
    expect(await abortedIn(() => Promise.resolve({ clientId: 'reports' }))).toEqual([
      false,
      false,
      false,
    ]);
  });
});

test('an overload is an overload of ours, and nothing else', () => {
  expect(isOverload(new JwtAuthError('ERR_OVERLOADED'))).toBe(true);
  expect(isOverload(new JwtAuthError('ERR_SERVER'))).toBe(false);
  expect(isOverload(Object.assign(new Error('x'), { code: 'ERR_OVERLOADED' }))).toBe(false);
  expect(isOverload(undefined)).toBe(false);
});
