import axios from 'axios';

/** An axios instance for one API. It follows no redirect, because that could take the token along. */
export function createApi(source, baseURL) {
  const api = axios.create({ baseURL, maxRedirects: 0 });
  api.interceptors.request.use(async (config) => {
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
