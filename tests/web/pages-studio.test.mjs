// Every page of the board and the studio, in each way they are used.

import { after, before, test } from 'node:test';

import { must } from '../support/api.mjs';
import { STAFF_WAYS, startStage, walk } from '../support/pages.mjs';

let stage;
let drafts; // of a policy: one being written, one submitted
let reform; // with gainers
let other; // computed with a draft's text
before(async () => {
  stage = await startStage({ screened: true });
  const officer = await stage.as('policy');
  reform = (await must(officer.post('/api/studio/reforms', { name: '高龄津贴加倍', figures: { 高龄津贴一档: 200 }, margin_fen: 10000 }), 201)).id;
  drafts = await policyDrafts(officer);
  other = (await must(officer.post('/api/studio/reforms', { name: '草稿与标准', figures: { 低保标准: 1500 }, drafts: [drafts.sent], margin_fen: 10000 }), 201)).id;
});
after(() => stage?.stop());

// The author's desk: one draft as it was begun, one on its way to the second person.
async function policyDrafts(officer) {
  const start = () => must(officer.post('/api/studio/drafts', { matter: 'dibao', file: 'decision.dmn' }), 201);
  const [own, sent] = [await start(), await start()];
  const text = sent.text.replace('<text>&lt; 低保标准</text>', '<text>&lt; 低保标准 - 1000</text>');
  const body = { text, note: '收入标准降低，试验用。', article: '试验文件 第一条', valid_from: '2027-01-01', differences: '标准降低，结果应当不同。', reform };
  await must(officer.put(`/api/studio/drafts/${sent.id}`, body, { 'If-Match': '"1"' }));
  await must(officer.post(`/api/studio/drafts/${sent.id}/submit`, undefined, { 'If-Match': '"2"' }));
  return { own: own.id, sent: sent.id };
}

for (const [way, options] of STAFF_WAYS)
  test(`the board: ${way}`, { timeout: 60_000 }, async (t) => {
    for (const login of [null, 'leader', 'city']) await walk(t, stage, { login, pages: { board: '/board/' }, name: `board-${way}`, options });
  });

const VERSION = '/studio/#/version/dibao/decision.dmn';
const articles = async (page) => {
  await page.locator('.studio-side').getByRole('button', { name: /^(依据|Articles)/ }).first().click();
  await page.locator('.studio-side [aria-pressed=true], .studio-side [aria-current]', { hasText: /^(依据|Articles)/ }).waitFor();
};
const studioPages = () => ({
  policy: {
    list: '/studio/', version: VERSION, articles: [VERSION, articles], draft: `/studio/#/draft/${drafts.own}`, sent: `/studio/#/draft/${drafts.sent}`,
    reforms: '/studio/#/reforms', reform: `/studio/#/reforms/${reform}`, ofDraft: `/studio/#/reforms/${other}`, compare: `/studio/#/compare/${reform}/${other}`, none: '/studio/#/nothing', gone: '/studio/#/draft/1',
  },
  leader: { list: '/studio/', review: `/studio/#/draft/${drafts.sent}`, reforms: '/studio/#/reforms' },
  clerk: { forbidden: '/studio/' },
});
for (const [way, options] of STAFF_WAYS)
  test(`the studio: ${way}`, { timeout: 420_000 }, async (t) => {
    await walk(t, stage, { login: null, pages: { door: '/studio/' }, name: `studio-${way}`, options });
    for (const [login, pages] of Object.entries(studioPages())) await walk(t, stage, { login, pages, name: `studio-${way}`, options });
  });
