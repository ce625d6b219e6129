// Indicators of the plans: what the plans print, where each stands, figures recorded and computed.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ask, signIn } from '../support/api.mjs';
import { ROOT, minzheng, temporaryFolder } from '../support/cli.mjs';
import { NOW, demoStore } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

const PLANS = ['beijing-13', 'beijing-14', 'xicheng-14', 'daxing-14', 'tongzhou-14'];
const folder = temporaryFolder();
const NONE = join(folder, 'none.db');
const env = { MINZHENG_NOW: NOW };
let db;
before(async () => ({ db } = await demoStore()));

const status = async (id, { store = NONE, more = [] } = {}) =>
  (await minzheng(['plan', 'status', '--plan', id, '--json', '--db', store, ...more], { env })).json;
const file = (name, text) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const one = (state, key) => state.indicators.find((i) => i.key === key);

// Comma-separated values with quotes, as the tables have them.
function table(text) {
  const rows = [];
  let row = [], field = '', quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted && c === '"' && text[i + 1] === '"') field += text[++i];
    else if (c === '"') quoted = !quoted;
    else if (!quoted && (c === ',' || c === '\n')) {
      row.push(field);
      field = '';
      if (c === '\n') rows.push(row), (row = []);
    } else if (c !== '\r') field += c;
  }
  const [head, ...rest] = rows;
  return rest.map((r) => Object.fromEntries(head.map((h, i) => [h, r[i]])));
}

test('every table of every plan is there, keyed by section and number, without a store', async () => {
  const count = {};
  for (const id of PLANS)
    for (const i of (await status(id)).indicators) {
      assert.equal(i.current, null);
      if (i.no !== null) count[`${id} ${i.section}`] = (count[`${id} ${i.section}`] ?? 0) + 1;
    }
  assert.deepEqual(count, { 'beijing-13 “十二五”主要指标完成情况表': 14, 'beijing-13 “十三五”主要指标表': 16, 'xicheng-14 主要指标表': 22, 'daxing-14 主要指标表': 32,
    'tongzhou-14 表1': 26, 'tongzhou-14 表2': 16, 'tongzhou-14 表3': 13, 'tongzhou-14 表4': 7, 'tongzhou-14 表5': 8 });
});

test('figures are those that the plans print', async () => {
  const seeds = join(ROOT, '../shared/seeds/indicators.csv');
  const printed = existsSync(seeds) ? table(readFileSync(seeds, 'utf8')) : [
    { plan: 'xicheng-14', no: '16', section: '主要指标表', indicator: '社会工作专业人才总量', unit: '万人', base_year: '2020', base_value: '0.4', target_year: '2025', target_operator: '>=', target_value: '0.72', attribute: '预期性' },
    { plan: 'tongzhou-14', no: '11', section: '表2', indicator: '养老机构内养老护理人员数与入住需帮助老年人比例', unit: '比例', base_year: '', base_value: '', target_year: '2025', target_operator: 'text', target_value: '1:07', attribute: '' },
  ];
  const as = (text) => (text === '' ? null : /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);
  const states = Object.fromEntries(await Promise.all(PLANS.map(async (id) => [id, (await status(id)).indicators])));
  for (const p of printed) {
    const found = states[p.plan].filter((i) => i.name === p.indicator && i.section === p.section && String(i.no ?? '') === p.no &&
      i.unit === p.unit && i.base === as(p.base_value) && i.base_year === as(p.base_year) && i.target === as(p.target_value) &&
      i.target_year === as(p.target_year) && i.operator === p.target_operator && i.attribute === p.attribute);
    assert.equal(found.length, 1, JSON.stringify(p));
  }
});

test('where it stands: by the way gone, the time gone, and the target; sums and ratios are rolled up, never averaged', async () => {
  const copy = (await demoStore()).db;
  const series = file('series.csv', `key,division,day,value,numerator,denominator
xicheng-14.t.02,110102,2023-12-31,100,,
xicheng-14.t.13,110102001,2023-12-31,,3,4
xicheng-14.t.13,110102003,2023-12-31,,1,6
xicheng-14.t.15,110102001,2022-12-31,20,,
xicheng-14.t.15,110102003,2022-12-31,9,,
xicheng-14.t.20,110102,2023-12-31,1,,
`);
  const run = await minzheng(['plan', 'record', series, '--as', 'policy', '--db', copy, '--json'], { env });
  assert.deepEqual([run.code, run.json.rejected], [0, []], run.stderr);
  const again = await minzheng(['plan', 'record', series, '--as', 'policy', '--db', copy, '--json'], { env });
  assert.equal(again.json.recorded, 0, 'what is there already is left');
  const at = await status('xicheng-14', { store: copy, more: ['--as-of', '2023-12-31'] });
  const elapsed = 1095 / 1826; // days from 2020-12-31 to 2023-12-31 and to 2025-12-31
  const beds = one(at, 'xicheng-14.t.02');
  assert.deepEqual([beds.current, beds.progress, beds.status], [100, 0.5, 'on_track']); // 0 → 200, half of the way
  assert.ok(Math.abs(beds.elapsed - elapsed) < 1e-4);
  assert.equal(one(at, 'xicheng-14.t.20').status, 'met');
  // From the register of facilities: those that run on the day, recounted row by row.
  for (const [key, kind] of [['xicheng-14.t.04', 'care_centre'], ['xicheng-14.t.05', 'care_station']])
    for (const [year, day] of [[2021, 18992], [2023, 19722], [2025, 20453]]) {
      const [[count]] = sql(copy, `SELECT count(*) FROM reg_facility WHERE kind = '${kind}' AND state = 'open' AND opened_on <= ${day} AND superseded_at IS NULL`);
      const now = one(await status('xicheng-14', { store: copy, more: ['--as-of', `${year}-12-31`] }), key);
      assert.deepEqual([now.current, now.source, now.current_on], [count, 'computed', `${year}-12-31`], `${key} ${year}`);
    }
  // The demonstration's series of the other subdistricts stand beside the two that were recorded.
  const ratio = (await minzheng(['plan', 'status', '--plan', 'xicheng-14', '--series', '--json', '--db', copy, '--as-of', '2023-12-31'], { env })).json;
  const whole = one(ratio, 'xicheng-14.t.13');
  const rows = sql(copy, "SELECT numerator, denominator FROM indicator_observation WHERE indicator = 'xicheng-14.t.13' AND day = 19722 AND superseded_at IS NULL AND length(division) = 9");
  const sum = (k) => rows.reduce((s, r) => s + Number(r[k]), 0);
  assert.equal(rows.length, 15);
  assert.ok(Math.abs(whole.current - (sum(0) / sum(1)) * 100) < 1e-4);
  assert.notEqual(Math.round(whole.current * 100), Math.round((rows.reduce((s, r) => s + r[0] / r[1], 0) / 15) * 1e4), 'not the average of ratios');
  const day = await status('xicheng-14', { store: copy, more: ['--as-of', '2026-01-01'] });
  assert.ok(day.indicators.every((i) => !['ahead', 'on_track', 'at_risk'].includes(i.status)), 'the period is over');
  const verify = await minzheng(['log', 'verify', '--db', copy], { env });
  assert.equal(verify.code, 0, verify.stdout);
  sql(copy, "UPDATE indicator_observation SET value = '101' WHERE indicator = 'xicheng-14.t.02' AND division = '110102'");
  const changed = await minzheng(['log', 'verify', '--db', copy], { env });
  assert.equal(changed.code, 1);
  assert.match(changed.stdout + changed.stderr, /指标数据/);
});

const SQL = `
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
rows = db.execute(sys.argv[2]).fetchall()
db.commit()
print(json.dumps(rows))
`;
function sql(path, text) {
  const run = spawnSync('python3', ['-c', SQL, path, text], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  return JSON.parse(run.stdout);
}

test('what registers say is what is counted in them by hand; every level is the sum of the one below', () => {
  const of = (key, length) => sql(db, `SELECT division, value FROM indicator_observation WHERE indicator = 'definition:${key}' AND day = 20757 AND superseded_at IS NULL AND length(division) = ${length}`)
    .map(([code, value]) => [code, Number(value)]);
  const month = 2026 * 12 + 9; // October 2026
  const [[households]] = sql(db, `SELECT count(*) FROM entitlement WHERE scheme = 'dibao' AND from_month <= ${month} AND (to_month IS NULL OR to_month > ${month})`);
  const [[paid]] = sql(db, `SELECT coalesce(sum(amount_fen), 0) FROM payment WHERE month = ${month} AND state = 'paid'`);
  assert.deepEqual(of('dibao_households', 6), [['110102', households]]);
  assert.ok(households > 0);
  assert.equal(of('paid', 6)[0][1], Math.round(paid / 1e4) / 100);
  for (const [code, value] of of('dibao_households', 9)) {
    const below = of('dibao_households', 12).filter(([c]) => c.startsWith(code)).reduce((s, [, v]) => s + v, 0);
    assert.equal(value, below, code);
  }
  assert.equal(of('dibao_households', 9).reduce((s, [, v]) => s + v, 0), households);
  assert.equal(of('dibao_standard', 6)[0][1], 1450);
});

test('wrong rows are told one by one and the others are recorded; wrong files and words are refused', async () => {
  const copy = (await demoStore()).db;
  const bad = file('bad.csv', `key,division,day,value,numerator,denominator
nothing.t.01,110102,2024-12-31,1,,
xicheng-14.t.04,11010,2024-12-31,1,,
xicheng-14.t.04,110102,2024-02-30,1,,
xicheng-14.t.04,110102,2024-12-31,many,,
xicheng-14.t.04,110102,2024-12-31,,,
xicheng-14.t.13,110102,2024-12-31,,3,
xicheng-14.t.13,110102,2024-12-31,,3,0
xicheng-14.t.13,110102,2024-12-31,50,3,4
xicheng-14.t.04,110102,2024-12-31,${'9'.repeat(60)},,
xicheng-14.t.04,110102,2024-12-31,27,,
`);
  const run = await minzheng(['plan', 'record', bad, '--as', 'policy', '--db', copy, '--json'], { env });
  assert.equal(run.code, 1);
  assert.deepEqual(run.json.rejected.map((r) => r.line), [2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.equal(run.json.recorded, 1);
  assert.ok(run.json.rejected.every((r) => r.why && !r.why.includes('plan.')));
  for (const [args, code] of [
    [['record', file('head.csv', 'a,b\n1,2\n'), '--as', 'policy'], 3], [['record', join(folder, 'gone.csv'), '--as', 'policy'], 3],
    [['record', bad], 2], [['record', bad, '--as', 'nobody'], 3], [['record', file('good.csv', 'key,division,day,value,numerator,denominator\nxicheng-14.t.04,110102,2024-12-31,25,,\n'), '--as', 'clerk'], 1],
    [['status'], 2], [['status', '--plan', 'paris-14'], 3], [['status', '--plan', 'xicheng-14', '--as-of', '2024-02-30'], 3],
    [['compute'], 2], [['compute', '--period', '2026-13'], 3], [['compute', '--period', '2026-11'], 3], [['compute', '--period', '2026-Q5'], 3], [['fly'], 2], [[], 2],
  ]) {
    const { code: got, stderr } = await minzheng(['plan', ...args, '--db', copy], { env });
    assert.equal(got, code, `${args.join(' ')}: ${stderr}`);
    assert.ok(stderr.trim());
  }
});

test('the final evaluation as PDF and XLSX says what the command says, in two languages', async () => {
  const state = await status('xicheng-14', { store: db, more: ['--as-of', '2025-12-31'] });
  for (const [lang, word] of [['zh', '终期评估'], ['en', 'Final evaluation']]) {
    const pdf = join(folder, `${lang}.pdf`), xlsx = join(folder, `${lang}.xlsx`);
    for (const out of [pdf, xlsx]) {
      const args = ['plan', 'report', '--plan', 'xicheng-14', '--as-of', '2025-12-31', '--out', out, '--lang', lang, '--db', db];
      assert.equal((await minzheng(args, { env })).code, 0);
      assert.equal((await minzheng(args, { env })).code, 3, 'never over another file');
    }
    const text = spawnSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).stdout;
    assert.match(text, new RegExp(word));
    const cells = JSON.parse(spawnSync('python3', ['-c', SHEET, xlsx], { encoding: 'utf8' }).stdout);
    for (const i of state.indicators.filter((x) => x.no !== null)) {
      const shown = String(Math.round((i.current + Number.EPSILON) * 100) / 100);
      assert.ok(text.includes(shown), `${i.name}: ${shown}`);
      assert.ok(cells.includes(i.current) && cells.includes(lang === 'zh' ? i.name : i.name_en), i.name);
    }
  }
  for (const args of [['--out', join(folder, 'a.doc')], [], ['--out', join(folder, 'none/a.pdf')]])
    assert.ok([2, 3, 4].includes((await minzheng(['plan', 'report', '--plan', 'xicheng-14', ...args, '--db', db], { env })).code));
});

// Every value of the first sheet.
const SHEET = `
import json, sys, zipfile, xml.etree.ElementTree as E
z = zipfile.ZipFile(sys.argv[1]); N = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
words = [''.join(t.text or '' for t in s.iter(N + 't')) for s in E.fromstring(z.read('xl/sharedStrings.xml'))]
out = []
for c in E.fromstring(z.read('xl/worksheets/sheet1.xml')).iter(N + 'c'):
    v = c.find(N + 'v')
    if v is not None: out.append(words[int(v.text)] if c.get('t') == 's' else float(v.text))
print(json.dumps(out, ensure_ascii=False))
`;

test('a sum by weighted factors: every step shown, to the fen, and clear refusals', async () => {
  const table = file('factors.csv', 'division,floor,cap,人口,残疾人\nweight,,,0.5,0.5\n110101,,300,6,1\n110102,350,,3,1\n110105,,,1,2\n');
  const { code, json } = await minzheng(['plan', 'allocate', table, '--total', '1000', '--json']);
  assert.equal(code, 0);
  assert.deepEqual(json.divisions.map((x) => [x.division, x.amount_fen, x.held, x.round]), [['110101', 30000, 'cap', 1], ['110102', 35000, 'floor', 2], ['110105', 35000, 'free', 0]]);
  assert.deepEqual(json.rounds.map((x) => [x.rest_fen, x.free, x.at_floor, x.at_cap]), [['100000', 3, 0, 1], ['70000', 2, 1, 0], ['35000', 1, 0, 0]]);
  const text = await minzheng(['plan', 'allocate', table, '--total', '1000', '--lang', 'en']);
  assert.match(text.stdout, /110102: 27\.5000 %, at its floor 350\.00 yuan/);
  for (const [args, code, say] of [
    [[table], 2, /--total/], [[table, '--total', 'many'], 2, /many/], [[table, '--total', '1.234'], 2, /1\.234/], [[table, '--total', '1000', '--unit', 'dollar'], 2, /dollar/],
    [['--total', '1'], 2, /./], [[table, table, '--total', '1'], 2, /./], [[join(folder, 'none.csv'), '--total', '1'], 3, /none\.csv/],
    [[table, '--total', '300'], 3, /floors/], [[table, '--total', '-5'], 3, /above zero/], [[file('f.xlsx', 'PK\u0003\u0004'), '--total', '1'], 3, /./],
  ]) {
    const end = await minzheng(['plan', 'allocate', ...args, '--lang', 'en']);
    assert.equal(end.code, code, args.join(' ') + end.stderr);
    assert.match(end.stderr, say);
  }
});

let server;
after(() => server?.stop());
test('the API gives the same numbers as the command; residents see none of it', async () => {
  server = await startServer({ db });
  const leader = await signIn(server.url, 'leader');
  const { status: code, body } = await leader.get('/api/plans/xicheng-14?as_of=2024-12-31');
  assert.equal(code, 200);
  assert.deepEqual(body, await (async () => (await minzheng(['plan', 'status', '--plan', 'xicheng-14', '--series', '--json', '--db', db, '--as-of', '2024-12-31'], { env })).json)());
  assert.deepEqual((await leader.get('/api/plans')).body.items.map((p) => p.id), PLANS);
  const { body: parts } = await leader.get('/api/plans/xicheng-14/indicators/xicheng-14.t.15?as_of=2024-12-31');
  const total = parts.items.reduce((s, p) => s + p.value, 0);
  assert.equal(total, one(body, 'xicheng-14.t.15').current);
  const gap = 37 - total;
  if (gap > 0) assert.ok(Math.abs(parts.items.reduce((s, p) => s + p.to_add, 0) - gap) < 0.1);
  for (const path of ['/api/plans/paris', '/api/plans/xicheng-14/indicators/none', '/api/plans/daxing-14/indicators/xicheng-14.t.15'])
    assert.equal((await leader.get(path)).status, 404, path);
  assert.equal((await leader.get('/api/plans/xicheng-14?as_of=yesterday')).status, 422);
  const resident = await signIn(server.url, 'resident');
  assert.equal((await resident.get('/api/plans')).status, 403);
  assert.equal((await ask(`${server.url}/api/plans`)).status, 401);
});

test('outlines: a good file is kept and given to the map; each bad one says which feature and why, and changes nothing', async () => {
  const { db: own } = await demoStore();
  const square = (x = 116.3, y = 39.9, d = 0.01) => [[[x, y], [x + d, y], [x + d, y + d], [x, y + d], [x, y]]];
  const feature = (code, coordinates = square(), type = 'Polygon') => ({ type: 'Feature', properties: { code }, geometry: { type, coordinates } });
  const keep = async (content, { as = 'leader' } = {}) => minzheng(['plan', 'outlines', file('o.geojson', typeof content === 'string' ? content : JSON.stringify(content)), '--as', as, '--db', own, '--lang', 'en'], { env });
  const all = (...features) => ({ type: 'FeatureCollection', features });
  const good = await keep(all(feature('110102001'), feature(110102003, [square(), square(116.4)], 'MultiPolygon')));
  assert.equal(good.code, 0, good.stderr);
  const many = [Array.from({ length: 20_002 }, (_, i) => [116 + i / 1e6, 39])];
  for (const [what, content, says] of [
    ['no JSON', '{', /line 1/], ['another type', { type: 'Feature' }, /FeatureCollection/], ['nothing in it', all(), /FeatureCollection/], ['a list', '[]', /FeatureCollection/],
    ['no feature', all({ type: 'x' }), /Feature 1/], ['no code', all({ ...feature(''), properties: null }), /Feature 1 has no division code/], ['a short code', all(feature('1101')), /6, 9 or 12/],
    ['twice', all(feature('110102001'), feature('110102001')), /Feature 2.*twice/], ['a point', all(feature('110102001', [116, 39], 'Point')), /Polygon/], ['no geometry', all({ ...feature('110102001'), geometry: null }), /Polygon/],
    ['no rings', all(feature('110102001', [])), /Polygon/], ['an open ring', all(feature('110102001', [square()[0].slice(0, 4)])), /not closed/], ['three positions', all(feature('110102001', [[[116, 39], [117, 39], [116, 39]]])), /not closed/],
    ['exchanged', all(feature('110102001', square(39.9, 116.3))), /longitude first/], ['metres', all(feature('110102001', square(440000, 4420000))), /longitude first/], ['texts', all(feature('110102001', [[['116', '39'], [1, 1], [1, 1], ['116', '39']]])), /longitude first/],
    ['too many', all(feature('110102001', many)), /more than 20000/], ['an unknown division', all(feature('110102001', square(117)), feature('999999')), /no division 999999/],
  ]) {
    const bad = await keep(content);
    assert.notEqual(bad.code, 0, what);
    assert.match(bad.stderr, says, what);
  }
  assert.match((await keep(all(feature('110102001')), { as: 'cashier' })).stderr, /Only policy officers/);
  const server = await startServer({ db: own, env });
  try {
    const leader = await signIn(server.url, 'leader');
    const map = (await leader.get('/api/plans/xicheng-14/indicators/xicheng-14.t.05/map')).body;
    assert.deepEqual(map.items.find((d) => d.code === '110102001').outline, [square()], 'as it was before the bad files');
    assert.equal(map.items.find((d) => d.code === '110102003').outline.length, 2);
    assert.equal(map.items.filter((d) => d.outline).length, 2);
    // the whole and the divisions are those of the other two answers
    const state = (await leader.get('/api/plans/xicheng-14')).body.indicators.find((i) => i.key === 'xicheng-14.t.05');
    assert.deepEqual(map.points.map((p) => [p.day, p.value]), state.series.map((p) => [p.day, p.value]));
    const { items } = (await leader.get('/api/plans/xicheng-14/indicators/xicheng-14.t.05')).body;
    assert.deepEqual(items.map((d) => [d.code, d.value]), map.items.filter((d) => d.points.length).map((d) => [d.code, d.points.at(-1).value]));
  } finally {
    await server.stop();
  }
});

test('an index over divisions: scores from the values shown, weights tried, bad questions', async () => {
  const ask = (...more) => minzheng(['plan', 'index', '--db', db, '--json', ...more], { env });
  const { json: index } = await ask();
  assert.equal(index.items.length, 15);
  // Recomputed from what it shows: the parts that all have, on the scale it names.
  const recount = (x) => x.items.map((row) => {
    let sum = 0, all = 0;
    x.parts.forEach((part, k) => {
      if (!part.used) return;
      const values = x.items.map((one) => Number(one.cells[k].value));
      const low = part.low ?? Math.min(...values), high = part.high ?? Math.max(...values), v = Number(row.cells[k].value);
      const points = high === low ? 100 : Math.min(100, Math.max(0, (100 * (part.better === 'up' ? v - low : high - v)) / (high - low)));
      sum += part.weight * points;
      all += part.weight;
    });
    return sum / all;
  });
  for (const x of [index, (await ask('--weights', 'beds=50 minors=0.5')).json, (await ask('--spread', '100', '--as-of', '2025-12-31')).json]) {
    const scores = recount(x);
    x.items.forEach((row, i) => {
      assert.ok(Math.abs(scores[i] - row.score) < 0.01, `${row.name} ${scores[i]} ${row.score}`);
      assert.equal(row.rank, 1 + scores.filter((s) => s > scores[i] + 1e-9).length);
      assert.ok(row.best <= row.rank && row.rank <= row.worst);
    });
    assert.ok(x.parts.every((part, k) => part.used === (part.weight > 0 && x.items.every((row) => row.cells[k].value !== null))));
  }
  for (const [more, code] of [[['none'], 'composite.none'], [['--weights', 'beds'], 'composite.weights'], [['--weights', 'beds=-1'], 'composite.weights'], [['--weights', 'cats=1'], 'composite.weights'],
    [['--weights', 'beds=1e9'], 'composite.weights'], [['--spread', '101'], 'cli.number'], [['--as-of', 'soon'], 'date'], [['seven-five', 'more'], '']]) {
    const run = await ask(...more);
    assert.notEqual(run.code, 0, more.join(' '));
    if (code) assert.match(run.stdout + run.stderr, new RegExp(code), more.join(' '));
  }
});

test('the bulletin of a month: the figures of the store, both languages, PDF and XLSX; refusals', async () => {
  const recorded = Object.fromEntries(sql(db, "SELECT indicator, value FROM indicator_observation WHERE division = '110102' AND day = 20757 AND source = 'computed' AND superseded_at IS NULL").map(([k, v]) => [k, Number(v)])); // 2026-10-31
  for (const lang of ['zh', 'en']) {
    const pdf = join(folder, `bulletin-${lang}.pdf`), xlsx = join(folder, `bulletin-${lang}.xlsx`);
    for (const out of [pdf, xlsx]) {
      const run = await minzheng(['plan', 'bulletin', '--month', '2026-10', '--out', out, '--lang', lang, '--db', db], { env });
      assert.equal(run.code, 0, run.stderr);
    }
    const text = spawnSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).stdout;
    assert.match(text, lang === 'zh' ? /民政运行月报（2026年10月）/ : /monthly bulletin 2026-10/);
    const value = recorded['definition:dibao_households'];
    assert.match(text, new RegExp(`\\s户\\s+${value}\\s`));
    assert.match(text, /[0-9a-f]{16}/, 'the log head');
    const rows = spawnSync('python3', ['-c', 'import sys,zipfile,re; z=zipfile.ZipFile(sys.argv[1]); print(z.read("xl/worksheets/sheet1.xml").decode()); print([n for n in z.namelist() if "chart" in n])', xlsx], { encoding: 'utf8' }).stdout;
    assert.match(rows, new RegExp(`<c r="C2"[^>]*><v>${value}</v>`));
    assert.match(rows, /charts\/chart1\.xml/);
  }
  const taken = file('taken.pdf', 'x');
  for (const args of [['--month', '2026', '--out', join(folder, 'a.pdf')], ['--month', '2026-13', '--out', join(folder, 'a.pdf')], ['--month', '2026-11', '--out', join(folder, 'a.pdf')], ['--out', join(folder, 'a.pdf')],
    ['--month', '2026-10'], ['--month', '2026-10', '--out', join(folder, 'a.doc')], ['--month', '2026-10', '--out', taken]]) {
    const run = await minzheng(['plan', 'bulletin', ...args, '--db', db], { env });
    assert.ok([2, 3, 4].includes(run.code), args.join(' '));
    assert.equal(existsSync(join(folder, 'a.pdf')), false);
  }
  assert.equal(readFileSync(taken, 'utf8'), 'x');
});

// Before anything was recorded nothing is known, which is not 0.
test('a month before the first row of a register has no figure of it', async () => {
  const copy = (await demoStore()).db;
  const run = await minzheng(['plan', 'compute', '--period', '2020-01', '--as', 'policy', '--db', copy, '--json'], { env });
  assert.equal(run.code, 0, run.stderr);
  const of = (day) => sql(copy, `SELECT indicator, value FROM indicator_observation WHERE division = '110102' AND day = ${day} AND source = 'computed' AND superseded_at IS NULL`).map(([key]) => key);
  const day = (text) => Date.parse(text) / 86400000;
  const then = of(day('2020-01-31')), now = of(day('2026-10-31'));
  assert.ok(now.length > 5, `${now.length}`);
  assert.ok(then.length < now.length, `${then}`);
  // what was counted then is no benefit, no payment and no case
  const counted = new Set(table(readFileSync(join(ROOT, 'packs/plans/measures.csv'), 'utf8')).filter((m) => ['待遇', '发放', '受理', '办结'].includes(m.register)).map((m) => m.name));
  for (const d of table(readFileSync(join(ROOT, 'packs/plans/definitions.csv'), 'utf8'))) {
    if (![...counted].some((name) => `${d.numerator} ${d.denominator}`.includes(name))) continue;
    assert.ok(!then.includes(`definition:${d.key}`), d.key);
  }
});
