// @ts-check
// Plain JavaScript, so that the same file runs from the sources under a test runner and from the build.
'use strict';

const { parentPort } = require('node:worker_threads');
const { compareSync, hashSync } = require('bcryptjs');

/** @param {import('./thread').BcryptTask} task */
function work(task) {
  if ('cost' in task) return hashSync(task.secret, task.cost);
  const enough = task.enough.find((hash) => compareSync(task.secret, hash));
  return enough === undefined
    ? task.all.filter((hash) => compareSync(task.secret, hash))
    : [enough];
}

parentPort?.on('message', (/** @type {import('./thread').BcryptTask} */ task) => {
  parentPort?.postMessage(work(task));
});
parentPort?.postMessage('ready');
