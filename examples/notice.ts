import type { State } from './state';

/** What the terminal shows at the start: the address of the page first. */
export function noticeOf({ newSecrets, clientsFile }: State, url: string): string {
  return newSecrets === undefined
    ? laterNotice(clientsFile, url)
    : firstNotice(newSecrets, clientsFile, url);
}

/** The secrets are in the fragment of the address, which a browser does not send to any server. */
function firstNotice(secrets: Readonly<Record<string, string>>, file: string, url: string): string {
  const rows = Object.entries(secrets).map(([clientId, secret]) => `  ${clientId}  ${secret}`);
  return `${url}/#${new URLSearchParams(secrets).toString()}

Open this address in a browser to try the API.

Two clients were created. Their secrets are shown only now; ${file} has their hashes.
${rows.join('\n')}

${curlLines('reader', secrets.reader ?? '', url)}`;
}

function laterNotice(file: string, url: string): string {
  return `${url}

Open this address in a browser to try the API.

The clients are in ${file}. Their secrets were shown at the first start. For a new one:
  npx express-client-jwt client rotate reader --file ${file}

${curlLines('reader', 'SECRET', url)}`;
}

function curlLines(clientId: string, secret: string, url: string): string {
  const ask = `${url}/auth/jwt -H "client-id: ${clientId}" -H "client-secret: ${secret}"`;
  return `Or use this terminal. Get a token, and call a guarded route with one:
  curl -i -X POST ${ask}
  curl -i ${url}/reports -H "$(curl -si ${ask} | grep -i ^authorization | tr -d '\\r')"`;
}
