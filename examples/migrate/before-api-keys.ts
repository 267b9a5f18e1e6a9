import express, { type Express, type RequestHandler } from 'express';

export interface Settings {
  /** Each API key with the name of its caller. */
  apiKeys: Map<string, string>;
}

export function createApp({ apiKeys }: Settings): Express {
  const requireApiKey: RequestHandler = (req, res, next) => {
    const caller = apiKeys.get(req.get('x-api-key') ?? '');
    if (caller === undefined) {
      res.status(401).json({ error: 'invalid API key' });
      return;
    }
    res.locals.caller = caller;
    next();
  };

  const app = express();
  app.get('/reports', requireApiKey, (_req, res) => {
    res.json({ client: res.locals.caller as string });
  });
  return app;
}
