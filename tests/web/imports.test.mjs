// 批量导入 at the desk: a file of people looked at, its columns set right, read in unseen, its changes seen before and
// after, confirmed, taken back; a file of a declared register; what was rejected is saved with its reasons.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { must } from '../support/api.mjs';
import { lookAt, startStage } from '../support/pages.mjs';

let stage;
let person; // on record: {id, number, name, division}
before(async () => {
  stage = await startStage();
  const clerk = await stage.as('clerk');
  const { demo_accounts: accounts } = await must(clerk.get('/api/meta'));
  for (const { login } of accounts.filter((one) => one.role === 'resident')) {
    const { session } = await stage.as(login);
    const shown = await clerk.post(`/api/persons/${session.person}/reveal`, { field: 'id_number', purpose: 'enquiry' });
    if (shown.status === 200) person = { id: session.person, number: shown.body.value, name: session.name };
    if (person) break;
  }
  assert.ok(person);
});
after(() => stage?.stop());

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const number = (head) => head + '10X98765432'[[...head].reduce((sum, c, i) => sum + Number(c) * WEIGHTS[i], 0) % 11];
const file = (name, rows) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(rows.map((row) => row.join(',')).join('\r\n')) });

async function people(page, upload) {
  await page.goto('/desk/#/imports');
  await page.locator('input[type=file]').setInputFiles(upload);
  await page.locator('input[type=radio][value=verification]').check();
  await page.getByRole('button', { name: '先看会怎样' }).click();
  await page.getByRole('status').filter({ hasText: '还没有写入' }).waitFor();
}

test('people: looked at, a column set right, read in unseen, before and after, confirmed, taken back', { timeout: 240_000 }, async () => {
  const place = (await must((await stage.as('clerk')).get('/api/divisions?parent=110102001'))).items[0].code;
  const upload = file('名单.csv', [['姓名', '身份证号', '居住社区', '婚姻状况', '门牌'], [person.name, person.number, '', '丧偶', '试验胡同甲1号'], ['测试甲', number('11022819910203001'), place, '未婚', ''], ['测试乙', '110102199102030012', place, '', '']]);
  const page = await stage.page('district');
  await people(page, upload);
  await lookAt(page, 'imports-preview');
  await page.getByLabel('“门牌”是哪个字段').selectOption('address');
  await page.getByRole('button', { name: '按改过的对应再看' }).click();
  await page.getByRole('button', { name: '按改过的对应再看' }).waitFor({ state: 'detached' });
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /保存退回的 1 行/ }).click()]);
  assert.match(readFileSync(await download.path(), 'utf8'), /测试乙,110102199102030012,.*,4,身份证号,/);
  await page.getByRole('button', { name: '读入（先不生效）' }).click();
  await page.getByText('看这件之前，请说明用途').waitFor();
  await page.locator('input[type=radio][value=verification]').check();
  await page.getByRole('button', { name: '查看' }).click();
  const change = page.locator('.import-changes li');
  await change.waitFor();
  const text = await change.innerText();
  assert.match(text, /婚姻状况[\s\S]*→ 丧偶/);
  assert.match(text, /居住地址[\s\S]*试验胡同甲1号/);
  assert.ok(!text.includes(person.number) && text.includes('＊'), text);
  await lookAt(page, 'imports-changes');
  const district = await stage.as('district');
  const find = async () => (await must(district.post('/api/persons/search', { purpose: 'verification', id_number: number('11022819910203001') }))).items.length;
  assert.equal(await find(), 0);
  await page.getByRole('button', { name: '确认生效' }).click();
  await page.getByText('已生效。').waitFor();
  assert.equal(await find(), 1);
  await page.getByRole('button', { name: '整批撤销' }).click();
  await page.getByRole('button', { name: '确定撤销' }).click();
  await page.getByText(/已撤销 \d+ 条/).waitFor();
  assert.equal(await find(), 0);
  await lookAt(page, 'imports-undone');
  await page.context().close();
});

test('a declared register; phone, English', { timeout: 240_000 }, async () => {
  const facility = ['设施名称,类别,街道,床位数,状态'.split(','), ['网页驿站', '驿站', '广安门内街道', '12', '正常'], ['坏的', '没有这类', '广安门内街道', '1', '正常']];
  const page = await stage.page('district', { phone: true, en: true });
  await page.goto('/desk/#/imports');
  await page.locator('select').first().selectOption('facility');
  await page.locator('input[type=file]').setInputFiles(file('设施.csv', facility));
  await page.getByRole('button', { name: 'Look first' }).click();
  await page.getByRole('status').filter({ hasText: 'nothing has been written' }).waitFor();
  await lookAt(page, 'imports-phone-en');
  await page.getByRole('button', { name: /^Read in/ }).click();
  await page.getByText('Nobody sees this batch').waitFor();
  await lookAt(page, 'imports-batch-phone-en');
  const leader = await stage.as('leader');
  const seen = async () => (await must(leader.get('/api/registers/facility/records?q=%E7%BD%91%E9%A1%B5'))).items.length;
  assert.equal(await seen(), 0);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('In force now.').waitFor();
  assert.equal(await seen(), 1);
  await page.context().close();
});
