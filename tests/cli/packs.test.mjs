// The packs as data: what a table, a model or a form must keep to so that the
// desk can show it and an official can read it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { ROOT, minzheng, temporaryFolder } from '../support/cli.mjs';

const PACKS = join(ROOT, 'packs');
const text = (...path) => readFileSync(join(...path), 'utf8');
const json = (...path) => JSON.parse(text(...path));

function csv(file) {
  const rows = text(file).trim().split('\n').map((line) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((m) => m[1].replace(/^"|"$/g, '').replaceAll('""', '"')));
  const [header, ...rest] = rows;
  return rest.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}
const dayAfter = (day) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
const vocabulary = csv(join(PACKS, 'vocabulary.csv'));
// What src/civil/case runs for a service task (docs/formats/pack.md).
const HANDLERS = new Set(['verification.request', 'decision.run', 'notice.issue', 'publication.start', 'publication.end',
  'draw.spotcheck', 'entitlement.open', 'case.close']);
const roots = new Set(vocabulary.filter((f) => f.entity === '输入').map((f) => f.name));
const packs = readdirSync(PACKS, { withFileTypes: true }).filter((d) => d.isDirectory()).map((d) => d.name);

test('the vocabulary says everything in both languages, each fact once', () => {
  for (const f of vocabulary) assert.ok(f.meaning_zh && f.meaning_en, f.name);
  assert.equal(new Set(vocabulary.map((f) => `${f.entity}.${f.name}`)).size, vocabulary.length);
});

const parametersOf = (pack) => (existsSync(join(PACKS, pack, 'parameters.csv')) ? csv(join(PACKS, pack, 'parameters.csv')) : []);
const figures = new Set(packs.flatMap(parametersOf).map((p) => p.name));

test('a parameter is in one pack', () => {
  const at = packs.flatMap((pack) => [...new Set(parametersOf(pack).map((p) => p.name))]);
  assert.equal(new Set(at).size, at.length);
});

function decisionModel(file, dmn, rulesAtLeast) {
  test(`${file}: every input is a fact or a parameter`, () => {
    for (const [, name] of dmn.matchAll(/<inputData id="[^"]*" name="([^"]*)"/g)) assert.ok(roots.has(name) || figures.has(name), name);
  });
  test(`${file}: ids once; every element has a shape, every requirement within the file an edge`, () => {
    const ids = [...dmn.matchAll(/ id="([^"]*)"/g)].map((m) => m[1]);
    assert.equal(new Set(ids).size, ids.length);
    for (const [, element] of dmn.matchAll(/<(?:inputData|decision|businessKnowledgeModel) id="([^"]*)"/g)) assert.ok(dmn.includes(`dmnElementRef="${element}"`), element);
    for (const [, element] of dmn.matchAll(/<(?:information|knowledge)Requirement id="([^"]*)"><required\w+ href="#/g)) assert.ok(dmn.includes(`dmnElementRef="${element}"`), element);
  });
  test(`${file}: a rule with an article says it in both languages; what the table editor shows is the same`, () => {
    const rules = [...dmn.matchAll(/<rule id="([^"]*)">([\s\S]*?)<\/rule>/g)];
    assert.ok(rules.length >= rulesAtLeast);
    for (const [, rule, body] of rules) {
      const [article, zh, en] = [...body.matchAll(/<annotationEntry><text>([^<]*)<\/text>/g)].map((m) => m[1]);
      assert.equal(Boolean(zh), Boolean(en), rule);
      if (zh) assert.ok(article, rule);
      assert.equal(/<description>([^<]*)<\/description>/.exec(body)?.[1] ?? '', `${article} ${zh}`.trim(), rule);
    }
  });
}

for (const pack of packs) {
  const folder = join(PACKS, pack);
  describe(pack, () => {
    const parameters = parametersOf(pack);
    test('a parameter has a value, a citation and an owner; its rows neither overlap nor leave a gap', () => {
      const byName = new Map();
      for (const p of parameters) byName.set(p.name, [...(byName.get(p.name) ?? []), p]);
      for (const [name, rows] of byName) {
        rows.sort((a, b) => a.valid_from.localeCompare(b.valid_from));
        rows.forEach((p, i) => {
          assert.match(p.value, /^[0-9.]+$/, name);
          assert.ok(p.citation && p.owner, name);
          assert.ok(['looked-up', 'seed', 'derived', 'general-knowledge-to-confirm'].includes(p.confidence), name);
          if (!p.valid_to) assert.ok(p.review_by, `${name}: an open row needs a review`);
          if (i > 0) assert.equal(p.valid_from, dayAfter(rows[i - 1].valid_to), name);
        });
      }
    });

    for (const model of json(folder, 'pack.json').models ?? []) {
      for (const { file } of model.files) decisionModel(`models/${file}`, text(folder, 'models', file), 1);
    }

    for (const id of json(folder, 'pack.json').matters) {
      const dir = join(folder, 'matters', id);
      const matter = json(dir, 'matter.json');
      describe(id, () => {
        for (const { file } of matter.decisions) decisionModel(file, text(dir, file), pack === 'assistance' && id === 'dibao' ? 31 : 0);
        for (const { file } of matter.processes ?? []) {
          test(`${file}: every node and flow is drawn; every decider is somebody else`, () => {
            const bpmn = text(dir, file);
            const process = bpmn.slice(0, bpmn.indexOf('<bpmndi:'));
            for (const [, element] of process.matchAll(/<(?:userTask|serviceTask|receiveTask|businessRuleTask|startEvent|endEvent|intermediateCatchEvent|\w+Gateway|sequenceFlow|subProcess) id="([^"]*)"/g)) {
              assert.ok(bpmn.includes(`bpmnElement="${element}"`), element);
            }
            for (const task of ['opinion', 'decide']) assert.match(process, new RegExp(`<userTask id="${task}"[^>]*mz:notSameAs="[^"]+"`));
          });
        }
        for (const { file } of matter.processes ?? []) {
          test(`${file}: roles, handlers and notices exist`, () => {
            const bpmn = text(dir, file);
            const roles = json(ROOT, 'src/server/api.json').roles;
            for (const [, role] of bpmn.matchAll(/ mz:role="([^"]*)"/g)) assert.ok(roles[role], role);
            for (const [, rest] of bpmn.matchAll(/<serviceTask ([^>]*)>/g)) {
              const handler = / mz:handler="([^"]*)"/.exec(` ${rest}`)?.[1];
              assert.ok(HANDLERS.has(handler), rest);
              const form = / mz:form="([^"]*)"/.exec(rest)?.[1];
              if (form) assert.ok(matter.notices.includes(form), form);
              else assert.ok(!['notice.issue', 'publication.start'].includes(handler), rest);
            }
          });
        }
        test('limits and jobs refer to parameters that exist', () => {
          const refers = /"(?:limit_parameter|parameter|retention|stable_parameter|unstable_parameter)": "([^"]*)"/g;
          for (const source of [text(dir, 'matter.json'), text(folder, 'pack.json')]) {
            for (const [, name] of source.matchAll(refers)) assert.ok(figures.has(name), name);
          }
        });
        if (!matter.open) {
          test('what cannot be applied for here has no form and no process', () => assert.ok(!matter.form && !matter.processes));
          return;
        }
        test('every label of the form has its English', () => {
          const en = json(dir, 'form.en.json');
          const walk = (components, path) => {
            for (const c of components) {
              const here = path + (c.key ?? c.path ?? '');
              if (c.type === 'group') assert.ok(en.pages[c.properties['mz.page']], c.label);
              else if (c.label) assert.ok(en.fields[here]?.label, here);
              for (const v of c.values ?? []) assert.ok(en.fields[here].options[v.value], `${here} ${v.label}`);
              walk(c.components ?? [], c.type === 'dynamiclist' ? `${here}.` : path);
            }
          };
          walk(json(dir, matter.form).components, '');
        });
        test('the form states facts that the vocabulary has', () => {
          const known = new Set(vocabulary.map((f) => `${f.entity}.${f.name}`));
          for (const [, path] of text(dir, matter.form).matchAll(/"mz\.fact": "([^"]*)"/g)) {
            let entity = '输入';
            for (const part of path.split('.')) {
              const name = part.replace(/\[.*\]$/, '');
              assert.ok(known.has(`${entity}.${name}`), `${path}: ${entity}.${name}`);
              const type = vocabulary.find((f) => f.entity === entity && f.name === name).type;
              entity = type === 'context' ? name : type.replace(/^list<|>$/g, '');
            }
          }
        });
        test('every notice exists and says everything in both languages', () => {
          for (const kind of matter.notices) {
            assert.ok(existsSync(join(dir, 'notices', `${kind}.json`)), kind);
            const walk = (value) => {
              if (!value || typeof value !== 'object') return;
              if ('zh' in value) assert.ok(value.zh && value.en, kind);
              Object.values(value).forEach(walk);
            };
            walk(json(dir, 'notices', `${kind}.json`));
          }
        });
      });
    }
  });
}

test('every article of a rule names a regulation that documents.csv knows', () => {
  const shorts = text(join(PACKS, 'common/documents.csv')).trim().split('\n').slice(1).map((line) => line.split(',')[0]);
  const models = readdirSync(PACKS, { recursive: true }).map(String).filter((name) => /(decision|models\/.*)\.dmn$/.test(name));
  assert.ok(models.length >= 10 && shorts.length >= 10);
  for (const name of models) {
    const model = text(join(PACKS, name));
    for (const [, table] of model.matchAll(/<decisionTable\b([\s\S]*?)<\/decisionTable>/g)) {
      const column = [...table.matchAll(/<annotation name="([^"]*)"/g)].findIndex(([, title]) => title === '条款');
      if (column < 0) continue;
      for (const [, rule] of table.matchAll(/<rule\b([\s\S]*?)<\/rule>/g)) {
        const article = [...rule.matchAll(/<annotationEntry[^>]*>\s*<text>([\s\S]*?)<\/text>/g)][column]?.[1] ?? '';
        assert.ok(article === '' || shorts.some((one) => article.includes(one)), `${name}: ${article}`);
      }
    }
  }
});

describe('the cases in TCK format', () => {
  test('are what the worked cases say', () => {
    const run = spawnSync(process.execPath, [join(ROOT, 'tools/tck.mjs'), '--check'], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stdout + run.stderr);
  });
  test('pass, with what the models import from other packs', async () => {
    const { code, stdout } = await minzheng(['dmn', 'test', PACKS]);
    assert.equal(code, 0, stdout);
    const [, passed, failed] = /(\d+) passed, (\d+) failed/.exec(stdout.trim().split('\n').at(-1));
    assert.ok(Number(passed) >= 200 && failed === '0', stdout);
  });
  test('say what is missing when the models they import lie elsewhere', async () => {
    const { code, stdout } = await minzheng(['dmn', 'test', join(PACKS, 'assistance/matters/low_income')]);
    assert.equal(code, 1);
    for (const line of stdout.trim().split('\n').slice(0, -1)) assert.match(line, /找不到被引用的模型/);
  });
  test('fail when a rule is changed', async () => {
    const copy = join(temporaryFolder(), 'packs');
    cpSync(PACKS, copy, { recursive: true });
    const file = join(copy, 'assistance/matters/dibao/decision.dmn');
    writeFileSync(file, text(file).replace('<text>&lt; 低保标准</text>', '<text>&lt; 低保标准 - 1000</text>'));
    const { code, stdout } = await minzheng(['dmn', 'test', join(copy, 'assistance/matters/dibao')]);
    assert.equal(code, 1);
    assert.match(stdout, /dibao-test-01\.xml (dibao-)?(own|drawn|figure)-\d+: /);
  });
});
