import type { Express } from 'express';
import type { JwtAuth } from 'express-client-jwt';
import { extendOpenApi } from 'express-client-jwt/openapi';

/** The document that you keep by hand, or that another tool generates. */
const own = {
  openapi: '3.1.0',
  info: { title: 'Reports', version: '2.0.0' },
  paths: {
    '/reports/{id}': {
      get: {
        summary: 'Read a report',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 200: { description: 'The report.' } },
      },
    },
  },
};

/** Adds the token endpoints, the security schemes, and `security` of each guarded route. */
export const documentOf = (auth: JwtAuth, app: Express) => extendOpenApi(own, auth, app);
