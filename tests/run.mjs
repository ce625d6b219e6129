// Runs every test and counts them; `./run test` has built everything before.
//
//   node tests/run.mjs [NAME] [--root FOLDER]
//
// A file of tests is called GROUP/NAME:
//   unit   C tests of build/ (gcc, release)
//   clang  the same of build-clang/
//   asan   the same of build-asan/ (AddressSanitizer, LeakSanitizer, UBSan)
//   portal web/test/NAME.test.mjs, and the types and catalogues (portal/check)
//   cli    tests/cli/NAME.test.mjs    the command line, end to end
//   web    tests/web/NAME.test.mjs    the portals in headless Chromium
// NAME selects a group, or the files whose GROUP/NAME contains it.
//
// A crash, a time-out, a skipped test, a file without a test and a test file
// that nothing runs are failures.  The last line is 'N passed, N failed'.

import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { existsSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { killRunning, runProcess } from './support/process.mjs';
import { readTap } from './support/tap.mjs';
import { startPostgres } from './support/postgres.mjs';

const C_GROUPS = [
  { group: 'unit', build: 'build', patience: 1 },
  { group: 'clang', build: 'build-clang', patience: 2 },
  { group: 'asan', build: 'build-asan', patience: 5 },
];
const NODE_GROUPS = [
  { group: 'portal', folder: 'web/test', timeoutSeconds: 300 },
  { group: 'cli', folder: 'tests/cli', timeoutSeconds: 600 },
  { group: 'web', folder: 'tests/web', timeoutSeconds: 900 },
];
const HEARTBEAT_SECONDS = 30;
const OUTPUT_LINES_SHOWN = 60;

const SANITIZER_ENV = {
  ASAN_OPTIONS: 'detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1',
  LSAN_OPTIONS: 'print_suppressions=0',
  UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1',
};

function parseArguments(args) {
  const options = { root: join(dirname(fileURLToPath(import.meta.url)), '..'), filter: '' };
  const rest = [...args];
  while (rest.length > 0) {
    const word = rest.shift();
    if (word === '--root') options.root = rest.shift();
    else options.filter = word.replace(/^tests\//, '').replace(/\.test\.mjs$|\.c$/, '');
  }
  return options;
}

// ---- collecting ---------------------------------------------------------

async function filesBelow(folder, found = []) {
  if (!existsSync(folder)) return found;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules') await filesBelow(path, found);
    else if (entry.isFile()) found.push(path);
  }
  return found.sort();
}

// Meson's own list of tests, as `meson introspect --tests` prints it.
// What a test leaves behind is not left in the sources.
function workFolder(root, group, name) {
  const folder = join(root, 'build/tests-work', `${group}-${name}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function collectC(root, { group, build, patience }) {
  const list = join(root, build, 'meson-info', 'intro-tests.json');
  if (!existsSync(list)) return [];
  const tests = JSON.parse(await readFile(list, 'utf8'));
  // A check that is not made by a compiler says the same in every build.
  const compiled = (test) => resolve(test.cmd[0]).startsWith(resolve(root, build));
  return tests.filter((test) => group === 'unit' || compiled(test)).map((test) => ({
    group,
    name: test.name,
    label: `${group}/${test.name}`,
    command: test.cmd[0],
    args: test.cmd.slice(1),
    env: { ...test.env, ...(group === 'asan' ? SANITIZER_ENV : {}) },
    cwd: test.workdir ?? workFolder(root, group, test.name),
    tap: test.protocol === 'tap' ? 'stdout' : 'none',
    parallel: test.is_parallel !== false,
    timeoutSeconds: (test.timeout || 30) * patience,
  }));
}

async function collectNode(root, { group, folder, timeoutSeconds }) {
  const files = (await filesBelow(join(root, folder))).filter((path) => path.endsWith('.test.mjs'));
  return files.map((path) => {
    const name = relative(join(root, folder), path).replace(/\.test\.mjs$/, '');
    const tapFile = join(root, 'build/logs/tests', `${group}-${name.replaceAll('/', '-')}.tap`);
    return {
      group,
      name,
      label: `${group}/${name}`,
      command: process.execPath,
      args: ['--test-reporter=tap', `--test-reporter-destination=${tapFile}`, path],
      env: {},
      cwd: root,
      tap: tapFile,
      parallel: group !== 'web',
      timeoutSeconds,
    };
  });
}

// Why a build gave no test at all.
async function withoutTests(root, build) {
  const list = join(root, build, 'meson-info', 'intro-tests.json');
  if (!existsSync(list)) return `${build}/ is not configured: ${relative(root, list)} is missing`;
  const tests = JSON.parse(await readFile(list, 'utf8'));
  return `${build}/ has no test of its own: ${relative(root, list)} names ${tests.length}, the first runs ${tests[0]?.cmd[0]}`;
}

// Test files below tests/ that no group runs, or that a build leaves out.
async function forgotten(root, jobs) {
  const missing = [];
  const paths = [...(await filesBelow(join(root, 'tests'))), ...(await filesBelow(join(root, 'web')))];
  const compiled = paths.some((path) => /^(test|fuzz)_.*\.c$/.test(basename(path)));
  const empty = C_GROUPS.filter(({ group }) => compiled && !jobs.some((job) => job.group === group));
  for (const { build } of empty) missing.push(await withoutTests(root, build));
  for (const path of paths) {
    const file = basename(path);
    const shown = relative(root, path);
    if (/^(test|fuzz)_.*\.c$/.test(file)) {
      for (const { group, build } of C_GROUPS.filter((c) => !empty.includes(c)))
        if (!jobs.some((job) => job.group === group && job.name === file.slice(0, -2)))
          missing.push(`${shown} is not among the tests of ${build}/`);
    } else if (/\.test\.(mjs|js|ts|tsx|cjs)$|^test_.*\.py$/.test(file)) {
      if (!jobs.some((job) => job.args.some((arg) => resolve(arg) === resolve(path)))) missing.push(`${shown} is run by nothing`);
    }
  }
  return missing;
}

// Types, catalogues and specs of the portals: one test each, by exit status.
async function collectWebScripts(root) {
  const file = join(root, 'web/package.json');
  if (!existsSync(file)) return [];
  const { scripts = {} } = JSON.parse(await readFile(file, 'utf8'));
  return ['check']
    .filter((script) => scripts[script])
    .map((script) => ({
      group: 'portal',
      name: script,
      label: `portal/${script}`,
      command: 'npm',
      args: ['run', '--silent', script, '--workspace', 'web'],
      env: {},
      cwd: root,
      tap: 'none',
      parallel: true,
      timeoutSeconds: 300,
    }));
}

// ---- the PostgreSQL server of the C tests ---------------------------------

// A test wants the server when its file, or a helper that it includes at any
// depth, says MINZHENG_TEST_PG.  Each gets a database of its own.
async function testSources(root) {
  const sources = new Map();
  for (const path of await filesBelow(join(root, 'tests')))
    if (/\.[ch]$/.test(path)) sources.set(basename(path), await readFile(path, 'utf8'));
  return sources;
}

function wantsPostgres(sources, job) {
  const seen = new Set();
  const waiting = [`${job.name}.c`];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const text = sources.get(name);
    if (text === undefined || seen.has(name)) continue;
    seen.add(name);
    if (text.includes('MINZHENG_TEST_PG')) return true;
    for (const [, header] of text.matchAll(/#include "(?:[^"]*\/)?([^"/]+)\.h"/g)) waiting.push(`${header}.h`, `${header}.c`);
  }
  return false;
}

async function givePostgres(root, jobs) {
  const sources = await testSources(root);
  const wanting = jobs.filter((job) => C_GROUPS.some((c) => c.group === job.group) && wantsPostgres(sources, job));
  if (wanting.length === 0) return null;
  const server = await startPostgres();
  for (const job of wanting) job.postgres = server;
  return server;
}

// ---- running ------------------------------------------------------------

function problemsOfExit(run, job) {
  if (run.timedOut) return [`did not end within ${job.timeoutSeconds} seconds`];
  if (run.signal) return [`crashed: ${run.signal}`];
  return [];
}

async function readResults(job, run) {
  const problems = problemsOfExit(run, job);
  if (job.tap === 'none') {
    const ok = run.code === 0 && problems.length === 0;
    return { tests: [{ name: job.name, ok, reason: `exit status ${run.code}` }], problems: [] };
  }
  const text = job.tap === 'stdout' ? run.stdout : existsSync(job.tap) ? await readFile(job.tap, 'utf8') : '';
  const tap = readTap(text);
  if (tap.tests.length > 0) problems.push(...tap.problems);
  else problems.push(`no test in this file (exit status ${run.code})`);
  if (run.code !== 0 && problems.length === 0 && tap.tests.every((test) => test.ok))
    problems.push(`exit status ${run.code}, though every test passed`);
  return { tests: tap.tests, problems, text: job.tap === 'stdout' ? '' : text };
}

async function runJob(root, job) {
  // Nothing set by hand leaves a test out or leads it to another store.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('MINZHENG_'));
  const env = { ...Object.fromEntries(inherited), ...job.env };
  let database = null;
  if (job.postgres) {
    database = await job.postgres.createDatabase();
    env.MINZHENG_TEST_PG = database.url;
  }
  const run = await runProcess(job.command, job.args, { cwd: job.cwd, env, timeoutSeconds: job.timeoutSeconds });
  await database?.drop();
  const result = await readResults(job, run);
  const output = [result.text, run.output].filter(Boolean).join('\n');
  const log = join(root, 'build/logs/tests', `${job.label.replaceAll('/', '-')}.log`);
  await writeFile(log, output);
  const failures = [
    ...result.tests.filter((test) => !test.ok).map((test) => `${test.name}: ${test.reason}`),
    ...result.problems,
  ];
  return {
    label: job.label,
    passed: result.tests.filter((test) => test.ok).length,
    failures,
    broken: result.problems.length > 0, // a crash tells its reason last
    output,
    log: relative(root, log),
    seconds: run.seconds,
  };
}

function printResult(result) {
  const state = result.failures.length === 0 ? 'ok  ' : 'FAIL';
  const counts = result.failures.length === 0 ? `${result.passed}` : `${result.passed}, ${result.failures.length} failed`;
  console.log(`${state} ${result.label}  ${counts}  (${result.seconds.toFixed(1)} s)`);
}

// Jobs that may run beside others first, `width` at a time, then the rest.
async function runAll(root, jobs, width, results) {
  const active = new Map();
  let last = Date.now();
  const heartbeat = setInterval(() => {
    if (Date.now() - last < HEARTBEAT_SECONDS * 1000) return;
    const names = [...active].map(([label, start]) => `${label} (${Math.round((Date.now() - start) / 1000)} s)`);
    console.log(`... ${names.join(', ')}`);
    last = Date.now();
  }, 5000);
  const drain = async (queue) => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      active.set(job.label, Date.now());
      const result = await runJob(root, job);
      active.delete(job.label);
      results.push(result);
      printResult(result);
      last = Date.now();
    }
  };
  const beside = jobs.filter((job) => job.parallel);
  await Promise.all(Array.from({ length: width }, () => drain(beside)));
  await drain(jobs.filter((job) => !job.parallel));
  clearInterval(heartbeat);
}

// ---- reporting ----------------------------------------------------------

// What a test printed about its failures; without any, the end of the output.
function excerpt(output) {
  const lines = output.trimEnd().split('\n');
  const shown = [];
  for (let i = 0; i < lines.length && shown.length < OUTPUT_LINES_SHOWN; i++) {
    if (!/^\s*not ok\b/.test(lines[i])) continue;
    shown.push(lines[i]);
    while (i + 1 < lines.length && !/^\s*(not ok|ok|# Subtest|1\.\.)/.test(lines[i + 1])) shown.push(lines[++i]);
  }
  return shown.length > 0 ? shown.slice(0, OUTPUT_LINES_SHOWN) : lines.slice(-OUTPUT_LINES_SHOWN);
}

function printFailures(results) {
  for (const { label, failures, output, log, broken } of results.filter((r) => r.failures.length > 0)) {
    console.log(`\n== ${label}`);
    for (const failure of failures) console.log(`   ${failure}`);
    if (!output) continue;
    console.log(`   from its output (whole: ${log}):\n`);
    const lines = broken ? output.trimEnd().split('\n').slice(-OUTPUT_LINES_SHOWN) : excerpt(output);
    for (const line of lines) console.log(`    | ${line}`);
  }
}

async function main() {
  const { root, filter } = parseArguments(process.argv.slice(2));
  await mkdir(join(root, 'build/logs/tests'), { recursive: true });
  const all = [];
  for (const c of C_GROUPS) all.push(...(await collectC(root, c)));
  for (const n of NODE_GROUPS) all.push(...(await collectNode(root, n)));
  all.push(...(await collectWebScripts(root)));
  const groups = new Set([...C_GROUPS, ...NODE_GROUPS].map(({ group }) => group));
  const selected = (job) => (groups.has(filter) ? job.group === filter : job.label.includes(filter));
  const jobs = all.filter(selected);

  const results = [];
  const fail = (label, failures) => results.push({ label, passed: 0, failures, seconds: 0 });
  if (!filter) {
    const missing = await forgotten(root, all);
    if (missing.length > 0) fail('collection', missing);
  }
  if (jobs.length === 0) fail('collection', [filter ? `no test is called ${filter}` : 'there is no test']);

  let postgres = null;
  const stop = async () => {
    killRunning();
    await postgres?.stop();
    process.exit(130);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    postgres = await givePostgres(root, jobs);
  } catch (error) {
    fail('postgresql', [error.message]);
  }
  const start = Date.now();
  const width = availableParallelism();
  try {
    await runAll(root, jobs, width, results);
  } finally {
    await postgres?.stop();
  }

  const slow = [...results].sort((a, b) => b.seconds - a.seconds);
  console.log(`\n${results.length} files in ${Math.round((Date.now() - start) / 1000)} s; the slowest:`);
  for (const result of slow.slice(0, 5)) console.log(`  ${result.seconds.toFixed(1).padStart(6)} s  ${result.label}`);
  printFailures(results);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failures.length, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

try {
  await main();
} catch (error) {
  console.error(error);
  console.log('\n0 passed, 1 failed');
  process.exitCode = 1;
}
