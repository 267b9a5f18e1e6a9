import { parseObject, readText, reasonOf, type Fetch } from '../../guarding/fetch-object';
import { own } from '../../internal/assert';
import { gatewayOf, type Gateway } from './remedies';

const TIMEOUT_MS = 5000;
const MAX_REQUESTS = 30;
const LONGEST_BODY = 65_536;

/** A response, as far as the checks need it. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The body, if it is a JSON object of up to 64 KiB. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** The error code of this package: the app itself has refused. */
  readonly code: string | undefined;
  /** When the request was sent and the response had come, in milliseconds since 1970. */
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

/** A request that was sent, in words, and its response. */
export interface Exchange {
  readonly asked: string;
  readonly reply: Reply;
}

/** The error of a response with 429 or 503 that the app did not send: no more requests follow. */
export class LimitedError extends Error {
  constructor(readonly exchange: Exchange) {
    super('The gateway limits requests.');
  }
}

/** Sends the requests of all checks, and counts them. */
export interface Probe {
  /**
   * Sends a request without following redirects. Returns the end of a sentence if there is no
   * response within 5 seconds. Rejects with a {@link LimitedError} if the gateway limits requests.
   */
  send(asked: string, url: string, init?: RequestInit): Promise<Reply | string>;
  /** The same for functions that need `fetch`. */
  readonly fetch: Fetch;
  /** All exchanges so far. */
  readonly exchanges: readonly Exchange[];
  /** Returns the number of requests that were sent. */
  count(): number;
  /** Returns the gateway in front of the app, if a response shows it. */
  gateway(): Gateway | undefined;
}

/** Creates a probe. */
export function createProbe(given: Fetch, nowMs: () => number): Probe {
  const exchanges: Exchange[] = [];
  let sent = 0;
  const limited: Fetch = (...args) => {
    sent += 1;
    if (sent > MAX_REQUESTS) throw new Error(`More than ${String(MAX_REQUESTS)} requests.`);
    return given(...args);
  };
  return {
    send: async (asked, url, init = {}) => {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const sentAtMs = nowMs();
      try {
        const response = await limited(url, { redirect: 'manual', signal, ...init });
        const reply = { ...(await readReply(response)), sentAtMs, receivedAtMs: nowMs() };
        exchanges.push({ asked, reply });
        if (isLimit(reply)) throw new LimitedError({ asked, reply });
        return reply;
      } catch (cause) {
        if (cause instanceof LimitedError) throw cause;
        return reasonOf(cause);
      }
    },
    fetch: limited,
    exchanges,
    count: () => sent,
    gateway: () =>
      exchanges
        .map(({ reply }) => gatewayOf(reply.headers))
        .find((gateway) => gateway !== undefined),
  };
}

const isLimit = ({ status, code }: Reply): boolean =>
  code === undefined && (status === 429 || status === 503);

async function readReply(response: Response): Promise<Omit<Reply, 'sentAtMs' | 'receivedAtMs'>> {
  const { status, headers } = response;
  const body = parseObject((await readText(response, LONGEST_BODY)) ?? '');
  const code = own(body ?? {}, 'code');
  const isOurs = typeof code === 'string' && /^ERR_[A-Z_]{1,40}$/.test(code);
  return { status, headers, body, code: isOurs ? code : undefined };
}

/** Describes a response in words: its status and its code. */
export function described({ status, code }: Reply): string {
  return code === undefined ? String(status) : `${String(status)} ${code}`;
}

/** Returns where a redirect leads, without its query; undefined if the response is none. */
export function redirectOf({ status, headers }: Reply, url: string): string | undefined {
  const location = headers.get('location');
  if (status < 300 || status > 399 || status === 304 || location === null) return undefined;
  if (!URL.canParse(location, url)) return 'an invalid URL';
  const { origin, pathname } = new URL(location, url);
  return origin + pathname;
}
