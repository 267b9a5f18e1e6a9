/**
 * Finds an element of the page.
 *
 * @template {HTMLElement} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} parent
 * @returns {T}
 */
export function find(selector, type, parent = document) {
  const found = parent.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`The page has no ${selector}.`);
  return found;
}

/**
 * Creates an element with a text.
 *
 * @param {string} name
 * @param {string} text
 * @param {string} className
 */
export function element(name, text, className = '') {
  const created = document.createElement(name);
  created.textContent = text;
  created.className = className;
  return created;
}

/**
 * Creates the terms of a description list.
 *
 * @param {[string, unknown][]} rows
 */
export const terms = (rows) =>
  rows.flatMap(([name, value]) => [element('dt', name), element('dd', String(value))]);
