import express, { type RequestHandler } from 'express';
import request from 'supertest';

import { appWith, basic, post, refusalOf } from '../support/oauth';
import { listen, rawRequest, statusOf } from '../support/raw-http';

const FORM = 'grant_type=client_credentials&scope=reports%3Aread';
const MALFORMED = [400, 'invalid_request', 'ERR_FORM_MALFORMED'];

/** The parsers that an app may have mounted before, each of them for all its routes. */
const PARSERS: Readonly<Record<string, RequestHandler[]>> = {
  'no parser': [],
  urlencoded: [express.urlencoded({ extended: false })],
  'urlencoded with extended syntax': [express.urlencoded({ extended: true })],
  json: [express.json()],
  'json for every type': [express.json({ type: 'application/json' }), express.urlencoded()],
  text: [express.text({ type: '*/*' })],
  raw: [express.raw({ type: '*/*' })],
};
const parsers = Object.entries(PARSERS);

describe('a parser of the app may have accepted far more than we read', () => {
  /** A parser that leaves this body. */
  const leaving =
    (body: unknown): RequestHandler =>
    (req, _res, next) => {
      req.resume().once('end', () => {
        Object.assign(req, { body, _body: true });
        next();
      });
    };
  const large = 1_000_000;

  test.each([
    ['a text', 'a&'.repeat(large)],
    ['bytes', Buffer.alloc(large, 'a=b&')],
  ])('%s over the limit is refused without being parsed', async (_title, body) => {
    const parse = jest.spyOn(globalThis, 'URLSearchParams');
    const app = appWith([leaving(body)]);
    const sent = request(app).post('/oauth/token').type('form').set('Authorization', basic());
    parse.mockClear();
    expect(refusalOf(await sent.send(FORM))).toEqual(MALFORMED);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  test.each(['resource', 'a'])(
    'of a list of a million values for %s, few are read',
    async (name) => {
      let reads = 0;
      const list = new Proxy(Array<string>(large).fill(''), {
        get: (target, key, receiver) => {
          reads += 1;
          return Reflect.get(target, key, receiver) as unknown;
        },
      });
      const app = appWith([leaving({ [name]: list })]);
      expect(refusalOf(await post(app, { form: FORM }))).toEqual(MALFORMED);
      expect(reads).toBeLessThan(200);
    },
  );
});

describe('a form is read whichever parser the app has mounted before', () => {
  test.each(parsers)('%s', async (_title, before) => {
    const res = await post(appWith(before), { form: FORM });
    expect([res.status, (res.body as { scope?: string }).scope]).toEqual([200, 'reports:read']);
  });

  test.each(parsers)('a repeated parameter is refused behind %s', async (_title, before) => {
    const res = await post(appWith(before), { form: `${FORM}&scope=reports%3Awrite` });
    expect(refusalOf(res)).toEqual(MALFORMED);
  });

  test.each(parsers)('a body over 8 KiB is refused behind %s', async (_title, before) => {
    const res = await post(appWith(before), { form: `${FORM}&x=${'y'.repeat(8192)}` });
    expect(refusalOf(res)).toEqual(MALFORMED);
  });

  test.each(parsers)('more than 32 parameters are refused behind %s', async (_title, before) => {
    const many = Array.from({ length: 32 }, (_, index) => `p${String(index)}=x`).join('&');
    const res = await post(appWith(before), { form: `${FORM}&${many}` });
    expect(refusalOf(res)).toEqual(MALFORMED);
  });
});

test.each([
  ['nested parameters', 'grant_type[a]=client_credentials'],
  ['a list', 'grant_type[]=client_credentials&grant_type[]=x'],
])('%s of the extended syntax are refused', async (_title, form) => {
  const res = await post(appWith(PARSERS['urlencoded with extended syntax'] ?? []), { form });
  expect(refusalOf(res)[0]).toBe(400);
});

test.each([
  'application/json',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencodedx',
  'application/x-www-form-urlencoded; charset=utf-16',
])('a body of the type %s is refused', async (type) => {
  expect(refusalOf(await post(appWith([]), { form: FORM, type }))).toEqual(MALFORMED);
});

test.each([
  'application/x-www-form-urlencoded;charset=UTF-8',
  'application/x-www-form-urlencoded ; charset=utf-8',
  'Application/X-WWW-Form-URLencoded',
])('a body of the type %s is accepted', async (type) => {
  expect((await post(appWith([]), { form: FORM, type })).status).toBe(200);
});

test('a compressed body is refused, because a small one may become large', async () => {
  const res = await post(appWith([]), { form: FORM }).set('Content-Encoding', 'gzip');
  expect(refusalOf(res)).toEqual(MALFORMED);
});

test('a request without a content type is refused', async () => {
  const port = await listen(appWith([]));
  const answer = await rawRequest(port, 'POST /oauth/token HTTP/1.1', [
    `Authorization: ${basic()}`,
  ]);
  expect([statusOf(answer), answer]).toEqual([400, expect.stringContaining('ERR_FORM_MALFORMED')]);
});

test('an empty body lacks grant_type', async () => {
  expect(refusalOf(await post(appWith([]), { form: '' }))[2]).toBe('ERR_PARAMETER_MISSING');
});

test('a polluted Object.prototype adds no parameter', async () => {
  Object.assign(Object.prototype, { grant_type: 'client_credentials' });
  try {
    expect(refusalOf(await post(appWith([]), { form: 'x=y' }))[2]).toBe('ERR_PARAMETER_MISSING');
  } finally {
    Reflect.deleteProperty(Object.prototype, 'grant_type');
  }
});

test('a parser behind the auth still reads the bodies of other routes', async () => {
  const app = appWith([]);
  app.use(express.urlencoded({ extended: false }));
  app.post('/echo', (req, res) => {
    res.json(req.body);
  });
  expect((await post(app, { form: 'a=b', path: '/echo' })).body).toEqual({ a: 'b' });
  expect((await post(app, { form: FORM })).status).toBe(200);
});

test('a body that another handler has consumed lacks its parameters', async () => {
  const consume: RequestHandler = (req, _res, next) => {
    req.resume().once('end', next);
  };
  expect(refusalOf(await post(appWith([consume]), { form: FORM }))[2]).toBe(
    'ERR_PARAMETER_MISSING',
  );
});
