// Every benchmark of bench/ runs in its smallest size: its checks hold (equal
// results, nothing lost), and it prints figures.  No time is asserted.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT, cleanEnvironment, temporaryFolder } from '../support/cli.mjs';

const scripts = readdirSync(join(ROOT, 'bench')).filter((name) => /^bench_.*\.mjs$/.test(name)).map((name) => [name, process.execPath, join(ROOT, 'bench', name)]);
const programs = readdirSync(join(ROOT, 'bench')).filter((name) => /^bench_.*\.c$/.test(name)).map((name) => [name, join(ROOT, 'build/bench', name.replace(/\.c$/, ''))]);

test('there are benchmarks', () => assert.deepEqual([scripts.length, programs.length], [13, 5]));

for (const [name, command, ...args] of [...scripts, ...programs])
  test(`${name} in a tiny size`, () => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', env: cleanEnvironment({ MINZHENG_BENCH: 'tiny' }), timeout: 120000 });
    assert.equal(status, 0, stdout + stderr);
    if (name === 'bench_duckdb.mjs' && !existsSync(join(ROOT, 'bench/duckdb/node_modules'))) {
      assert.match(stdout, /^DuckDB is not there/);
      return; // ./run bench alone fetches it
    }
    assert.match(stdout, /^machine: \d+ processors/m);
    const figures = stdout.split('\n').filter((line) => / \d[\d.]* (M?\/s|ms|s) /.test(line + ' '));
    assert.ok(figures.length >= 2, stdout);
    assert.doesNotMatch(stdout, /nan|NaN|undefined|Infinity/, stdout);
  });

// The checks can fail: rows of another store are not the same rows.
test('a raw table that does not get every row is found', () => {
  const folder = temporaryFolder();
  const { status, stderr } = spawnSync(join(ROOT, 'build/bench/rows'), [1, 2, 3, 4].map((n) => join(folder, String(n))).concat('32'), { encoding: 'utf8' });
  assert.notEqual(status, 0);
  assert.notEqual(stderr, '');
});

test('the load says so when nobody listens or a file is missing', () => {
  const folder = temporaryFolder();
  for (const args of [['1', '1', join(folder, 'none'), join(folder, 'out')], ['0', '1', '-', '-'], ['80', '0', '-', '-'], ['80', '1', '-', '-', '0'], []]) {
    const { status, stderr } = spawnSync(join(ROOT, 'build/bench/load'), args, { encoding: 'utf8', input: '' });
    assert.ok(status === 1 || status === 2, `${args}: ${status}`);
    assert.notEqual(stderr, '');
  }
});
