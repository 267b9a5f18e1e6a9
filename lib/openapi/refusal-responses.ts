import { REFUSALS, type JwtAuthErrorCode } from '../errors';
import { closed, jsonContent, SECONDS, TEXT, type Json } from './json';

/** The settings of {@link refusalResponses}. */
export interface RefusalSettings {
  /** Whether the endpoint is one of OAuth 2.0, which has statuses of its own. */
  readonly isOAuth?: boolean;
  /** Whether the body is ours, and not that of the app's error handler. */
  readonly isJson: boolean;
}

/** Describes refusals as responses, one for each status. */
export function refusalResponses(
  codes: readonly JwtAuthErrorCode[],
  settings: RefusalSettings,
): Json {
  const byStatus = new Map<string, JwtAuthErrorCode[]>();
  for (const code of codes) {
    const status = String(statusOf(code, settings));
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const responses = [...byStatus].map(([status, some]) => [status, responseFor(some, settings)]);
  return Object.fromEntries(responses) as Json;
}

function statusOf(code: JwtAuthErrorCode, { isOAuth = false }: RefusalSettings): number {
  const { status, oauthStatus = status } = REFUSALS[code];
  return isOAuth ? oauthStatus : status;
}

function responseFor(codes: readonly JwtAuthErrorCode[], settings: RefusalSettings): Json {
  const rows = codes.map((code) => REFUSALS[code]);
  const lines = codes.map((code) => `\`${code}\`: ${REFUSALS[code].when}`);
  const description = lines.length > 1 ? lines.map((line) => `- ${line}`).join('\n') : lines[0];
  const content = jsonContent(refusalSchema(codes), { examples: examplesOf(codes) });
  const isChallenged = rows.some(({ challenge }) => challenge !== undefined);
  const is401 = codes.some((code) => statusOf(code, settings) === 401);
  const mayWait = rows.some(({ status, retryAfterSeconds }) => status >= 429 || retryAfterSeconds);
  const headers = {
    ...((isChallenged || is401) && { 'WWW-Authenticate': CHALLENGE }),
    ...(mayWait && { 'Retry-After': RETRY_AFTER }),
  };
  return { description, headers, ...(settings.isJson && { content }) };
}

const CHALLENGE: Json = { description: 'How to authenticate (RFC 9110 §11.6.1).', schema: TEXT };
const RETRY_AFTER: Json = { description: 'How long to wait, in seconds.', schema: SECONDS };

/** Creates the schema of the body that these refusals have. */
function refusalSchema(codes: readonly JwtAuthErrorCode[]): Json {
  const words = new Set(codes.map((code) => REFUSALS[code].error));
  return closed({
    error: { type: 'string', enum: [...words] },
    error_description: { type: 'string', description: 'A sentence for people. It may change.' },
    code: { type: 'string', enum: codes, description: 'The stable code for programs.' },
  });
}

function examplesOf(codes: readonly JwtAuthErrorCode[]): Json {
  const examples = codes.map((code) => {
    const { error, description } = REFUSALS[code];
    return [code, { value: { error, error_description: description, code } }];
  });
  return Object.fromEntries(examples) as Json;
}
