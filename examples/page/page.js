import { element, find, terms } from './dom.js';
import { listenToEvents } from './events.js';
import { createExchange } from './exchange.js';

/** @typedef {import('./exchange.js').ApiRequest} ApiRequest */
/** @typedef {{ sub: string, iat: number, exp: number }} Claims */

const MASK = '••••••••';
const TIME_CLAIMS = ['iat', 'exp', 'nbf'];

const getForm = find('#get', HTMLFormElement);
const callForm = find('#call', HTMLFormElement);
const fields = {
  clientId: find('[name=clientId]', HTMLInputElement),
  clientSecret: find('[name=clientSecret]', HTMLInputElement),
  show: find('[name=show]', HTMLInputElement),
  route: find('[name=route]', HTMLSelectElement),
};
const getExchange = createExchange(find('#get-exchange', HTMLElement), 'get-language');
const callExchange = createExchange(find('#call-exchange', HTMLElement), 'call-language');
let token = '';
/** @type {Claims | undefined} */
let claims;

fillInSecrets();
window.addEventListener('hashchange', fillInSecrets);
showTokenRequest();
chooseToken('none');
listenToEvents();
setInterval(showCountdown, 1000);

getForm.addEventListener('input', showTokenRequest);
getForm.addEventListener('submit', (event) => {
  event.preventDefault();
  showTokenRequest();
  void getExchange.send().then(async (response) => {
    if (response?.ok) keepToken(await tokenIn(response));
  });
});
fields.route.addEventListener('change', () => {
  chooseToken(token === '' ? 'none' : 'token');
});
callForm.addEventListener('submit', (event) => {
  event.preventDefault();
  chooseToken(event.submitter instanceof HTMLButtonElement ? event.submitter.value : 'none');
  void callExchange.send();
});

/** The terminal passes the secrets in the fragment, which no server receives. It is removed from the address and the history. */
function fillInSecrets() {
  const secrets = [...new URLSearchParams(location.hash.slice(1))];
  if (secrets.length === 0) return;
  history.replaceState(null, '', location.pathname);
  const group = find('#clients', HTMLElement);
  group.hidden = false;
  for (const button of group.querySelectorAll('button')) button.remove();
  find('#no-secrets', HTMLElement).hidden = true;
  for (const [clientId, secret] of secrets.reverse()) {
    const fill = () => {
      fields.clientId.value = clientId;
      fields.clientSecret.value = secret;
      showTokenRequest();
    };
    const button = element('button', clientId);
    button.setAttribute('type', 'button');
    button.addEventListener('click', fill);
    group.firstElementChild?.after(button);
    fill();
  }
}

function showTokenRequest() {
  const secret = fields.clientSecret.value;
  const real = tokenRequest(secret, false);
  const isShown = fields.show.checked || secret === '';
  getExchange.show(isShown ? real : tokenRequest(MASK, true), real);
  showOtherClient();
  fields.clientSecret.type = fields.show.checked ? 'text' : 'password';
}

/**
 * @param {string} secret
 * @param {boolean} isMasked
 * @returns {ApiRequest}
 */
function tokenRequest(secret, isMasked) {
  const clientId = fields.clientId.value;
  if (new FormData(getForm).get('door') === 'header') {
    const headers = { 'client-id': clientId, 'client-secret': secret };
    return { method: 'POST', path: '/auth/jwt', headers };
  }
  // RFC 6749 §2.3.1: both are form-encoded first.
  const [user, password] = [clientId, secret].map((text) =>
    new URLSearchParams({ text }).toString().slice('text='.length),
  );
  const authorization = `Basic ${isMasked ? MASK : btoa(`${user}:${password}`)}`;
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', path: '/oauth/token', headers, body: 'grant_type=client_credentials' };
}

/** @param {Response} response */
async function tokenIn(response) {
  const header = response.headers.get('authorization');
  if (header !== null) return header.replace('Bearer ', '');
  return /** @type {{ access_token: string }} */ (await response.json()).access_token;
}

/** @param {string} issued */
function keepToken(issued) {
  token = issued;
  const [header = '', payload = '', signature = ''] = issued.split('.');
  find('#no-token', HTMLElement).hidden = true;
  find('#token', HTMLElement).hidden = false;
  find('#segments', HTMLElement).replaceChildren(
    element('span', header, 'header'),
    '.',
    element('span', payload, 'payload'),
    '.',
    element('span', signature, 'signature'),
  );
  claims = /** @type {Claims} */ (decode(payload));
  const rows = Object.entries({ ...decode(header), ...claims }).map(
    ([name, value]) =>
      /** @type {[string, unknown]} */ ([
        name,
        TIME_CLAIMS.includes(name) ? `${String(value)} (${timeOf(Number(value))})` : value,
      ]),
  );
  find('#claims', HTMLElement).replaceChildren(...terms(rows));
  showCountdown();
  showOtherClient();
  chooseToken('token');
}

/**
 * @param {string} segment
 * @returns {Record<string, unknown>}
 */
const decode = (segment) =>
  /** @type {Record<string, unknown>} */ (
    JSON.parse(atob(segment.replaceAll('-', '+').replaceAll('_', '/')))
  );

/** @param {number} seconds */
const timeOf = (seconds) => new Date(seconds * 1000).toLocaleTimeString();

function showCountdown() {
  if (claims === undefined) return;
  const { iat, exp } = claims;
  const left = Math.max(0, Math.ceil(exp - Date.now() / 1000));
  const clock = `${String(Math.floor(left / 60))}:${String(left % 60).padStart(2, '0')}`;
  const countdown = find('#countdown', HTMLElement);
  countdown.textContent = left > 0 ? `Expires in ${clock}` : 'Expired. Get another token.';
  countdown.className = left > 0 ? 'good' : 'bad';
  const lifetime = find('#lifetime', HTMLProgressElement);
  lifetime.max = exp - iat;
  lifetime.value = left;
}

/** Says whose token it is if another client is filled in. */
function showOtherClient() {
  const clientId = fields.clientId.value;
  const sub = claims?.sub ?? clientId;
  find('#other-client', HTMLElement).textContent =
    sub === clientId ? '' : `The token is that of ${sub}. Get a token as ${clientId} first.`;
}

/** @param {string} which `token`, `none` or `broken` */
function chooseToken(which) {
  for (const button of callForm.querySelectorAll('button'))
    button.disabled = button.value !== 'none' && token === '';
  if (which === 'none') {
    const request = callRequest({});
    callExchange.show(request, request);
    return;
  }
  const start = token.lastIndexOf('.') + 1;
  const first = token.charAt(start);
  const other = first === 'A' ? 'B' : 'A';
  const isBroken = which === 'broken';
  const sent = isBroken ? token.slice(0, start) + other + token.slice(start + 1) : token;
  const shown = `${sent.slice(0, 12)}…${sent.slice(start - 1, start + 7)}…`;
  const note = `The first character of the signature is ${other} instead of ${first}.`;
  callExchange.show(
    callRequest({ authorization: `Bearer ${shown}` }),
    callRequest({ authorization: `Bearer ${sent}` }),
    isBroken ? note : '',
  );
}

/**
 * @param {Record<string, string>} headers
 * @returns {ApiRequest}
 */
function callRequest(headers) {
  const [method = '', path = ''] = fields.route.value.split(' ');
  return { method, path, headers };
}
