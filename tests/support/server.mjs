// Starts `minzheng serve` on a free loopback port with a store of its own.
//
//   const server = await startServer({ db, env });   // db: a path or URL; default: a fresh, initialised store
//   server.url  server.db  server.output()
//   await server.stop();      // SIGTERM, and says how it ended: { code, signal }
//   await server.kill();      // SIGKILL, for crash tests

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { COMMAND, ROOT, cleanEnvironment, minzhengOk, temporaryFolder } from './cli.mjs';

const READY_SECONDS = 60;
const STOP_SECONDS = 20;

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function waitForReady(child, output) {
  return new Promise((resolve, reject) => {
    const fail = (what) => reject(new Error(`minzheng serve ${what}:\n${output()}`));
    const timer = setTimeout(() => fail(`was not ready in ${READY_SECONDS} s`), READY_SECONDS * 1000);
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code, signal) => fail(`ended with ${signal ?? code}`));
    child.stdout.on('data', () => {
      const ready = /^ready (http:\S+)$/m.exec(output());
      if (!ready) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve(ready[1].replace(/\/$/, ''));
    });
  });
}

export async function startServer({ db, env = {}, args = [], port: wanted } = {}) {
  const store = db ?? join(temporaryFolder(), 'store.db');
  const environment = { MINZHENG_DB: store, ...env };
  if (!db) await minzhengOk(['init'], { env: environment });
  const port = wanted ?? await freePort(); // wanted: that of a server which was stopped
  const child = spawn(COMMAND, ['serve', '--listen', `127.0.0.1:${port}`, ...args], {
    cwd: ROOT,
    env: cleanEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks = [];
  const output = () => Buffer.concat(chunks).toString('utf8');
  child.stdout.on('data', (data) => chunks.push(data));
  child.stderr.on('data', (data) => chunks.push(data));
  const endWithUs = () => child.kill('SIGKILL');
  process.on('exit', endWithUs);
  const ended = new Promise((resolve) =>
    child.on('close', (code, signal) => {
      process.off('exit', endWithUs);
      resolve({ code, signal });
    }),
  );
  let url;
  try {
    url = await waitForReady(child, output);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    url,
    db: store,
    pid: child.pid,
    output,
    ended,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS * 1000);
      const how = await ended;
      clearTimeout(timer);
      return how;
    },
    async kill() {
      child.kill('SIGKILL');
      return ended;
    },
  };
}
