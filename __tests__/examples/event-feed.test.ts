import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';

import express from 'express';
import type { JwtAuthEvent } from 'express-client-jwt';

import { createEventFeed } from '../../examples/event-feed';

let feed: ReturnType<typeof createEventFeed>;
let url: string;
let stop: () => void;

beforeEach(async () => {
  feed = createEventFeed();
  const server = express().get('/events', feed.connect).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/events`;
  stop = () => {
    feed.close();
    server.close();
    server.closeAllConnections();
  };
});

afterEach(() => {
  stop();
});

const ISSUED: JwtAuthEvent = {
  type: 'token.issued',
  ...{ clientId: 'reader', jti: 'an-id', kid: undefined },
  ...{ secretLabel: 'first', address: '127.0.0.1', durationMs: 1.5 },
};

/** The data of the events that a page receives until the feed is closed. */
async function dataOf(res: Response): Promise<unknown[]> {
  const blocks = (await res.text()).split('\n\n').filter((block) => block !== '');
  return blocks.map((block) => JSON.parse(block.replace(/^data: /, '')) as unknown);
}

/** The status of a new page. The server notices a moment later that another one has gone. */
async function statusOnceFree(): Promise<number> {
  let status = 503;
  for (let attempt = 0; attempt < 100 && status === 503; attempt += 1) {
    const page = await fetch(url);
    ({ status } = page);
    if (status === 503) await page.text();
  }
  return status;
}

test('each connected page receives an event, with the time', async () => {
  const pages = [await fetch(url), await fetch(url)];
  feed.publish(ISSUED);
  feed.close();
  for (const page of pages)
    expect(await dataOf(page)).toEqual([
      {
        ...{ time: expect.any(String) as string, type: 'token.issued', clientId: 'reader' },
        ...{ jti: 'an-id', secretLabel: 'first', address: '127.0.0.1', durationMs: 1.5 },
      },
    ]);
});

test('the cause of an outage is not sent, because it may contain a password', async () => {
  const page = await fetch(url);
  const cause = new Error('connect postgres://app:pass@db');
  feed.publish({ type: 'outage', source: 'clients', cause, clientId: undefined });
  feed.close();
  expect(await dataOf(page)).toEqual([
    { time: expect.any(String) as string, type: 'outage', source: 'clients' },
  ]);
});

test('the 21st page is refused', async () => {
  const pages = await Promise.all(Array.from({ length: 20 }, () => fetch(url)));
  expect((await fetch(url)).status).toBe(503);
  await pages[0]?.body?.cancel();
  expect(await statusOnceFree()).toBe(200);
});

test('a connection that asks many times and closes leaves no page behind', async () => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET /events HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(25));
  await once(socket, 'data');
  socket.destroy();
  expect(await statusOnceFree()).toBe(200);
});

test('a page that does not read is disconnected', async () => {
  const page = await fetch(url);
  const ended = jest.fn();
  page.body?.getReader().closed.catch(ended);
  const secretLabel = 'x'.repeat(10_000);
  for (let round = 0; round < 20_000 && ended.mock.calls.length === 0; round += 1) {
    feed.publish({ ...ISSUED, secretLabel });
    if (round % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(ended).toHaveBeenCalledTimes(1);
});
