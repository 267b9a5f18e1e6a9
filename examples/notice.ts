import type { State } from './state';

/** Writes the text for the terminal: the address of the page first. */
export function noticeOf({ newSecrets, clientsFile }: State, url: string): string {
  // A browser does not send the fragment of an address to any server.
  const fragment = newSecrets ? `/#${new URLSearchParams(newSecrets).toString()}` : '';
  return `${url}${fragment}

Open this address in a browser to try the API.

${newSecrets ? createdNotice(newSecrets, clientsFile) : keptNotice(clientsFile)}

${curlLines('reader', newSecrets?.reader ?? 'SECRET', url)}`;
}

function createdNotice(secrets: Readonly<Record<string, string>>, file: string): string {
  const rows = Object.entries(secrets).map(([clientId, secret]) => `  ${clientId}  ${secret}`);
  return `Two clients were created. Their secrets are shown only now; ${file} has their hashes.
${rows.join('\n')}`;
}

function keptNotice(file: string): string {
  return `The clients are in ${file}. Their secrets were shown at the first start. For a new one:
  npx express-client-jwt client rotate reader --file ${file}`;
}

function curlLines(clientId: string, secret: string, url: string): string {
  const ask = `${url}/auth/jwt -H "client-id: ${clientId}" -H "client-secret: ${secret}"`;
  return `Or use this terminal. Get a token, and call a guarded route with one:
  curl -i -X POST ${ask}
  curl -i ${url}/reports -H "$(curl -si ${ask} | grep -i ^authorization | tr -d '\\r')"`;
}
