import type { Socket } from 'node:net';

import type { Request, Response } from 'express';
import type { JwtAuthEvent } from 'express-client-jwt';

const MAX_PAGES = 20;
/** A page that reads slower than this many bytes is disconnected, so that its events do not pile up. */
const MAX_UNREAD_BYTES = 100_000;

/** The events of the server, for the pages that show them. */
export interface EventFeed {
  /** Sends an event to each connected page. */
  readonly publish: (event: JwtAuthEvent) => void;
  /** Connects a page, as the handler of a route. */
  readonly connect: (req: Request, res: Response) => void;
  /** Disconnects all pages. */
  readonly close: () => void;
}

/** Creates a feed of server-sent events. */
export function createEventFeed(): EventFeed {
  // One page a connection: a response that waits behind another one gets no event of its own.
  const pages = new Map<Socket, Response>();
  return {
    publish: (event) => {
      const text = `data: ${JSON.stringify(describe(event))}\n\n`;
      for (const page of pages.values()) {
        if (page.writableLength > MAX_UNREAD_BYTES) page.destroy();
        else page.write(text);
      }
    },
    connect: ({ socket }, res) => {
      if (pages.size >= MAX_PAGES || pages.has(socket)) {
        res.sendStatus(503);
        return;
      }
      pages.set(socket, res);
      res.once('close', () => pages.delete(socket));
      res.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      res.flushHeaders();
    },
    close: () => {
      for (const page of pages.values()) page.end();
      pages.clear();
    },
  };
}

/** Leaves out the cause of an outage: it may contain anything, so it belongs into the log alone. */
function describe(event: JwtAuthEvent): object {
  const time = new Date().toISOString();
  if (event.type !== 'outage') return { time, ...event };
  const { type, source, clientId } = event;
  return { time, type, source, clientId };
}
