import path from 'node:path';

import { ask, call, until } from '../support/replica';
import { describeReplicas } from '../support/replicas';

function kidOf(authorization: string): unknown {
  const header = authorization.split(/[ .]/)[1] ?? '';
  return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid?: string }).kid;
}

describeReplicas('the keys of two processes', (shared) => {
  test('rotate their keys one after the other, and no request is refused meanwhile', async () => {
    const both = [await shared().startReplica(), await shared().startReplica()];
    const statuses = new Set<number>();
    const kids = new Set<unknown>();
    let rounds = 0;
    const stop = new AbortController();
    const over = stop.signal;
    /** Gets tokens from both, and calls both with each. */
    const round = async (): Promise<void> => {
      for (const issuer of both) {
        const { status, authorization } = await ask(issuer);
        statuses.add(status);
        kids.add(kidOf(authorization));
        for (const guard of both) statuses.add(await call(guard, authorization));
      }
    };
    const traffic = (async () => {
      for (; !over.aborted; rounds += 1) await round();
    })();
    /** Since then no token is in use that was issued before. */
    const twoRounds = async (): Promise<void> => {
      const end = rounds + 2;
      expect(await until(true, () => rounds >= end)).toBe(true);
    };
    for (const wanted of [['old', 'new'], ['new', 'old'], ['new']]) {
      shared().order(...wanted);
      for (const { child, keys } of both) {
        child.kill('SIGHUP');
        expect(await until(wanted.join(' '), () => keys.at(-1) ?? '')).toBe(wanted.join(' '));
        await twoRounds();
      }
    }
    stop.abort();
    await traffic;
    expect([...statuses]).toEqual([200]);
    expect(kids).toEqual(new Set(['old', 'new']));
    for (const replica of both) expect(kidOf((await ask(replica)).authorization)).toBe('new');
  }, 30_000);

  test('keep their keys if the folder names one that is missing, and say which file', async () => {
    const replica = await shared().startReplica();
    const { authorization } = await ask(replica);
    shared().order('old', 'missing');
    replica.child.kill('SIGHUP');
    expect(await until(1, () => replica.keys.length)).toBe(1);
    expect(replica.keys[0]).toContain(path.join(shared().folder, 'missing.pem'));
    expect(await call(replica, authorization)).toBe(200);
  });
});
