// A household decision like 低保, from one DMN file, beside the npm packages of two
// other engines, in one run: the results are found equal first.  The policy and the
// households are made up (bench/dibao-like).  LARGE=FILE.dmn is compiled too.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ROOT } from '../tests/support/cli.mjs';
import { TINY, check, head, machine, row, tool } from './common.mjs';
import { feelinEngine, prepare, zenEngine } from './dibao-like/engines.mjs';

const OURS = TINY ? 2000 : 1000000;
const THEIRS = { zen: TINY ? 200 : 30000, feelin: TINY ? 20 : 1000 };
const FOLDER = join(ROOT, 'bench/dibao-like');

// Counts by finding (符合, then the refusals in the table's order), the sum of the
// amounts, and of amount * (number % 97): worked out by a program in C that has no
// engine, over the same households.
const KNOWN = {
  1000: { counts: [258, 84, 237, 66, 215, 140], sum: 494936, check: 21989230 },
  30000: { counts: [8360, 2423, 6938, 1616, 6875, 3788], sum: 16404406, check: 787883546 },
  1000000: { counts: [276304, 79835, 230462, 54698, 233411, 125290], sum: 540936077, check: 25952824159 },
};

function sums() {
  const s = { number: 0, counts: [0, 0, 0, 0, 0, 0], sum: 0, check: 0 };
  s.add = ([finding, amount]) => {
    s.counts[finding]++;
    s.sum += amount;
    s.check += amount * (s.number++ % 97);
  };
  return s;
}

const plain = ({ counts, sum, check: c }) => JSON.stringify({ counts, sum, check: c });
const equal = (name, s) => check(!KNOWN[s.number] || plain(s) === plain(KNOWN[s.number]), `${name}: ${s.number} households give ${plain(s)}`);

// The clock's and the processor's seconds of deciding every household once.
async function measure(name, engine, households) {
  await engine(households[0]);
  const s = sums();
  const cpu = process.cpuUsage();
  const from = process.hrtime.bigint();
  for (const h of households) s.add(await engine(h));
  const wall = Number(process.hrtime.bigint() - from) / 1e9;
  const used = process.cpuUsage(cpu);
  equal(name, s);
  return { count: households.length, wall, cpu: (used.user + used.system) / 1e6, sums: s };
}

const folder = mkdtempSync(join(tmpdir(), 'dibao-'));
let ours;
let households;
try {
  const lines = join(folder, 'households.jsonl');
  const args = [join(FOLDER, 'dibao-like.dmn'), join(FOLDER, 'facts.csv'), OURS, lines, Math.max(...Object.values(THEIRS))];
  if (process.env.LARGE) args.push(process.env.LARGE);
  ours = JSON.parse(await tool('dibao_like', args));
  households = readFileSync(lines, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
} finally {
  rmSync(folder, { recursive: true });
}

for (const s of ours.sums) if (s) equal('ours', s);
prepare(households);
const zen = await measure('zen', await zenEngine(), households.slice(0, THEIRS.zen));
const feelin = await measure('feelin', await feelinEngine(), households.slice(0, THEIRS.feelin));
if (TINY) check(zen.sums.counts.length === 6 && feelin.sums.number === THEIRS.feelin, 'the others decided');
else check(plain(ours.sums[0]) === plain(feelin.sums) && plain(ours.sums[1]) === plain(zen.sums), 'all engines give the same');

const rate = (t, kind = 'wall') => t.count / t[kind];
const us = (t, kind = 'wall') => (t[kind] / t.count) * 1e6;
const version = (name) => JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;

machine();
console.log(`households: ${ours.memory.count} ours, ${zen.count} zen ${version('@gorules/zen-engine')}, ${feelin.count} feelin ${version('feelin')}; one thread, values in memory, no trace; results equal`);
head('zen');
row('decisions', rate(ours.memory), '/s', rate(zen));
row('decisions, of the processor\'s time', rate(ours.memory, 'cpu'), '/s', rate(zen, 'cpu'));
head('feelin');
row('decisions', rate(ours.memory), '/s', rate(feelin));
row('decisions, of the processor\'s time', rate(ours.memory, 'cpu'), '/s', rate(feelin, 'cpu'));
head('no trace');
row('one decision with its whole trace', us(ours.trace), 'us', us(ours.memory), `${us(ours.trace, 'cpu').toFixed(2)} us of the processor`);
row('the same, trace written as JSON', us(ours.trace_json), 'us', us(ours.memory), `${Math.round(ours.trace_bytes / ours.trace_json.count)} bytes`);
row('case mode, every fact known', us(ours.known), 'us', us(ours.memory));
row('case mode, one fact unknown (存款)', us(ours.unknown), 'us', us(ours.memory), `${ours.undecided} of ${ours.unknown.count} undecided, ${(ours.evaluations / ours.unknown.count).toFixed(1)} evaluations each`);
head('deciding it');
row('reading a household from JSON', us(ours.read), 'us', us(ours.from_json));
row('compiling the policy', ours.compile * 1e3, 'ms');
if (ours.compile_large) row(`compiling ${process.env.LARGE.split('/').pop()}`, ours.compile_large * 1e3, 'ms');
