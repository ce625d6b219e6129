// The runner on small made-up projects: what must not be counted as passed.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { readTap } from '../support/tap.mjs';

const RUNNER = fileURLToPath(new URL('../run.mjs', import.meta.url));

// files: path → text.  c: name → a shell script that stands for a C test.
function runProject({ files = {}, c = {}, args = [] }) {
  const root = mkdtempSync(join(tmpdir(), 'minzheng-runner-'));
  const put = (path, text) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  try {
    for (const [path, text] of Object.entries(files)) put(path, text);
    const tests = Object.entries(c).map(([name, script]) => ({
      name,
      cmd: ['/bin/sh', '-c', script],
      env: {},
      timeout: 2,
      protocol: 'tap',
      is_parallel: true,
    }));
    for (const build of ['build', 'build-clang', 'build-asan'])
      put(`${build}/meson-info/intro-tests.json`, JSON.stringify(build === 'build' ? tests : []));
    // NODE_TEST_CONTEXT would make the inner node:test report to this one.
    const { NODE_TEST_CONTEXT, ...env } = process.env;
    const run = spawnSync(process.execPath, [RUNNER, '--root', root, ...args], { encoding: 'utf8', env });
    return { status: run.status, out: run.stdout, last: run.stdout.trimEnd().split('\n').at(-1), err: run.stderr };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const NODE_TEST = (body) => `import { test } from 'node:test'; import assert from 'node:assert/strict';\n${body}`;

test('everything passes: exit status 0 and the sum', () => {
  const run = runProject({
    c: { test_one: 'echo 1..2; echo ok 1 - a; echo ok 2 - b' },
    files: { 'tests/cli/two.test.mjs': NODE_TEST("test('c', () => {}); test('d', () => {});") },
  });
  assert.equal(run.last, '4 passed, 0 failed', run.out);
  assert.equal(run.status, 0);
});

const BAD_C = {
  'a failed assertion': ['echo 1..1; echo not ok 1 - a; exit 1', '0 passed, 1 failed', 'a: failed'],
  'a crash after passing': ['echo 1..2; echo ok 1 - a; kill -SEGV $$', '1 passed, 2 failed', 'crashed: SIGSEGV'],
  'a leak report at exit': ['echo 1..1; echo ok 1 - a; exit 23', '1 passed, 1 failed', 'exit status 23'],
  'a time-out': ['echo 1..1; echo ok 1 - a; sleep 30', '1 passed, 1 failed', 'did not end within 2 seconds'],
  'no test': ['echo 1..0', '0 passed, 1 failed', 'no test in this file'],
  'no output': ['true', '0 passed, 1 failed', 'no test in this file'],
  'fewer tests than planned': ['echo 1..2; echo ok 1 - a', '1 passed, 1 failed', 'the plan says 2'],
  'a skipped test': ["echo 1..1; echo 'ok 1 - a # SKIP no server'", '0 passed, 1 failed', 'not run: SKIP no server'],
};
for (const [what, [script, last, reason]] of Object.entries(BAD_C))
  test(`a C test: ${what}`, () => {
    const run = runProject({ c: { test_bad: script } });
    assert.equal(run.last, last, run.out);
    assert.ok(run.out.includes(reason), run.out);
    assert.equal(run.status, 1);
  });

const BAD_NODE = {
  'a failed assertion': [NODE_TEST("test('a', () => assert.equal(1, 2)); test('b', () => {});"), '1 passed, 1 failed', 'a: failed'],
  'an import that fails': ["import './nowhere.mjs';", '0 passed, 1 failed', 'ERR_MODULE_NOT_FOUND'],
  'an exit in the middle': [NODE_TEST("test('a', () => {}); test('b', () => process.exit(0));"), /^\d passed, [1-9] failed$/, ''],
  'no test': ['export {};', '0 passed, 1 failed', 'no test in this file'],
  'a skipped test': [NODE_TEST("test('a', { skip: 'later' }, () => {});"), '0 passed, 1 failed', 'not run'],
};
for (const [what, [text, last, reason]] of Object.entries(BAD_NODE))
  test(`a test of the command line: ${what}`, () => {
    const run = runProject({ files: { 'tests/cli/bad.test.mjs': text } });
    if (last instanceof RegExp) assert.match(run.last, last, run.out);
    else assert.equal(run.last, last, run.out);
    assert.ok(run.out.includes(reason), run.out);
    assert.equal(run.status, 1);
  });

test('a file that nothing runs is a failure', () => {
  const run = runProject({
    c: { test_one: 'echo 1..1; echo ok 1 - a' },
    files: { 'tests/unit/test_two.c': '', 'tests/crash/three.test.mjs': '' },
  });
  assert.equal(run.last, '1 passed, 4 failed', run.out);
  assert.ok(run.out.includes('tests/unit/test_two.c is not among the tests of build/'));
  assert.ok(run.out.includes('build-asan/ has no test of its own'));
  assert.ok(run.out.includes('tests/crash/three.test.mjs is run by nothing'));
});

test('a name selects; an unknown one is a failure', () => {
  const c = { test_one: 'echo 1..1; echo ok 1 - a', test_two: 'echo 1..1; echo not ok 1 - b' };
  assert.equal(runProject({ c, args: ['test_one'] }).last, '1 passed, 0 failed');
  const unknown = runProject({ c, args: ['test_three'] });
  assert.equal(unknown.last, '0 passed, 1 failed');
  assert.equal(unknown.status, 1);
});

test('subtests are counted by their leaves', () => {
  const { tests, problems } = readTap(
    ['    ok 1 - a', '    not ok 2 - b', '    1..2', 'not ok 1 - suite', 'ok 2 - c', '1..2'].join('\n'),
  );
  assert.deepEqual(tests.map(({ name, ok }) => [name, ok]), [['suite › a', true], ['suite › b', false], ['c', true]]);
  assert.deepEqual(problems, []);
});

test('a suite whose hook fails is a failure though its tests passed', () => {
  const { tests } = readTap(['    ok 1 - a', 'not ok 1 - suite', '1..1'].join('\n'));
  assert.deepEqual(tests.map(({ ok }) => ok), [true, false]);
});
