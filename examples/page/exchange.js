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
  const copy = find('.copy', HTMLButtonElement, parent);
  const showCode = () => {
    code.textContent = write()(shown);
    copy.textContent = 'Copy';
  };
  languages.addEventListener('change', showCode);
  copy.addEventListener('click', () => {
    void navigator.clipboard.writeText(write()(sent)).then(() => {
      copy.textContent = 'Copied';
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
      if (JSON.stringify(whole) !== JSON.stringify(sent)) showResponse(undefined, parent);
      [shown, sent] = [request, whole];
      note.textContent = explanation;
      showCode();
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
  const start = performance.now();
  showResponse('Waiting …', parent);
  try {
    // Without `omit`, the browser asks for a password itself if a response has a Basic challenge.
    const response = await fetch(path, { method, headers, body, credentials: 'omit' });
    const text = await response.clone().text();
    const milliseconds = Math.round(performance.now() - start);
    const status = `${String(response.status)} ${response.statusText}`;
    showResponse(`${status}, ${String(milliseconds)} ms`, parent, response.ok ? 'good' : 'bad');
    showHeaders(response.headers, parent);
    showBody(text, parent);
    return response;
  } catch (error) {
    showResponse(`No response: ${String(error)}. Is the server running?`, parent, 'bad');
    return undefined;
  }
}

/**
 * Shows the status, and removes the headers and the body of the response before it.
 *
 * @param {string | undefined} status
 * @param {HTMLElement} parent
 * @param {string} className
 */
function showResponse(status = 'Not sent yet.', parent, className = '') {
  const line = find('.status', HTMLElement, parent);
  line.textContent = status;
  line.className = `status ${className}`;
  showHeaders(new Headers(), parent);
  showBody('', parent);
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
