import { isError } from '../../internal/errors';

/** Returns the result, or the message of the failure, as the end of a sentence about the URL. */
export async function attempt<T>(promise: Promise<T>, url?: string): Promise<T | string> {
  try {
    return await promise;
  } catch (error) {
    const message = isError(error) ? error.message : String(error);
    const end = url === undefined ? message : message.replace(`${url} `, '');
    return end.replace(/\.$/, '');
  }
}
