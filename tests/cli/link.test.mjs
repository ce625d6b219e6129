// `minzheng link`: pairs, duplicates, one-to-one, clusters, a kept model, and bad files.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT, minzheng, minzhengOk, temporaryFolder } from '../support/cli.mjs';

const folder = temporaryFolder();
const place = (name) => join(folder, name);
function file(name, content) {
  writeFileSync(place(name), content);
  return place(name);
}
const rows = (path) => readFileSync(path, 'utf8').trimEnd().split('\n').slice(1).map((line) => line.split(','));

// Two registers of 3,000 and 2,500 with 1,500 people in common, from the benchmark's generator.
function registers(seed) {
  execFileSync(join(ROOT, 'build/bench/persons'), [folder, '3000', '2500', '1500', String(seed)]);
  return { left: place('left.csv'), right: place('right.csv'), truth: new Set(rows(place('truth.csv')).map(([a, b]) => `${a} ${b}`)) };
}

test('two registers: the pairs are found, each once, and the model can be used again', async () => {
  const { left, right, truth } = registers(7);
  const out = place('pairs.csv');
  const args = ['link', '--left', left, '--right', right, '--id', '编号', '--out', out];
  const run = await minzhengOk([...args, '--auto', '--save-model', place('model.json'), '--json']);
  assert.equal(run.json.left_rows, 3000);
  assert.equal(run.json.right_rows, 2500);
  assert.equal(run.json.training.settled, true);
  assert.equal(readFileSync(out, 'utf8').split('\n')[0], 'left_id,right_id,weight,probability');
  const pairs = rows(out);
  assert.equal(new Set(pairs.map(([a, b]) => `${a} ${b}`)).size, pairs.length);
  assert.ok(pairs.every(([, , , p]) => Number(p) >= 0.01 && Number(p) <= 1));
  const sure = pairs.filter(([, , , p]) => Number(p) >= 0.5);
  const hits = sure.filter(([a, b]) => truth.has(`${a} ${b}`)).length;
  assert.ok((2 * hits) / (sure.length + truth.size) > 0.97, `F1 ${(2 * hits) / (sure.length + truth.size)}`);

  const first = readFileSync(out, 'utf8');
  await minzhengOk([...args, '--model', place('model.json'), '--threads', '1']);
  const close = (a, b) => a.length === b.length && a.every((x, i) => x[0] === b[i][0] && x[1] === b[i][1] && Math.abs(x[2] - b[i][2]) < 0.01);
  assert.ok(close(rows(out), pairs));
  await minzhengOk([...args, '--auto', '--threads', '3']);
  assert.equal(readFileSync(out, 'utf8'), first); // whoever works, the result is one

  await minzhengOk([...args, '--auto', '--one-to-one']);
  const single = rows(out);
  assert.equal(new Set(single.map(([a]) => a)).size, single.length);
  assert.equal(new Set(single.map(([, b]) => b)).size, single.length);
});

test('one register: duplicates, and the clusters they make', async () => {
  const header = 'id,name,birth,city\n';
  const people = Array.from({ length: 300 }, (_, i) => [`Person${String.fromCharCode(97 + (i % 26))}${(i * 7919) % 1000} Family${(i * 104729) % 1009}`, `19${10 + (i % 80)}-${1 + (i % 12)}-${1 + (i % 28)}`, `City${i % 50}`]);
  const lines = people.map((p, i) => `${i},${p.join()}`);
  for (let i = 0; i < 40; i++) lines.push(`${300 + i},${people[i][0].replace('a', 'e')},${people[i][1]},${people[i][2]}`);
  const out = place('duplicates.csv');
  await minzhengOk(['link', '--left', file('one.csv', header + lines.join('\n')), '--id', 'id', '--auto', '--out', out, '--clusters', place('clusters.csv')]);
  const found = new Set(rows(out).filter(([, , , p]) => Number(p) > 0.5).map(([a, b]) => `${a} ${b}`));
  for (let i = 0; i < 40; i++) assert.ok(found.has(`${i} ${300 + i}`), `${i}`);
  assert.equal(found.size, 40);
  const members = rows(place('clusters.csv'));
  assert.equal(members.length, 80);
  assert.deepEqual(members.slice(0, 2), [['1', 'left', '0'], ['1', 'left', '300']]);
});

test('GB18030, a byte-order mark, quotes, empty lines and very long fields are read', async () => {
  const { left, right, truth } = registers(8);
  const text = readFileSync(left, 'utf8');
  const out = place('pairs.csv');
  const gb = place('gb.csv');
  writeFileSync(gb, execFileSync('iconv', ['-f', 'UTF-8', '-t', 'GB18030'], { input: text, maxBuffer: 1 << 28 }));
  const odd = file('odd.csv', `\ufeff${readFileSync(right, 'utf8').replaceAll('\n', '\r\n\r\n').replaceAll(/(R1\d*),([^,]*)/g, '"$1","$2"')}R9999999,${'长'.repeat(100000)},,,,,"${'""甲乙\n'.repeat(30000)}"\n`);
  await minzhengOk(['link', '--left', gb, '--right', odd, '--id', '编号', '--auto', '--out', out]);
  const hits = rows(out).filter(([a, b, , p]) => Number(p) >= 0.5 && truth.has(`${a} ${b}`)).length;
  assert.ok(hits > 0.95 * truth.size, `${hits} of ${truth.size}`);
});

test('what is wrong is said, and nothing is written', async () => {
  const good = 'id,name,born\n1,Anna Smith,1950-01-02\n2,Bob Miller,1960-03-04\n3,Cara Jones,1970-05-06\n';
  const cases = [
    ['empty', '', 'csv.empty'],
    ['only a header', 'id,name,born\n', 'link.empty'],
    ['no such column', good.replace('id', 'key'), 'link.id'],
    ['rows of another width', `${good}4,Dora\n`, 'csv.columns'],
    ['an open quote', `${good}4,"Dora,1980-01-01\n`, 'csv.quote'],
    ['NUL', `${good}4,Do\0ra,1980-01-01\n`, 'link.nul'],
    ['neither UTF-8 nor GB18030', Buffer.concat([Buffer.from(good), Buffer.from([0xff, 0xff, 0x80, 0x0a])]), 'link_command.encoding'],
    ['an id twice', `${good}1,Dora Brown,1980-01-01\n`, 'link.id_twice'],
    ['a row without id', `${good},Dora Brown,1980-01-01\n`, 'link.id_missing'],
    ['a column twice', good.replace('born', 'name'), 'link.header_twice'],
    ['too many columns', `${Array.from({ length: 70 }, (_, i) => `c${i}`).join()}\n`, 'link.columns'],
    ['nothing to compare', 'id,x\n1,5\n2,5\n', 'link.no_fields'],
  ];
  for (const [what, content, code] of cases) {
    const out = place(`never-${code}.csv`);
    const bad = file('bad.csv', content);
    for (const args of [['--left', bad], ['--left', file('good.csv', good), '--right', bad]]) {
      const run = await minzheng(['link', ...args, '--id', 'id', '--auto', '--out', out, '--json']);
      assert.equal(run.code, 3, `${what}: ${run.stderr}`);
      assert.equal(run.json.problem.code, code, what);
      assert.ok(!existsSync(out), what);
    }
  }
  const run = async (...args) => (await minzheng(['link', ...args])).code;
  const left = place('good.csv');
  assert.equal(await run('--left', left, '--id', 'id', '--out', place('x.csv')), 2);
  assert.equal(await run('--left', left, '--id', 'id', '--auto', '--model', 'm.json', '--out', place('x.csv')), 2);
  assert.equal(await run('--left', left, '--id', 'id', '--auto'), 2);
  assert.equal(await run('--left', left, '--id', 'id', '--auto', '--out', place('x.csv'), '--threads', '0'), 2);
  assert.equal(await run('--left', place('nowhere.csv'), '--id', 'id', '--auto', '--out', place('x.csv')), 3);
  assert.equal(await run('--left', folder, '--id', 'id', '--auto', '--out', place('x.csv')), 3);
  assert.equal(await run('--left', left, '--id', 'id', '--auto', '--out', join(folder, 'no', 'x.csv')), 4);
  for (const model of ['{}', '[]', '{"fields":[],"prior":0.1}', '{"fields":[{"kind":"text","left":"name","right":"name","m":[1],"u":[1]}],"prior":0.1}', '{"fields":[{"kind":"text","left":"who","right":"who"}],"prior":0.1}', 'x'])
    assert.equal(await run('--left', left, '--id', 'id', '--model', file('m.json', model), '--out', place('x.csv')), 3, model);
});
