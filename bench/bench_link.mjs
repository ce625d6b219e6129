// Record linkage on made-up people (bench/persons.c, which knows nothing of the engine): time, memory, and F1 against
// the truth, beside the comparators alone in a tight loop. MINZHENG_LINK_RIGHT=22000000 makes the right register that large.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { COMMAND, cleanEnvironment } from '../tests/support/cli.mjs';
import { TINY, check, head, machine, row, tool } from './common.mjs';

const LEFT = TINY ? 4000 : 1000000;
const RIGHT = TINY ? 4000 : Number(process.env.MINZHENG_LINK_RIGHT ?? 1000000);
const COMMON = TINY ? 1500 : 300000;

const execute = promisify(execFile);
const table = (path) => readFileSync(path, 'utf8').trimEnd().split('\n').slice(1).map((line) => line.split(','));

// The best F1 over all thresholds, of pairs from the heaviest down; each row at most once.
function oneToOne(pairs, truth, counts = () => true) {
  const left = new Set();
  const right = new Set();
  let found = 0;
  let hits = 0;
  let best = 0;
  const wanted = [...truth.entries()].filter(([key]) => counts(key)).length;
  for (const [a, b] of pairs) {
    if (left.has(a) || right.has(b)) continue;
    left.add(a);
    right.add(b);
    const key = `${a} ${b}`;
    if (!counts(key, a)) continue;
    found += 1;
    hits += truth.has(key) ? 1 : 0;
    best = Math.max(best, (2 * hits) / (found + wanted));
  }
  return best;
}

async function link(folder, noIds) {
  await tool('persons', [folder, LEFT, RIGHT, COMMON, 1, ...(noIds ? ['no-ids'] : [])]);
  const out = join(folder, 'pairs.csv');
  const { stdout } = await execute(COMMAND, ['link', '--left', join(folder, 'left.csv'), '--right', join(folder, 'right.csv'), '--id', '编号', '--auto', '--out', out, '--json'],
    { env: cleanEnvironment(), maxBuffer: 1 << 24 });
  const report = JSON.parse(stdout);
  const truth = new Map(table(join(folder, 'truth.csv')).map(([a, b, usable]) => [`${a} ${b}`, usable === '1']));
  const usableLeft = new Set([...truth].filter(([, usable]) => usable).map(([key]) => key.split(' ')[0]));
  const pairs = table(out).sort((x, y) => y[2] - x[2]);
  const hits = pairs.filter(([a, b]) => truth.has(`${a} ${b}`)).length;
  return {
    report,
    recall: hits / truth.size,
    f1: oneToOne(pairs, truth),
    f1WithoutId: oneToOne(pairs, truth, (key, a) => (truth.has(key) ? !truth.get(key) : a !== undefined && !usableLeft.has(a))),
  };
}

machine();
const folder = mkdtempSync(join(tmpdir(), 'minzheng-link-'));
try {
  const loop = JSON.parse(await tool('link_loop', TINY ? [100000, 20000] : [50000000, 22000000]));
  const run = await link(folder, false);
  const { time } = run.report;
  head('names alone');
  const cores = 2;
  row('candidate pairs a second and core', run.report.candidates / (time.compare_ms / 1000) / cores / 1e6, 'M/s', loop.names_per_second / 1e6, 'with look-up, all fields');
  row('citizen numbers alone', loop.citizens_per_second / 1e6, 'M/s');
  row('addresses alone', loop.addresses_per_second / 1e6, 'M/s');
  row(`linking ${LEFT} x ${RIGHT}`, time.linking_ms / 1000, 's');
  row('with loading and writing', time.all_ms / 1000, 's');
  row('memory at most', run.report.memory_mib, 'MiB');
  row('one-to-one F1', run.f1 * 100, '%');
  row('  where no usable citizen number exists', run.f1WithoutId * 100, '%');
  row('recall of pairs given out', run.recall * 100, '%');
  check(run.f1 > 0.97 && run.recall > 0.98, 'the pairs are found');
  if (RIGHT <= 1000000) {
    const without = await link(folder, true);
    row('one-to-one F1 of registers without numbers', without.f1 * 100, '%');
    row('recall of pairs given out', without.recall * 100, '%');
    check(without.f1 > 0.9, 'the pairs are found without numbers');
  }
  row(`family finding in ${TINY ? 20000 : 22000000} rows, median`, loop.find_median_ms, 'ms');
  row('  the slowest question', loop.find_worst_ms, 'ms');
  row('  the person among the first ten', loop.find_first10, '%', undefined, `first hundred ${loop.find_first100} %`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
