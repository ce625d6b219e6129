// docs/articles.csv ticks the ten schemes' texts article by article: what each says, and where it lives here, or that it
// does not yet.  What a rule, a step or a figure cites is in it; where the texts are at hand, their articles are its rows.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { ROOT } from '../support/cli.mjs';

const PACKS = join(ROOT, 'packs');
const read = (...parts) => readFileSync(join(...parts), 'utf8');
const split = (line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((m) => m[1].replace(/^"|"$/g, '').replaceAll('""', '"'));
const table = (text) => {
  const [header, ...rest] = text.trim().split('\n').map(split);
  return rest.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
};
const rows = table(read(ROOT, 'docs/articles.csv'));
const numbers = new Map(table(read(PACKS, 'common/documents.csv')).map((d) => [d.number, d.short]));
const KINDS = new Set(['rule', 'figure', 'fact', 'process', 'paper', 'life', 'duty', 'open']);
const TEXTS = { '445号': 'bj-2018-dibao-rules', '86号': 'bj-2020-temporary-assistance', '24号': 'bj-2017-special-hardship-support', '434号': 'bj-2016-disability-two-subsidies',
  '160号': 'bj-2019-elderly-subsidy', '228号': 'bj-2016-distressed-children-classification', '36号': 'bj-2019-de-facto-unsupported-children',
  '173号': 'bj-2011-orphan-basic-living', '京民发〔2026〕2号': 'bj-2026-distressed-children-living' };
const of = (document) => rows.filter((r) => r.document === document);

// "京民社救发〔2018〕445号 十(一)1、十(二)2" and "445号 二(一)、十二" -> [document, article] each; documents of others are left out.
function cited(citation) {
  const list = [];
  for (const part of citation.split(/[；;]/)) {
    const known = [...numbers].find(([number, short]) => part.trim().startsWith(number + ' ') || part.trim().startsWith(short + ' '));
    if (!known || !of(known[1]).length) continue;
    let last = '';
    for (const piece of part.trim().replace(/^\S+ /, '').split(/：/)[0].split(/[、（]/)) {
      const article = /^(第[一二三四五六七八九十]+条|[一二三四五六七八九十]+)?((?:[(（][一二三四五六七八九十]+[)）])?)/.exec(piece.trim());
      const head = (known[1] === '434号' ? article[1]?.replace(/^第|条$/g, '') : article[1]) ?? last; // 434号 has 第一条, which rules write 一
      if (article[1]) last = head;
      if (article[0]) list.push([known[1], head + article[2].replace('（', '(').replace('）', ')')]);
    }
  }
  return list;
}

// The row of an article: its own, or where only its part is ticked, that one; of a part cited whole, any of its rows.
const rowsOf = (document, article) => of(document).filter((r) => r.article === article || article.startsWith(`${r.article}(`) || r.article.startsWith(`${article}(`));

const models = readdirSync(PACKS, { recursive: true }).map(String);
const annotations = models.filter((name) => name.endsWith('.dmn')).flatMap((name) =>
  [...read(PACKS, name).matchAll(/<decisionTable\b([\s\S]*?)<\/decisionTable>/g)].flatMap(([, body]) => {
    const column = [...body.matchAll(/<annotation name="([^"]*)"/g)].findIndex(([, title]) => title === '条款');
    return column < 0 ? [] : [...body.matchAll(/<rule [^>]*>([\s\S]*?)<\/rule>/g)].map(([, rule]) => [...rule.matchAll(/<annotationEntry><text>([^<]*)<\/text>/g)][column]?.[1] ?? '');
  }));
const steps = models.filter((name) => name.endsWith('.bpmn')).flatMap((name) => [...read(PACKS, name).matchAll(/ mz:article="([^"]*)"/g)].map(([, article]) => article));
const figures = models.filter((name) => name.endsWith('parameters.csv')).flatMap((name) => table(read(PACKS, name)).map((p) => p.citation));

describe('every article of the ten schemes', () => {
  test('is once in the table, with a kind, a place and what it says', () => {
    assert.equal(new Set(rows.map((r) => `${r.document} ${r.article}`)).size, rows.length);
    for (const r of rows) assert.ok(KINDS.has(r.kind) && r.where && r.says && [...numbers.values()].includes(r.document), `${r.document} ${r.article}`);
    assert.deepEqual([...new Set(rows.map((r) => r.document))].sort(), Object.keys(TEXTS).sort());
  });

  for (const [what, list] of [['a rule', annotations], ['a step', steps], ['a figure', figures]]) {
    test(`that ${what} cites is one there is`, () => {
      const all = [...new Set(list)].flatMap((c) => cited(c).map((x) => [c, ...x]));
      assert.ok(all.length > 20, `${all.length}`);
      for (const [citation, document, article] of all) assert.ok(rowsOf(document, article).length, `${citation}: ${document} ${article}`);
    });
  }

  test('that is told to be a rule is cited by one, and what rules cite is told to be one', () => {
    const by = [...new Set(annotations)].flatMap(cited);
    const whole = (r) => r.where.includes('in_force_from') || /起始日|已施行/.test(r.where); // a date of matter.json or of a figure
    for (const r of rows.filter((one) => one.kind === 'rule' && !whole(one))) {
      assert.ok(by.some(([document, article]) => document === r.document && (article === r.article || article.startsWith(`${r.article}(`) || r.article.startsWith(`${article}(`))), `${r.document} ${r.article}`);
    }
    for (const [document, article] of by) assert.ok(rowsOf(document, article).some((r) => r.kind === 'rule' || r.kind === 'life'), `${document} ${article}`);
  });

  for (const [document, file] of Object.entries(TEXTS)) {
    const path = join(ROOT, '../shared/policy/texts', `${file}.txt`);
    if (!existsSync(path)) continue; // not part of the repository
    test(`of ${document}, as its text has them`, () => {
      const found = [];
      let part = '';
      for (const line of read(path).split('\n')) {
        const head = /^(第[一二三四五六七八九十]+条)|^([一二三四五六七八九十]+)、/.exec(line.trim()), sub = /^[（(]([一二三四五六七八九十]+)[）)]/.exec(line.trim());
        if (head && (document !== '434号' ? true : head[1])) {
          part = document === '24号' ? head[1] : (head[1] ?? head[2]).replace(/^第|条$/g, '');
          if (document !== '24号' || head[1]) found.push(part);
        } else if (sub && part && document !== '24号') {
          found.push(`${part}(${sub[1]})`);
        }
      }
      const ticked = new Set(of(document).map((r) => r.article));
      for (const article of found) {
        const parts = found.filter((a) => a.startsWith(`${article}(`));
        assert.ok(ticked.has(article) || (parts.length && parts.every((a) => ticked.has(a))) || ticked.has(article.replace(/\(.*/, '')), `not ticked: ${article}`);
      }
      for (const article of ticked) assert.ok(found.includes(article), `not in the text: ${article}`);
    });
  }
});
