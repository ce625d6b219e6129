// The decision of bench/dibao-like over the columns of a register, beside DuckDB with the same rule as SQL, in one run:
// members as rows (joined and grouped), as a list of each household, and as ready-made sums.  The results are found equal
// first.  DuckDB is a package of its own folder (bench/duckdb), which ./run bench fetches.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { ROOT } from '../tests/support/cli.mjs';
import { TINY, TOOLS, check, head, machine, row, tool } from './common.mjs';

const HOME = join(ROOT, 'bench/duckdb');
const TURNS = TINY ? 1 : 5;
const FINDING = `case when local = 0 then 1 when cars > 0 and severe = 0 then 2 when homes > 1 then 3
  when deposits > line * 24 then 4 when net >= line then 5 else 0 end`;
const AMOUNT = 'case when finding = 0 then line - net + severe * 300 + children * 200 + old * 150 else 0 end';
const NET = 'greatest(0, income - least(rent, 600) - least(medical, 1500)) as net, 1000 * persons as line';
const RULE = (from) => `select id, finding, (${AMOUNT})::int as amount from (select *, ${FINDING} as finding from ${from})`;
const GROUPED = `(select h.*, ${NET}, severe, children, old from households h join (select household, count(*) as persons,
    sum(case when student = 1 and age < 25 then 0 else income end)::int as income, count(*) filter (grade in (1, 2)) as severe,
    count(*) filter (age < 18) as children, count(*) filter (age > 70) as old from members group by household) m on m.household = h.id)`;
const LISTS = `(select *, ${NET} from (select *, len(member) as persons,
    list_sum(list_transform(member, lambda x: case when x.student = 1 and x.age < 25 then 0 else x.income end)) as income,
    len(list_filter(member, lambda x: x.grade in (1, 2))) as severe, len(list_filter(member, lambda x: x.age < 18)) as children,
    len(list_filter(member, lambda x: x.age > 70)) as old from lists))`;

if (!existsSync(join(HOME, 'node_modules'))) {
  console.log('DuckDB is not there: ./run bench duckdb fetches it (70 MB)');
  process.exit(0);
}
const { DuckDBInstance } = createRequire(join(HOME, 'package.json'))('@duckdb/node-api');
const folder = mkdtempSync(join(TOOLS, 'run-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const ours = JSON.parse(await tool('bench_cohort', [folder]));
const db = await (await DuckDBInstance.create(':memory:')).connect();
const ask = async (sql) => (await db.runAndReadAll(sql)).getRowsJson();

await db.run('create table households (id integer, deposits integer, cars tinyint, homes tinyint, local tinyint, rent integer, medical integer)');
await db.run('create table members (household integer, age tinyint, income integer, grade tinyint, student tinyint)');
for (const name of ['households', 'members']) await db.run(`copy ${name} from '${join(folder, `${name}.csv`)}' (header)`);
await db.run(`create table lists as select h.*, m.member from households h join (select household,
  list({age: age, income: income, grade: grade, student: student}) as member from members group by household) m on m.household = h.id`);
await db.run(`create table sums as select * from ${GROUPED}`);

// The least seconds of the clock and of the processor that all households take, the answers kept in a table.
async function measure(from, threads) {
  const best = { wall: Infinity, cpu: Infinity };
  await db.run(`set threads = ${threads}`);
  for (let k = 0; k < TURNS; k++) {
    const cpu = process.cpuUsage();
    const began = performance.now();
    await db.run(`create or replace table answers as ${RULE(from)}`);
    const used = process.cpuUsage(cpu);
    best.wall = Math.min(best.wall, (performance.now() - began) / 1000);
    best.cpu = Math.min(best.cpu, (used.user + used.system) / 1e6);
  }
  const counts = (await ask('select finding, count(*)::int from answers group by 1 order by 1')).map((r) => r[1]);
  const [[sum, sums97]] = await ask('select sum(amount)::bigint, sum(amount::bigint * (id % 97))::bigint from answers');
  check(counts.join() === ours.counts.join() && Number(sum) === ours.sum && Number(sums97) === ours.check, `the same of ${from}`);
  return best;
}

machine();
const [[version]] = await ask('select version()');
console.log(`${ours.households} households with ${ours.members} members, DuckDB ${version}, values in memory; results equal`);
head('DuckDB');
const million = ours.households / 1e6;
for (const threads of [1, 2])
  for (const [name, from] of [['members joined and grouped', GROUPED], ['members as lists', LISTS], ['ready-made sums', 'sums']]) {
    const theirs = await measure(from, threads);
    row(`${threads} thread${threads > 1 ? 's' : ''}, ${name}`, million / ours.wall[threads - 1], 'M/s', million / theirs.wall);
    row('  of the processor\'s time', million / ours.cpu[threads - 1], 'M/s', million / theirs.cpu);
  }
process.exit(0); // its threads would keep the program
