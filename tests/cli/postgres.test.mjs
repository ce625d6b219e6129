// tests/support/pg.sh: tests lean on it, so it must start, keep databases
// apart, and leave nothing behind.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startPostgres } from '../support/postgres.mjs';

const SUPPORT = fileURLToPath(new URL('../support/', import.meta.url));

function psql(url, statement) {
  const run = spawnSync('psql', ['-X', '-A', '-t', '-d', url, '-c', statement], { encoding: 'utf8' });
  return { status: run.status, out: run.stdout.trim(), err: run.stderr };
}

async function gone(pid, seconds) {
  for (let i = 0; i < seconds * 10; i++) {
    try {
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return true;
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

test('databases are apart, a password is needed, it stops', async () => {
  const server = await startPostgres();
  try {
    const a = await server.createDatabase();
    const b = await server.createDatabase();
    assert.equal(psql(a.url, 'CREATE TABLE t (x int)').status, 0);
    assert.match(psql(b.url, 'SELECT * FROM t').err, /does not exist/);
    assert.match(psql(a.url, 'SHOW server_version').out, /^15\./);
    assert.equal(psql(a.url, 'SHOW fsync').out, 'off');
    assert.notEqual(psql(a.url.replace(/:[0-9a-f]{32}@/, ':wrong@'), 'SELECT 1').status, 0);
    await a.drop();
    assert.match(psql(a.url, 'SELECT 1').err, /does not exist/);
  } finally {
    await server.stop();
  }
  assert.ok(await gone(server.pid, 10));
});

test('a durable server waits for the disk', async () => {
  const server = await startPostgres({ durable: true });
  try {
    assert.equal(psql(server.url, 'SHOW fsync').out, 'on');
    assert.equal(psql(server.url, 'SHOW synchronous_commit').out, 'on');
  } finally {
    await server.stop();
  }
});

test('the server ends when the one who started it is killed', async () => {
  const script = `import { startPostgres } from '${SUPPORT}postgres.mjs'; const s = await startPostgres(); console.log(s.pid); process.kill(process.pid, 'SIGKILL');`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.equal(run.signal, 'SIGKILL', run.stderr);
  const pid = Number(run.stdout);
  assert.ok(pid > 1, run.stdout);
  assert.ok(await gone(pid, 15), `PostgreSQL ${pid} still runs`);
});
