import path from 'node:path';

import express, { Router, type RequestHandler } from 'express';
import type { HelmetOptions } from 'helmet';

import type { EventFeed } from './event-feed';

const folderOf = (name: string) => path.dirname(require.resolve(`${name}/package.json`));

/** Options of helmet for the pages: they load nothing from other hosts, and have no inline scripts or styles. */
export const HELMET_OPTIONS: HelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      formAction: ["'none'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
};

/** Refuses other host names, so that a page of another site cannot read the events by DNS rebinding. */
const onlyFromHere: RequestHandler = (req, res, next) => {
  if (['127.0.0.1', 'localhost'].includes(req.hostname)) next();
  else res.sendStatus(421);
};

/** Creates the routes of the page to try the API on, and of its documentation. */
export function createPages(feed: EventFeed): Router {
  const pages = Router();
  pages.get('/events', onlyFromHere, feed.connect);
  pages.use(express.static(path.join(folderOf('express-client-jwt'), 'examples/page')));
  pages.use('/docs', express.static(folderOf('swagger-ui-dist'), { index: false }));
  return pages;
}
