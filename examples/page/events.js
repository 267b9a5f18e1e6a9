import { element, find, terms } from './dom.js';

/** @typedef {{ time: string, type: string } & Record<string, unknown>} ServerEvent */

const MAX_EVENTS = 100;

/** Shows the events of the server as they come, the newest first. */
export function listenToEvents() {
  const list = find('#events', HTMLOListElement);
  const connection = find('#connection', HTMLElement);
  const source = new EventSource('events');
  source.addEventListener('open', () => {
    connection.textContent = 'Connected.';
  });
  source.addEventListener('error', () => {
    connection.textContent = 'Disconnected. Is the server running?';
  });
  source.addEventListener('message', ({ data }) => {
    const { time, type, ...rest } = /** @type {ServerEvent} */ (JSON.parse(String(data)));
    const clock = new Date(time).toLocaleTimeString();
    const item = element('li', '');
    const details = element('dl', '');
    details.append(...terms(Object.entries(rest)));
    item.append(element('p', `${clock} ${type}`, isGood(type) ? 'good' : 'bad'), details);
    list.prepend(item);
    if (list.children.length > MAX_EVENTS) list.lastElementChild?.remove();
  });
}

/** @param {string} type */
const isGood = (type) => type === 'token.issued' || type === 'token.revoked';
