import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * What a log may keep of a request and its response. Callers put secrets into headers of any
 * spelling and into queries, so neither is kept.
 */
export const serializers = {
  req: ({ method, url }: IncomingMessage) => ({ method, path: url?.split('?')[0] }),
  res: ({ statusCode }: ServerResponse) => ({ statusCode }),
};
