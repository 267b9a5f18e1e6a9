// Sends requests. Raw sockets and prepared strings cost less CPU than an HTTP client, so that on two cores the server is the
// limit and not the sender.
import http from 'node:http';
import net from 'node:net';

const HEAD_END = '\r\n\r\n';

/** Creates the text of a request. */
export function request({ method = 'GET', path, headers = {}, body = '' }) {
  const length = body ? { 'Content-Length': body.length } : {};
  const lines = Object.entries({ Host: '127.0.0.1', ...length, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** A keep-alive connection that sends one request at a time. It reads bodies with a Content-Length and chunked bodies. */
class Connection {
  #socket;
  #received = '';
  #pending;

  constructor(port) {
    this.#socket = net.connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1');
    this.#socket.on('data', (text) => {
      this.#received += text;
      this.#settle();
    });
    this.#socket.on('error', (error) => this.#pending?.reject(error));
    this.#socket.on('close', () =>
      this.#pending?.reject(new Error('The server closed the connection.')),
    );
  }

  /** Sends a request and resolves with the status and head of the response. Rejects if the connection closes first. */
  ask(text) {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#socket.write(text, 'latin1');
    });
  }

  close() {
    this.#socket.destroy();
  }

  #settle() {
    const end = this.#received.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.#received.slice(0, end);
    const length = /\r\ncontent-length: (\d+)/i.exec(head);
    const isComplete = length
      ? this.#received.length >= end + HEAD_END.length + Number(length[1])
      : this.#received.endsWith('\r\n0\r\n\r\n');
    if (!isComplete) return;
    const { resolve } = this.#pending;
    this.#pending = undefined;
    this.#received = '';
    resolve({ status: Number(head.slice(9, 12)), head });
  }
}

/** Runs the work with `count` connections to each port, and always closes the connections. */
export async function withConnectionsToAll(ports, count, work) {
  const all = ports.map((port) => Array.from({ length: count }, () => new Connection(port)));
  try {
    return await work(all);
  } finally {
    for (const connection of all.flat()) connection.close();
  }
}

export const withConnections = (port, count, work) =>
  withConnectionsToAll([port], count, ([connections]) => work(connections));

/**
 * Sends requests over all connections without a pause: `count` of them, or without a count as many as fit into `seconds`.
 * Resolves with the number of responses and the time in ms. Throws if a status is not in `expected`, or if the time is too
 * short for the count. `onLatency` receives the time of each response, in ms.
 */
export async function flood(
  connections,
  { count = Infinity, seconds = 120, next, expected = [200], onLatency },
) {
  const startedAt = performance.now();
  const end = startedAt + seconds * 1000;
  let sent = 0;
  const work = async (connection) => {
    while (sent < count && performance.now() < end) {
      const text = next(sent++);
      const askedAt = performance.now();
      const { status, head } = await connection.ask(text);
      onLatency?.(performance.now() - askedAt);
      if (!expected.includes(status)) throw new Error(`Unexpected response: ${head}`);
    }
  };
  await Promise.all(connections.map(work));
  if (sent < count && count < Infinity)
    throw new Error(`${count} requests took longer than ${seconds} s.`);
  const ms = performance.now() - startedAt;
  return { responses: sent, ms, perSecond: sent / (ms / 1000) };
}

/** Sends a GET request over a new connection. Resolves with the time in ms until the response is complete. */
export function visit(port, path) {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const req = http.get({ host: '127.0.0.1', port, path, agent: false }, (res) => {
      res.resume();
      res.on('error', reject);
      res.on('end', () => resolve(performance.now() - startedAt));
    });
    req.on('error', reject);
  });
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
