import { element, find, terms } from './dom.js';

/** @typedef {{ method: string, path: string, headers: Record<string, string>, body?: string }} ApiRequest */

const FIRST_HEADERS = [
  'authorization',
  'www-authenticate',
  'retry-after',
  'cache-control',
  'content-type',
];

/** How a request is written in each language. */
const LANGUAGES = { curl: toCurl, fetch: toFetch, Python: toPython };

/**
 * Creates a pair of a request, as code, and its response.
 *
 * @param {HTMLElement} parent
 * @param {string} id
 */
export function createExchange(parent, id) {
  parent.append(find('#exchange', HTMLTemplateElement).content.cloneNode(true));
  const code = find('pre', HTMLElement, parent);
  const note = find('.note', HTMLElement, parent);
  /** @type {ApiRequest} */
  let shown;
  /** @type {ApiRequest} */
  let sent;
  const languages = find('fieldset', HTMLFieldSetElement, parent);
  languages.append(...Object.keys(LANGUAGES).map((name, index) => choice(id, name, index === 0)));
  const write = () => LANGUAGES[/** @type {keyof typeof LANGUAGES} */ (chosenIn(languages))];
  languages.addEventListener('change', () => {
    code.textContent = write()(shown);
  });
  find('.copy', HTMLButtonElement, parent).addEventListener('click', ({ currentTarget }) => {
    void navigator.clipboard.writeText(write()(sent)).then(() => {
      if (currentTarget instanceof HTMLElement) currentTarget.textContent = 'Copied';
    });
  });
  return {
    /**
     * Shows a request. What is copied and sent may be longer than what is shown.
     *
     * @param {ApiRequest} request
     * @param {ApiRequest} whole
     * @param {string} explanation
     */
    show(request, whole, explanation = '') {
      [shown, sent] = [request, whole];
      code.textContent = write()(shown);
      note.textContent = explanation;
      find('.copy', HTMLButtonElement, parent).textContent = 'Copy';
    },
    /** Sends the request, shows the response, and returns it. */
    send: () => send(sent, parent),
  };
}

/**
 * @param {string} id
 * @param {string} name
 * @param {boolean} isFirst
 */
function choice(id, name, isFirst) {
  const label = element('label', ` ${name}`);
  const radio = document.createElement('input');
  Object.assign(radio, { type: 'radio', name: id, value: name, checked: isFirst });
  label.prepend(radio);
  return label;
}

/** @param {HTMLFieldSetElement} languages */
const chosenIn = (languages) => find(':checked', HTMLInputElement, languages).value;

/**
 * @param {ApiRequest} request
 * @param {HTMLElement} parent
 * @returns {Promise<Response | undefined>}
 */
async function send({ method, path, headers, body }, parent) {
  const status = find('.status', HTMLElement, parent);
  const start = performance.now();
  status.textContent = 'Waiting …';
  status.className = 'status';
  try {
    // Without `omit`, the browser asks for a password itself if a response has a Basic challenge.
    const response = await fetch(path, { method, headers, body, credentials: 'omit' });
    const text = await response.clone().text();
    const milliseconds = Math.round(performance.now() - start);
    status.textContent = `${String(response.status)} ${response.statusText}, ${String(milliseconds)} ms`;
    status.className = `status ${response.ok ? 'good' : 'bad'}`;
    showHeaders(response.headers, parent);
    showBody(text, parent);
    return response;
  } catch (error) {
    status.textContent = `No response: ${String(error)}. Is the server running?`;
    status.className = 'status bad';
    showHeaders(new Headers(), parent);
    showBody('', parent);
    return undefined;
  }
}

/**
 * @param {Headers} headers
 * @param {HTMLElement} parent
 */
function showHeaders(headers, parent) {
  const rows = [...headers];
  const others = rows.filter(([name]) => !FIRST_HEADERS.includes(name));
  const first = FIRST_HEADERS.flatMap((name) => rows.filter((row) => row[0] === name));
  find('.headers', HTMLElement, parent).replaceChildren(...terms(first));
  const details = find('details', HTMLElement, parent);
  details.hidden = others.length === 0;
  find('details dl', HTMLElement, parent).replaceChildren(...terms(others));
}

/**
 * @param {string} text
 * @param {HTMLElement} parent
 */
function showBody(text, parent) {
  const body = find('.body', HTMLElement, parent);
  body.hidden = text === '';
  body.textContent = text;
}

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** @param {ApiRequest} request */
function toCurl({ method, path, headers, body }) {
  const lines = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const data = body === undefined ? [] : [`-d ${quoted(body)}`];
  return [`curl -i -X ${method} ${location.origin}${path}`, ...lines, ...data].join(' \\\n  ');
}

/** @param {ApiRequest} request */
function toFetch({ path, ...init }) {
  const options = JSON.stringify(init, undefined, 2);
  return `const response = await fetch(${JSON.stringify(location.origin + path)}, ${options});`;
}

/** @param {ApiRequest} request */
function toPython({ method, path, headers, body }) {
  const more = body === undefined ? '' : `\n    data=${JSON.stringify(body)},`;
  return `import requests

response = requests.request(
    ${JSON.stringify(method)},
    ${JSON.stringify(location.origin + path)},
    headers=${JSON.stringify(headers, undefined, 4).replaceAll('\n', '\n    ')},${more}
)`;
}
