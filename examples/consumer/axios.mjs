import axios from 'axios';

/** An axios instance for one API. The token goes to its origin alone, and no redirect is followed. */
export function createApi(source, baseURL) {
  const api = axios.create({ baseURL, maxRedirects: 0 });
  api.interceptors.request.use(async (config) => {
    if (new URL(api.getUri(config)).origin !== new URL(baseURL).origin)
      throw new TypeError('Another origin gets no token.');
    config.headers.Authorization = `Bearer ${await source.getToken()}`;
    return config;
  });
  api.interceptors.response.use(undefined, async (error) => {
    const { config, response } = error;
    const isInvalid = /invalid_token/.test(response?.headers['www-authenticate'] ?? '');
    if (response?.status !== 401 || !isInvalid || config.isSecondTry) throw error;
    source.rejectToken(config.headers.Authorization.slice('Bearer '.length));
    return api({ ...config, isSecondTry: true });
  });
  return api;
}
