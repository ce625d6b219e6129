// A demonstration district of its own for a test: made once by `minzheng demo`,
// kept in build/test-demo, and copied.
//
//   const { db, folder } = await demoStore();
//   const server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
//
// Made anew when the program or the packs change.

import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { COMMAND, ROOT, minzhengOk, temporaryFolder } from './cli.mjs';

const PEOPLE = 20_000; // fewer have no poor residents to sign in as
export const NOW = '2026-11-24T09:30:00+08:00'; // a Tuesday; the law of July 2026 is in force
const WAIT_SECONDS = 300; // another test file makes it

function stateOf(folder, hash) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) stateOf(path, hash);
    else hash.update(entry.name).update(readFileSync(path));
  }
}

function key(now) {
  const hash = createHash('sha256').update(`${PEOPLE} ${now}`).update(readFileSync(COMMAND));
  stateOf(join(ROOT, 'packs'), hash);
  return hash.digest('hex').slice(0, 16);
}

async function make(folder, now) {
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const env = now ? { MINZHENG_NOW: now } : {};
  await minzhengOk(['demo', '--people', String(PEOPLE), '--db', join(draft, 'minzheng.db')], { env, timeoutSeconds: WAIT_SECONDS });
  renameSync(draft, folder);
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// `now`: MINZHENG_NOW while it is made; give the server the same or a later one.
export async function demoStore({ now = NOW } = {}) {
  const home = join(ROOT, 'build/test-demo');
  const made = join(home, key(now));
  const lock = `${made}.lock`;
  mkdirSync(home, { recursive: true });
  while (!existsSync(made)) {
    try {
      mkdirSync(lock);
    } catch {
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > WAIT_SECONDS * 1000) rmSync(lock, { recursive: true, force: true });
      await sleep(500);
      continue;
    }
    try {
      if (!existsSync(made)) await make(made, now);
    } finally {
      rmdirSync(lock);
    }
  }
  const folder = temporaryFolder();
  cpSync(made, folder, { recursive: true });
  return { db: join(folder, 'minzheng.db'), folder };
}
