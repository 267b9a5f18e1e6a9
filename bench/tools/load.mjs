// Load over kept connections, and over new ones. A socket and a string cost the sender less than a client library does, so
// that on two cores the server is what is measured.
import http from 'node:http';
import net from 'node:net';

const MOST_TURNS = 1_000_000;
const HEAD_END = '\r\n\r\n';

/** The text of a request. */
export function request({ method = 'GET', path, headers = {}, body = '' }) {
  const lines = Object.entries({
    Host: '127.0.0.1',
    ...(body && { 'Content-Length': body.length }),
    ...headers,
  });
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

/** One kept connection: asks one thing at a time. Bodies have a Content-Length or come in chunks. */
export class Connection {
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
      this.#pending?.reject(new Error('The server has closed the connection.')),
    );
  }

  /** Sends a request: the status, the head and the body of the answer. Rejects where the connection is lost before it. */
  ask(text) {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#socket.write(text, 'latin1');
    });
  }

  /** Hangs up. */
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
    const body = this.#received.slice(end + HEAD_END.length);
    const { resolve } = this.#pending;
    this.#pending = undefined;
    this.#received = '';
    resolve({ status: Number(head.slice(9, 12)), head, body });
  }
}

/** Works with this many connections to each port, and closes them whatever happens. */
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
 * Sends requests over all connections without pause until `count` are sent, or without a count until the time is over.
 * Throws at an answer that `expected` does not have, and where the time is too short for the count; resolves with the number
 * of answers for each status and the time in milliseconds.
 */
export async function flood(
  connections,
  { count = Infinity, seconds = 120, next, expected = [200] },
) {
  const startedAt = performance.now();
  const end = startedAt + seconds * 1000;
  const statuses = {};
  let sent = 0;
  const work = async (connection) => {
    while (sent < count && performance.now() < end) {
      const { status, head } = await connection.ask(next(sent++));
      if (!expected.includes(status)) throw new Error(`An answer that was not expected: ${head}`);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(connections.map(work));
  if (sent < count && count < Infinity)
    throw new Error(`${seconds} s were too short for ${count} requests.`);
  return { statuses, ms: performance.now() - startedAt };
}

/** Asks over a new connection, as a newcomer does: the time in milliseconds until the answer is complete. */
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

/** Repeats the work until the time is over. */
export async function during(seconds, work) {
  const end = performance.now() + seconds * 1000;
  for (let turn = 0; turn < MOST_TURNS && performance.now() < end; turn++) await work(turn);
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
