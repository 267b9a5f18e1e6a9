import got from 'got';

/** A got instance for one API. The token goes to its origin alone, and no redirect is followed. */
export function createApi(source, prefixUrl) {
  const authorization = async () => `Bearer ${await source.getToken()}`;
  return got.extend({
    prefixUrl,
    followRedirect: false,
    hooks: {
      beforeRequest: [
        async (options) => {
          if (options.url.origin !== new URL(prefixUrl).origin)
            throw new TypeError('Another origin gets no token.');
          options.headers.authorization ??= await authorization();
        },
      ],
      afterResponse: [
        async (response, retry) => {
          const challenge = response.headers['www-authenticate'] ?? '';
          if (response.statusCode !== 401 || !challenge.includes('invalid_token')) return response;
          const sent = response.request.options.headers.authorization;
          source.rejectToken(sent.slice('Bearer '.length));
          const next = await authorization();
          return next === sent ? response : retry({ headers: { authorization: next } });
        },
      ],
    },
  });
}
