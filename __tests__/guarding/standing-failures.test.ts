import { down, GOOD, setUp } from '../support/standing';

test('does not cache the results of a lookup that has its own cache', async () => {
  const { find, ask } = setUp({ selfCaching: true });
  await ask(0);
  await ask(0.001);
  expect(find).toHaveBeenCalledTimes(2);
});

test('if a lookup with its own cache fails, its last result is used', async () => {
  const { state, ask } = setUp({ selfCaching: true });
  await ask(0);
  state.answer = down;
  expect(await ask(1)).toEqual(GOOD);
});

test('a store that does not respond delays one request, not every request', async () => {
  const { find, ask } = setUp();
  await expect(ask(0, 'never')).rejects.toThrow('did not respond within 20 ms');
  await expect(ask(0.5, 'b')).rejects.toThrow('did not respond within 20 ms');
  expect(find).toHaveBeenCalledTimes(1);
});

test('a malformed record is an outage for its own client only', async () => {
  const { state, ask } = setUp();
  state.answer = () => Promise.resolve({ clientId: 'a', scopes: ['a b'] });
  await expect(ask(0)).rejects.toThrow('The result of find() (client a).scopes[0] must be');
  state.answer = () => Promise.resolve({ clientId: 'b' });
  expect(await ask(0, 'b')).toEqual(GOOD);
});

test('a lookup that rejects with a TypeError, as fetch does, pauses the store calls', async () => {
  const { find, state, ask } = setUp();
  state.answer = () => Promise.reject(new TypeError('fetch failed'));
  await expect(ask(0)).rejects.toThrow('fetch failed');
  await expect(ask(0.5, 'b')).rejects.toThrow('fetch failed');
  expect(find).toHaveBeenCalledTimes(1);
});

test('after an old failure, a lookup waits for the new result of the working store', async () => {
  const { state, ask } = setUp();
  await ask(0);
  state.answer = down;
  await ask(31);
  state.answer = () => Promise.resolve({ clientId: 'a', disabled: true });
  expect(await ask(250)).toEqual({ ...GOOD, disabled: true });
});

test('an id that no client can have is unknown, and the store is not called', async () => {
  const { find, ask } = setUp();
  expect([await ask(0, 'a\0b'), await ask(0, 'a b')]).toEqual([undefined, undefined]);
  expect(find).not.toHaveBeenCalled();
});
