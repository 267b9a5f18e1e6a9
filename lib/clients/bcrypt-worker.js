// @ts-check
// Plain JavaScript, so that the same file runs from the sources under a test runner and from the build.
'use strict';

const { parentPort } = require('node:worker_threads');
const { compareSync, hashSync } = require('bcryptjs');

parentPort?.on('message', (/** @type {import('./bcrypt-thread').BcryptTask} */ task) => {
  parentPort?.postMessage('hash' in task ? compareSync(task.secret, task.hash) : hashSync(task.secret, task.cost));
});
parentPort?.postMessage('ready');
