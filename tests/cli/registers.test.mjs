// Registers over the API and by command: who may, what is refused, what is kept.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { minzheng } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

let server;
let db;
const env = () => ({ MINZHENG_NOW: NOW, MINZHENG_DB: db });
before(async () => {
  db = (await demoStore()).db;
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
});
after(() => server?.stop());
const as = (login) => signIn(server.url, login);
const R = '/api/registers/facility/records';
const X = '/api/registers/facility/export';

describe('registers', () => {
  test('the three base registers are there, with their fields, for all staff and for no resident', async () => {
    const leader = await as('leader');
    const { items } = await must(leader.get('/api/registers'));
    assert.deepEqual(items.map((one) => one.name).sort(), ['division_change', 'facility', 'organisation']);
    assert.ok(items.every((one) => !one.may_write && one.title.zh && one.title.en));
    assert.ok(items.find((one) => one.name === 'facility').records >= 8);
    const about = await must(leader.get('/api/registers/facility'));
    assert.equal(about.fields.find((field) => field.column === 'kind').codes.find((code) => code.code === 'care_station').name.zh, '养老服务驿站');
    assert.equal((await (await as('resident')).get('/api/registers')).status, 403);
    assert.equal((await leader.get('/api/registers/income')).status, 404); // of people: another door
  });

  test('a register in a compartment is there for its members only', async () => {
    const [leader, clerk, district] = [await as('leader'), await as('clerk'), await as('district')];
    const { demo_accounts: accounts } = await must(leader.get('/api/meta'));
    const decider = await as(accounts.find((a) => a.role === 'district_decider').login);
    const { division } = clerk.session.roles[0];
    const community = (await must(clerk.get(`/api/divisions?parent=${division}`))).items[0].code;
    const record = { values: { registration_number: '（2026）京西收字第0001号', kind: 'orphan', registered_on: '2026-03-02', division: community, child: '赵安', adopter: '钱宁', secret: true, state: 'in_force' }, valid_from: '2026-03-02' };
    const doors = async (who) => [await who.get('/api/registers/adoption'), await who.get('/api/registers/adoption/records'), await who.get('/api/registers/adoption/export?format=csv&purpose=case_handling'), await who.post('/api/registers/adoption/records', record)].map((r) => r.status);
    assert.deepEqual(await doors(clerk), [404, 404, 404, 404]);
    assert.ok(!(await must(clerk.get('/api/registers'))).items.some((one) => one.name === 'adoption'));
    const { id: order } = await must(leader.post('/api/secrecy', { kind: 'member', ground: 'adoption', login: 'clerk', reason: '办理收养登记' }), 201);
    await must(decider.post(`/api/secrecy/${order}/confirm`));
    assert.deepEqual(await doors(clerk), [200, 200, 200, 201]);
    assert.deepEqual(await doors(district), [404, 404, 404, 404]);
    await must(leader.post(`/api/secrecy/${order}/end`, { reason: '办理完毕' }));
    assert.deepEqual(await doors(clerk), [404, 404, 404, 404]);
  });

  let id;
  let etag;
  test('a clerk adds, changes and ends a record of his subdistrict; the past stays', async () => {
    const clerk = await as('clerk');
    const { division } = clerk.session.roles[0];
    const community = (await must(clerk.get(`/api/divisions?parent=${division}`))).items[0].code;
    const values = { name: '试验驿站', kind: 'care_station', division: community, beds: 6, longitude: 116.365012, state: 'open', manager: '王晓', phone: '19011112222' };
    const made = await clerk.post(R, { values, valid_from: '2024-03-01' });
    assert.equal(made.status, 201, made.text);
    ({ id } = made.body.record);
    assert.equal(made.body.record.values.manager, '王＊');
    assert.equal(made.body.record.values.phone, '190****2222');
    assert.equal(made.body.record.values.longitude, 116.365012);
    etag = made.headers.get('ETag');
    const changed = await clerk.post(`${R}/${id}/change`, { values: { beds: 10 }, valid_from: '2025-01-01', reason: '扩建' }, { 'If-Match': etag });
    assert.equal(changed.status, 200, changed.text);
    const stale = await clerk.post(`${R}/${id}/change`, { values: { beds: 11 }, valid_from: '2025-02-01', reason: '又扩' }, { 'If-Match': etag });
    assert.equal(stale.status, 409);
    etag = changed.headers.get('ETag');
    assert.equal((await must(clerk.get(`${R}/${id}?on=2024-12-31`))).record.values.beds, 6);
    assert.equal((await must(clerk.get(`${R}/${id}?on=2025-01-01`))).record.values.beds, 10);
    assert.equal((await must(clerk.get(`${R}/${id}?on=2020-01-01`))).record, null);
    assert.equal((await must(clerk.get(`${R}?q=${encodeURIComponent('试验')}&on=2024-05-01`))).items[0].values.beds, 6);
    const { entry, value } = await must(clerk.post(`${R}/${id}/reveal`, { field: 'phone', purpose: 'enquiry' }));
    assert.equal(value, '19011112222');
    assert.ok(Number(entry) > 0);
    assert.equal((await clerk.post(`${R}/${id}/reveal`, { field: 'phone', purpose: 'payment' })).status, 403);
    assert.equal((await clerk.post(`${R}/${id}/reveal`, { field: 'phone', purpose: '' })).status, 422);
  });

  test('nobody else: another subdistrict, another post, no token', async () => {
    const other = await as('clerk3');
    const body = { values: { beds: 1 }, valid_from: '2025-03-01', reason: '不该成' };
    assert.equal((await other.post(`${R}/${id}/change`, body, { 'If-Match': etag })).status, 403);
    assert.equal((await (await as('leader')).post(`${R}/${id}/change`, body, { 'If-Match': etag })).status, 403);
    const clerk = await as('clerk');
    assert.equal((await clerk.post(`${R}/${id}/change`, body)).status, 428); // without If-Match
    assert.equal((await clerk.call('POST', `${R}/${id}/change`, body, { 'If-Match': etag, 'X-CSRF-Token': 'x' })).status, 403);
  });

  test('every wrong value and filter is refused with its field', async () => {
    const district = await as('district');
    const good = { name: '错', kind: 'meal', division: district.session.roles[0].division, state: 'open' };
    const wrong = [[{ kind: '驿站' }, 'kind'], [{ beds: -1 }, 'beds'], [{ beds: 1.5 }, 'beds'], [{ beds: '6' }, 'beds'], [{ longitude: 200 }, 'longitude'], [{ opened_on: '2025-02-30' }, 'opened_on'],
      [{ operator: '1' }, 'operator'], [{ operator: 'x' }, 'operator'], [{ name: 'a\u202eb' }, 'name'], [{ name: ' '.repeat(0) }, 'name'], [{ phone: 'abc' }, 'phone'], [{ manager: '王＊' }, 'manager'], [{ division: '999999' }, 'division']];
    for (const [part, where] of wrong) {
      const { status, body } = await district.post(R, { values: { ...good, ...part }, valid_from: '2025-01-01' });
      assert.equal(status, 422, JSON.stringify(part));
      assert.equal(body.where, where, JSON.stringify(part));
    }
    assert.equal((await district.post(R, { values: { ...good, colour: 1 }, valid_from: '2025-01-01' })).status, 422);
    assert.equal((await district.post(R, { values: [], valid_from: '2025-01-01' })).status, 422);
    assert.equal((await district.post(R, { values: good, valid_from: '2199-01-01' })).status, 422);
    for (const filter of ['{', '[]', '{"x":1}', '{"beds":{"least":1}}', '{"phone":"x"}', '{"manager":"王"}'])
      assert.equal((await district.get(`${R}?filter=${encodeURIComponent(filter)}`)).status, 422, filter);
    assert.equal((await district.get(`${R}?on=2025-02-30`)).status, 422);
    assert.equal((await district.get(`${R}/1`)).status, 404);
  });

  test('pages follow one another, and filters count', async () => {
    const district = await as('district');
    const seen = new Set();
    for (let cursor = ''; cursor !== null;) {
      const page = await must(district.get(`${R}?limit=7${cursor ? `&cursor=${cursor}` : ''}`));
      page.items.forEach((one) => seen.add(one.id));
      cursor = page.next;
      assert.equal(page.total, (await must(district.get('/api/registers/facility'))).records);
    }
    assert.equal(seen.size, (await must(district.get('/api/registers/facility'))).records);
    const stations = await must(district.get(`${R}?filter=${encodeURIComponent('{"kind":"care_station","beds":{"min":1}}')}&limit=200`));
    assert.ok(stations.items.length > 0 && stations.items.every((one) => one.values.kind === 'care_station' && one.values.beds >= 1));
  });

  test('the export is masked, no formula, the same by command; an end ends', async () => {
    const clerk = await as('clerk');
    const { division } = clerk.session.roles[0];
    assert.equal((await clerk.post(R, { values: { name: '=HYPERLINK("http://x")', kind: 'meal', division, state: 'open', address: '@x' }, valid_from: '2024-01-01' })).status, 201);
    const { text, headers, status } = await clerk.get(`${X}?format=csv&purpose=case_handling`);
    assert.equal(status, 200);
    assert.match(headers.get('Content-Disposition'), /facility\.csv/);
    assert.deepEqual([(await clerk.get(`${X}?format=csv`)).body.code, (await clerk.get(`${X}?format=csv&purpose=exchange`)).status], ['access.purpose', 403]);
    const sheet = await clerk.get(`${X}?format=xlsx&purpose=case_handling`);
    assert.deepEqual([sheet.status, sheet.bytes.subarray(0, 2).toString()], [200, 'PK']);
    assert.match(sheet.headers.get('Content-Disposition'), /facility\.xlsx/);
    assert.ok(text.startsWith('\ufeff设施名称,'));
    assert.ok(text.includes(`"'=HYPERLINK(""http://x"")"`) && text.includes(`,'@x,`));
    assert.ok(!text.includes('19011112222') && !text.includes('王晓') && text.includes('190****2222'));
    const command = await minzheng(['export', 'facility'], { env: env() });
    assert.equal(command.code, 0, command.stderr);
    assert.equal(command.stdout, text);
    assert.equal((await minzheng(['export', 'nothing'], { env: env() })).code, 3);
    assert.equal((await minzheng(['export'], { env: env() })).code, 2);
    assert.equal((await clerk.post(`${R}/${id}/end`, { on: '2025-06-01', reason: '' }, { 'If-Match': etag })).status, 422);
    const ended = await clerk.post(`${R}/${id}/end`, { on: '2025-06-01', reason: '关停' }, { 'If-Match': etag });
    assert.equal(ended.status, 200, ended.text);
    assert.equal((await must(clerk.get(`${R}?q=${encodeURIComponent('试验驿站')}`))).items.length, 0);
    assert.equal((await must(clerk.get(`${R}/${id}`))).record.valid_to, '2025-06-01');
  });

  test('what was looked at whole is in the evidence log, and the store holds', async () => {
    const checked = await minzheng(['check-store', '--json'], { env: env() });
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  });
});

describe('imports over the API', () => {
  const asked = (more) => `/api/imports?${new URLSearchParams({ register: 'facility', name: '设施.csv', ...more })}`;
  const HEAD = '设施名称,类别,街道,床位数,状态';
  const csv = (...rows) => [HEAD, ...rows].join('\n');

  test('read in it is seen by nobody; its changes are shown before and after; overtaken by hand it leaves the hand; taken back', async () => {
    const [district, leader] = [await as('district'), await as('leader')];
    const find = async (q) => (await must(leader.get(`${R}?q=${encodeURIComponent(q)}`))).items;
    const first = await must(district.post(asked({ valid_from: '2024-01-01' }), csv('批次甲,驿站,广安门内街道,5,正常', '批次乙,驿站,广安门内街道,5,正常')));
    assert.deepEqual([first.waits, first.added, first.columns[0]], [true, 2, { heading: '设施名称', column: 'name' }]);
    assert.ok(first.fields.some((field) => field.column === 'beds' && field.name.en));
    assert.equal((await find('批次')).length, 0);
    assert.deepEqual(await must(district.post(`/api/imports/${first.batch}/confirm`)), { overtaken: 0 });
    const [one] = await find('批次甲');
    assert.equal((await district.post(`/api/imports/${first.batch}/confirm`)).status, 409);

    const path = asked({ valid_from: '2024-06-01' });
    const rows = csv('批次甲,驿站,广安门内街道,8,正常', '批次乙,驿站,广安门内街道,9,正常', '批次丙,没有这类,广安门内街道,9,正常');
    const preview = await must(district.post(`${path}&preview=true`, rows));
    assert.deepEqual([preview.batch, preview.waits, preview.changed, preview.rejected], [null, false, 2, 1]);
    assert.match(preview.rejected_file, /批次丙,没有这类,.*,4,类别,/);
    const second = await must(district.post(path, rows));
    const shown = await must(district.get(`/api/imports/${second.batch}`));
    assert.equal(shown.state, 'waiting');
    assert.deepEqual(shown.changes.map((c) => [c.title, c.changes.map((v) => [v.field.en, v.from, v.to])]), [['批次甲', [['Beds', '5', '8']]], ['批次乙', [['Beds', '5', '9']]]]);
    assert.deepEqual(shown.rejects.map((x) => [x.line, x.heading]), [[4, '类别']]);
    assert.match((await district.get(`/api/imports/${second.batch}/rejected.csv`)).text, /4,类别,/);
    assert.ok((await must(district.get(`/api/registers/facility/records/${one.id}`))).history.length === 1, 'a pending change is no history');
    const { headers } = await district.get(`/api/registers/facility/records/${one.id}`);
    await must(district.post(`/api/registers/facility/records/${one.id}/change`, { values: { beds: 6 }, valid_from: '2024-07-01', reason: '实地核对' }, { 'If-Match': headers.get('etag') }));
    assert.deepEqual(await must(district.post(`/api/imports/${second.batch}/confirm`)), { overtaken: 1 });
    assert.deepEqual([(await find('批次甲'))[0].values.beds, (await find('批次乙'))[0].values.beds], [6, 9]);
    assert.deepEqual(await must(district.post(`/api/imports/${second.batch}/undo`)), { undone: 1, kept: 0 });
    assert.equal((await find('批次乙'))[0].values.beds, 5);
    assert.deepEqual(await must(district.post(`/api/imports/${first.batch}/undo`)), { undone: 1, kept: 1 }); // of 批次甲 somebody knows better since
  });

  test('who may not, and what is no file, gets nothing', async () => {
    const [district, clerk, leader] = [await as('district'), await as('clerk'), await as('leader')];
    const good = csv('批次丁,驿站,广安门内街道,5,正常');
    const status = async (who, path, body) => (await who.post(path, body)).status;
    assert.equal(await status(leader, asked({}), good), 403);
    assert.equal((await leader.get('/api/imports')).status, 403);
    const { batch } = await must(district.post(asked({}), good));
    const ABSENT = '4611686018427387904';
    const answers = async (id) => { // another's, and he writes for a subdistrict: as if it never was
      const all = [await clerk.get(`/api/imports/${id}`), await clerk.get(`/api/imports/${id}/rejected.csv`), await clerk.post(`/api/imports/${id}/confirm`), await clerk.post(`/api/imports/${id}/undo`)];
      return all.map(({ status, body }) => [status, body.code, body.detail]);
    };
    assert.deepEqual(await answers(batch), await answers(ABSENT));
    assert.ok((await answers(batch)).every(([code]) => code === 404));
    assert.ok(!(await must(clerk.get('/api/imports'))).items.some((one) => one.id === batch));
    assert.ok((await must(district.get('/api/imports'))).items.some((one) => one.id === batch && one.state === 'waiting'));
    await must(district.post(`/api/imports/${batch}/undo`));
    assert.equal(await status(district, `/api/imports/${batch}/confirm`), 409);
    assert.equal(await status(district, asked({ register: 'adoption' }), good), 404); // in a compartment
    for (const [more, body] of [[{ register: 'none' }, good], [{ name: '' }, good], [{ name: 'x'.repeat(300) }, good], [{ map: '设施名称=none' }, good], [{ valid_from: '2099-01-01' }, good], [{ valid_from: 'x' }, good], [{}, ''], [{}, 'PK\u0003\u0004nothing'],
      [{ register: 'population' }, '姓名,身份证号\n甲,1'], [{ register: 'population', purpose: 'payment' }, '姓名,身份证号\n甲,1']]) {
      const answer = await district.post(asked(more), body);
      assert.ok([400, 403, 404, 422].includes(answer.status), `${JSON.stringify(more)}: ${answer.status} ${answer.text}`);
    }
    for (const path of ['/api/imports/1', '/api/imports/x', '/api/imports/1/rejected.csv']) assert.equal((await district.get(path)).status, 404);
  });
});
