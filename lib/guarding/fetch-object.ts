import { CheckError, isObject } from '../internal/assert';
import { codeOf, isError } from '../internal/errors';

/** The global `fetch`, or one like it. */
export type Fetch = typeof fetch;

const TIMEOUT_MS = 5000;
const LONGEST_BODY = 1_048_576;

/**
 * Fetches a JSON object of at most 1 MiB within 5 seconds, and follows no redirect. Rejects with an
 * error whose message can be logged.
 *
 * @param given Default: the global `fetch`.
 */
export async function fetchObject(
  url: string,
  given: Fetch | undefined,
): Promise<Record<string, unknown>> {
  const response = await (given ?? fetch)(url, {
    headers: { Accept: 'application/json, application/jwk-set+json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new CheckError(`${withoutQuery(url)} ${reasonOf(cause)}.`, { cause });
  });
  if (response.status !== 200) {
    const status = String(response.status);
    throw new CheckError(`${withoutQuery(url)} responded with the status ${status}.`);
  }
  const text = await readText(response, LONGEST_BODY);
  if (text === undefined)
    throw new CheckError(`${withoutQuery(url)} responded with more than 1 MiB.`);
  const value = parseObject(text);
  if (value === undefined)
    throw new CheckError(`${withoutQuery(url)} did not respond with a JSON object.`);
  return value;
}

/** Returns a URL for messages, without its query, which may hold a key. */
export function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** Reads the body of a response as text; undefined if it has more than `longest` bytes. */
export async function readText({ body }: Response, longest: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > longest) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Parses a JSON object; undefined if the text is none. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Says why a request failed, as the end of a sentence. The message of `fetch` does not; the code of
 * its cause does.
 */
export function reasonOf(cause: unknown): string {
  const { name, cause: deeper } = cause as { name?: unknown; cause?: unknown };
  if (name === 'TimeoutError') return `did not respond within ${String(TIMEOUT_MS)} ms`;
  const isRedirect = isError(deeper) && deeper.message.includes('redirect');
  if (isRedirect) return 'responded with a redirect, which is not followed';
  return `could not be reached (${codeOf(deeper) ?? codeOf(cause) ?? 'fetch failed'})`;
}
