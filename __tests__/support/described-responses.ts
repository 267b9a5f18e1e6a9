/**
 * Runs around every test file. Compares every response of an endpoint of the package with the OpenAPI description of that
 * endpoint.
 */
import type { NextFunction, Request, Response } from 'express';

import type { JwtAuthError } from '../../lib/errors';
import * as parts from '../../lib/http/auth-parts';
import * as endpoints from '../../lib/http/endpoints/endpoint';
import * as respond from '../../lib/http/respond';
import { describeEndpoint } from '../../lib/openapi/operations';
import { refusalResponses } from '../../lib/openapi/refusal-responses';
import { differencesFrom, type Operation, type SentResponse } from './openapi';

/** A response, and the operation that describes it. */
interface Pair {
  readonly title: string;
  readonly described: Operation;
  readonly sent: SentResponse;
}

const pairs: Pair[] = [];

/** The differences since the last call, and the number of responses that were compared. */
export function takeDifferences(): { differences: string[]; compared: number } {
  const taken = pairs.splice(0);
  const differences = taken.flatMap(({ title, described, sent }) =>
    differencesFrom(described, sent).map((each) => `${title}: ${each}`),
  );
  return { differences, compared: taken.length };
}

const settingsOf = new WeakMap<endpoints.Endpoint, parts.EndpointSettings>();
const endpointOf = new WeakMap<Response, endpoints.Endpoint>();

function keep(res: Response, body: object): void {
  const endpoint = endpointOf.get(res);
  const settings = endpoint && settingsOf.get(endpoint);
  // A hook of the test may have replaced the response by another.
  if (endpoint === undefined || settings === undefined || !res.writableEnded) return;
  const method = res.req.method === 'HEAD' ? 'get' : res.req.method.toLowerCase();
  const operation = describeEndpoint(endpoint.kind, settings)[method];
  const otherMethod = refusalResponses(['ERR_METHOD_NOT_ALLOWED'], { isJson: true });
  const described = (operation ?? { responses: otherMethod }) as unknown as Operation;
  const sent = { status: res.statusCode, headers: res.getHeaders(), body };
  pairs.push({
    title: `${res.req.method} ${endpoint.path} ${String(sent.status)}`,
    described,
    sent,
  });
}

const { keepParts } = parts;
const { createEndpointHandler } = endpoints;
const { sendReply, sendError } = respond;

Object.assign(parts, {
  keepParts: (middleware: object, kept: parts.AuthParts) => {
    for (const endpoint of kept.endpoints) settingsOf.set(endpoint, kept.settings);
    keepParts(middleware, kept);
  },
});
Object.assign(endpoints, {
  createEndpointHandler: (endpoint: endpoints.Endpoint, shared: endpoints.EndpointParts) => {
    const handler = createEndpointHandler(endpoint, shared);
    return (req: Request, res: Response, next: NextFunction) => {
      endpointOf.set(res, endpoint);
      handler(req, res, next);
    };
  },
});
Object.assign(respond, {
  sendReply: (res: Response, reply: respond.Reply) => {
    sendReply(res, reply);
    keep(res, reply.body);
  },
  sendError: (res: Response, error: JwtAuthError) => {
    sendError(res, error);
    const { error: word, description, code } = error;
    keep(res, { error: word, error_description: description, code });
  },
});

afterEach(() => {
  expect(takeDifferences().differences).toEqual([]);
});
