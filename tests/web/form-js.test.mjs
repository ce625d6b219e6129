// The same form, filled in the same way, read by form-js' own viewer in Chromium, by the portal
// and by the server: the same fields are shown, the same answers kept, the same ones refused.
//
// FORM_PAIRS and MINZHENG_SEED: how many random forms, and which.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import { build } from 'esbuild';

import { load } from '../../web/test/bundle.mjs';
import { startBrowser } from '../support/browser.mjs';
import { ROOT, minzheng, temporaryFolder } from '../support/cli.mjs';
import { randomForm } from '../support/random-form.mjs';

const S = { ...await load('form/schema.ts'), ...await load('form/settle.ts') };
const V = await load('form/validate.ts');
const PAIRS = Number(process.env.FORM_PAIRS ?? 100);
const SEED = Number(process.env.MINZHENG_SEED ?? 20260701);
const place = temporaryFolder();
let browser;
let page;

before(async () => {
  const viewer = createRequire(import.meta.url).resolve('@bpmn-io/form-js-viewer');
  const bundle = await build({ entryPoints: [viewer.replace(/index\.cjs$/, 'index.es.js')], bundle: true, write: false, format: 'iife', globalName: 'FormJs', logLevel: 'silent', absWorkingDir: ROOT });
  browser = await startBrowser();
  page = await browser.page({ timezoneId: 'Asia/Shanghai' });
  await page.goto('about:blank');
  await page.addScriptTag({ content: bundle.outputFiles[0].text });
  // What a person typed is no initial data: form-js shows hidden initial values to conditions.
  await page.evaluate(() => {
    const still = async (form) => {
      for (let same = 0, was = ''; same < 3;) {
        form._emit('field.updated', {}); // as after typing; it computes one expression at a time
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))); // effects run after a frame
        const now = JSON.stringify(form._getState().data) + form.get('formFieldInstanceRegistry').getAll().length;
        same = now === was ? same + 1 : 0;
        was = now;
      }
    };
    globalThis.readByFormJs = async ({ schema, data, given }) => {
      const container = document.body.appendChild(document.createElement('div'));
      const form = await FormJs.createForm({ container, schema, data: given, debounce: false });
      await still(form); // its date fields write their first, empty value
      form._setState({ data: form._getInitializedFieldData(structuredClone({ ...given, ...data })) });
      await still(form);
      const registry = form.get('formFieldInstanceRegistry');
      const shown = registry.getAllKeyed().map((i) => i.valuePath);
      const { data: sent, errors } = form.submit();
      const wrong = registry.getAllKeyed().filter((i) => {
        let found = errors[i.id];
        for (const at of Object.values(i.indexes ?? {})) found = found?.[at];
        return Array.isArray(found) && found.length > 0 && typeof found[0] === 'string';
      }).map((i) => i.valuePath);
      form.destroy();
      container.remove();
      return { shown, sent: JSON.parse(JSON.stringify(sent)), wrong };
    };
  });
});
after(() => browser?.close());

/** Fifty at a time: they wait for the same frames. */
async function readByFormJs(pairs) {
  const out = [];
  for (let i = 0; i < pairs.length; i += 50) out.push(...await page.evaluate((list) => Promise.all(list.map(globalThis.readByFormJs)), pairs.slice(i, i + 50)));
  return out;
}

async function readByServer({ schema, data, given }, n = 0, asOf = undefined) {
  const files = { schema, data, given };
  for (const [name, value] of Object.entries(files)) writeFileSync(join(place, `${n}-${name}.json`), JSON.stringify(value));
  const run = await minzheng(['form', 'check', join(place, `${n}-schema.json`), '--data', join(place, `${n}-data.json`), '--given', join(place, `${n}-given.json`), ...(asOf ? ['--as-of', asOf] : []), '--json']);
  assert.ok(run.code === 0 || run.code === 1, `${run.code} ${run.stderr} ${JSON.stringify(schema)}`);
  return run.json;
}

function readByPortal({ schema, data, given }) {
  const fields = S.readForm(schema);
  const answers = S.initial(fields, data);
  const root = { ...given, ...S.dataOf(fields, answers, given) };
  return { fields, root, sent: S.submission(fields, answers, given), all: S.pick(fields, root, true), errors: V.mistakes(fields, answers, root, root), answers };
}

/** Every leaf that a reader may show or hide, with the places around it. */
function leaves(fields, data, path = [], around = []) {
  return fields.flatMap((f) => {
    const here = [...path, ...f.path];
    if (f.type === 'group') return leaves(f.children, data, here, around);
    if (f.type !== 'list') return f.path.length ? [{ at: V.pathText(here), around, computed: f.type === 'expression' }] : [];
    const rows = S.getAt(data, here);
    return (Array.isArray(rows) ? rows : []).flatMap((_, i) => leaves(f.children, data, [...here, i], [...around, V.pathText(here)]));
  });
}

function shownByPortal(fields, root, names = S.topScope(root), path = []) {
  return fields.flatMap((f) => {
    if (!S.shown(f, names)) return [];
    const here = [...path, ...f.path];
    if (f.type === 'group') return shownByPortal(f.children, root, names, here);
    if (f.type !== 'list') return f.path.length ? [V.pathText(here)] : [];
    const rows = S.getAt(root, here);
    return (Array.isArray(rows) ? rows : []).flatMap((_, i) => shownByPortal(f.children, root, S.rowScope(root, names, [...here, i]), [...here, i]));
  });
}

function withoutDisabled(fields, data) {
  return fields.reduce((so, f) => {
    if (f.disabled === true && f.path.length) return S.without(so, f.path);
    if (f.type === 'group') return f.path.length ? S.setAt(so, f.path, withoutDisabled(f.children, S.getAt(so, f.path) ?? {})) : withoutDisabled(f.children, so);
    const rows = f.type === 'list' ? S.getAt(so, f.path) : undefined;
    return Array.isArray(rows) ? S.setAt(so, f.path, rows.map((row) => withoutDisabled(f.children, row))) : so;
  }, data);
}

/** Blank answers are none, numbers are numbers, texts without the blanks around them. */
function plain(value) {
  if (Array.isArray(value)) return value.map((v) => plain(v) ?? (typeof v === 'object' && v !== null ? {} : null));
  if (typeof value === 'string') return value.trim() === '' ? undefined : /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value.trim();
  if (typeof value !== 'object' || value === null) return value === null || value === false ? undefined : value;
  const kept = Object.entries(value).sort().map(([k, v]) => [k, plain(v)]).filter(([, v]) => v !== undefined && !(Array.isArray(v) && v.length === 0));
  return kept.length ? Object.fromEntries(kept) : undefined;
}
const sorted = (list) => [...new Set(list)].sort();

test(`${PAIRS} random forms are read alike`, async (t) => {
  const pairs = Array.from({ length: PAIRS }, (_, i) => randomForm(SEED + i));
  const theirs = await readByFormJs(pairs);
  const differences = [];
  let refused = 0;
  let hiding = 0;
  const WORKERS = 2;
  const servers = [];
  await Promise.all(Array.from({ length: WORKERS }, async (_, w) => {
    for (let i = w; i < PAIRS; i += WORKERS) servers[i] = await readByServer({ ...pairs[i], data: S.initial(S.readForm(pairs[i].schema), pairs[i].data) }, w);
  }));
  for (let i = 0; i < PAIRS; i++) {
    const ours = readByPortal(pairs[i]);
    const server = servers[i];
    const all = leaves(ours.fields, ours.answers);
    const hidden = new Set(server.hidden);
    const byServer = sorted(all.filter((leaf) => !hidden.has(leaf.at) && !leaf.around.some((list) => hidden.has(list))).map((leaf) => leaf.at));
    const byFormJs = sorted(theirs[i].shown.map((path) => V.pathText(path)));
    const wrong = sorted(theirs[i].wrong.map((path) => V.pathText(path)));
    const compare = (what, got, want) => {
      if (!isDeepStrictEqual(got, want)) differences.push(`seed ${SEED + i}, ${what}: ${JSON.stringify(got)}\n  form-js: ${JSON.stringify(want)}\n  ${JSON.stringify(pairs[i])}`);
    };
    compare('shown by the server', byServer, byFormJs);
    compare('shown by the portal', sorted(shownByPortal(ours.fields, ours.root)), byFormJs);
    compare('refused by the server', sorted(server.errors.map((e) => e.where)), wrong);
    compare('refused by the portal', sorted(ours.errors.map((e) => V.pathText(e.path))), wrong);
    // The portal sends what is disabled too: the server drops it.
    if (wrong.length === 0) compare('kept by the server', plain(server.clean) ?? {}, plain(theirs[i].sent) ?? {});
    if (wrong.length === 0) compare('sent by the portal', plain(withoutDisabled(ours.fields, ours.all)) ?? {}, plain(theirs[i].sent) ?? {});
    refused += wrong.length > 0;
    hiding += byFormJs.length < all.length;
  }
  assert.equal(differences.length, 0, `${differences.length} differences:\n${differences.slice(0, 5).join('\n')}`);
  t.diagnostic(`${refused} with mistakes, ${hiding} with something hidden`);
  assert.ok(refused > PAIRS / 10 && refused < PAIRS && hiding > PAIRS / 10);
});

// ---- where we differ, and mean to (docs/formats/form.md has the same list) ------------------

const one = (component, data = {}, given = {}) => ({ schema: { type: 'default', id: 'F', components: [].concat(component).map((c, i) => ({ id: c.key ?? c.path ?? `c${i}`, label: 'L', ...c })) }, data, given });
const text = (key, more = {}) => ({ type: 'textfield', key, ...more });
const hidden = (hide) => ({ conditional: { hide } });
const required = { validate: { required: true } };

// what form-js keeps or refuses; what the server keeps, or the code with which it refuses
const DIFFERENCES = [
  { what: 'an answer that was not offered is emptied there, refused here', pair: one({ type: 'radio', key: 'a', values: [{ label: 'x', value: 'x' }] }, { a: 'z' }), theirs: {}, code: 'form.not_offered' },
  { what: 'a text that is no number is emptied there', pair: one({ type: 'number', key: 'a' }, { a: 'ten' }), theirs: {}, code: 'form.type_number' },
  { what: 'a number for a text becomes a text there', pair: one(text('a'), { a: 7 }), theirs: { a: 7 }, code: 'form.type_text' },
  { what: 'a date that is none is emptied there', pair: one({ type: 'datetime', subtype: 'date', key: 'a' }, { a: 'tomorrow' }), theirs: {}, code: 'form.type_date' },
  { what: 'what is no list becomes one there', pair: one({ type: 'dynamiclist', path: 'a', defaultRepetitions: 0, components: [text('b', { id: 'b', label: 'L' })] }, { a: 'x' }), theirs: {}, code: 'form.type_list' },
  { what: 'read-only is a look of the page there; here what was sent must be what the server had said', pair: one(text('a', { readonly: true }), { a: 'forged' }, { a: 'true' }), theirs: { a: 'forged' }, code: 'form.readonly' },
  { what: 'a read-only group or list locks what is in it here', pair: one({ type: 'group', readonly: true, components: [text('a', { id: 'a', label: 'L' })] }, { a: 'x' }), theirs: { a: 'x' }, code: 'form.readonly' },
  { what: 'what a read-only field says is checked there, taken as the server said it here', pair: one(text('a', { readonly: true, validate: { minLength: 5 } }), { a: 'abc' }, { a: 'abc' }), refused: true, clean: { a: 'abc' } },
  { what: 'blanks alone fill a required text there', pair: one(text('a', required), { a: '   ' }), theirs: {}, code: 'form.required' },
  { what: 'characters that nobody sees are kept there', pair: one(text('a'), { a: 'a\u202eb' }), theirs: { a: 'a\u202eb' }, code: 'form.characters' },
  { what: 'line ends in a text field become blanks there', pair: one(text('a'), { a: 'x\ny' }), theirs: { a: 'x y' }, code: 'form.characters' },
  { what: 'the same choice twice stays twice there', pair: one({ type: 'checklist', key: 'a', values: [{ label: 'x', value: 'x' }] }, { a: ['x', 'x'] }), theirs: { a: ['x', 'x'] }, code: 'form.twice' },
  { what: 'rows that nobody may add can be sent there', pair: one({ type: 'dynamiclist', path: 'a', allowAddRemove: false, defaultRepetitions: 1, components: [text('b', { id: 'b', label: 'L' })] }, { a: [{ b: '1x' }, { b: '2x' }] }), theirs: { a: [{ b: '1x' }, { b: '2x' }] }, code: 'form.rows_fixed' },
  { what: 'a passed date is emptied there, refused here', pair: one({ type: 'datetime', subtype: 'date', key: 'a', disallowPassedDates: true }, { a: '2001-01-01' }), theirs: {}, code: 'form.past', asOf: '2026-07-01' },
  { what: 'a required list is ours', pair: one({ type: 'dynamiclist', path: 'a', defaultRepetitions: 0, ...required, components: [text('b', { id: 'b', label: 'L' })] }, { a: [] }), theirs: {}, code: 'form.required' },
  { what: 'minItems and maxItems are ours', pair: one({ type: 'checklist', key: 'a', values: [{ label: 'x', value: 'x' }, { label: 'y', value: 'y' }], validate: { maxItems: 1 } }, { a: ['x', 'y'] }), theirs: { a: ['x', 'y'] }, code: 'form.max_items' },
  { what: 'telephone numbers of this country need no country code here', pair: one(text('a', { validate: { validationType: 'phone' } }), { a: '010-6818 1234' }), refused: true, clean: { a: '010-6818 1234' } },
  { what: 'a condition that is null hides there (a unary test: null is null), not here', pair: one([text('a'), text('b', hidden('=c > 1'))], { a: 'x', b: 'y' }), theirs: { a: 'x' }, clean: { a: 'x', b: 'y' } },
  { what: 'values of two kinds are unequal by null here too; there that hides', pair: one([text('a'), text('b', hidden('=a = 1'))], { a: 'x', b: 'y' }), theirs: { a: 'x' }, clean: { a: 'x', b: 'y' } },
  { what: 'blank is "" to a condition there, null here', pair: one([text('a'), text('b', hidden('=a = null'))], { b: 'y' }), theirs: { b: 'y' }, clean: {} },
  { what: 'a condition sees a text trimmed here', pair: one([text('a'), text('b', hidden('=a = "x"'))], { a: ' x ', b: 'y' }), theirs: { a: 'x', b: 'y' }, clean: { a: 'x' } },
  { what: 'a hidden checkbox is the false that it began with there, null here', pair: one([{ type: 'checkbox', key: 'a', ...hidden('=b = "x"') }, text('b'), text('c', hidden('=a = false'))], { b: 'x', c: 'y' }), theirs: { b: 'x' }, clean: { b: 'x', c: 'y' } },
  { what: 'in a row, `this` has what is hidden there',
    pair: one([text('a'), { type: 'dynamiclist', path: 'l', defaultRepetitions: 0, components: [{ id: 'b', label: 'L', ...text('b', hidden('=a = "x"')) }, { id: 'c', label: 'L', ...text('c', hidden('=this.b = "y"')) }, { id: 'd', label: 'L', ...text('d') }] }], { a: 'x', l: [{ b: 'y', c: 'z', d: 'w' }] }),
    theirs: { a: 'x', l: [{ d: 'w' }] }, clean: { a: 'x', l: [{ c: 'z', d: 'w' }] } },
  { what: 'a list of which nothing is shown is not sent there; its rows stay here',
    pair: one([text('a'), { type: 'dynamiclist', path: 'l', defaultRepetitions: 0, components: [{ id: 'b', label: 'L', ...text('b', hidden('=a = "x"')) }] }], { a: 'x', l: [{ b: 'y' }] }), theirs: { a: 'x' }, clean: { a: 'x', l: [{}] } },
  { what: 'a chain of three conditions against the form\'s order: two looks there, until nothing moves here',
    pair: one([text('d', hidden('=c = "1x"')), text('c', hidden('=b = "1x"')), text('b', hidden('=a = "1x"')), text('a')], { a: '1x', b: '1x', c: '1x', d: '1x' }), theirs: { a: '1x', c: '1x', d: '1x' }, clean: { a: '1x', c: '1x' } },
  { what: 'keys that the form does not have are dropped there', pair: one(text('a'), { a: 'x', other: 'y' }), theirs: { a: 'x' }, code: 'form.unknown_key' },
];

test('where the server is stricter, or reads otherwise: each as documented', async () => {
  const theirs = await readByFormJs(DIFFERENCES.map((d) => d.pair));
  const wrong = [];
  for (const [i, d] of DIFFERENCES.entries()) {
    const server = await readByServer(d.pair, 0, d.asOf);
    const codes = server.errors.map((e) => e.code);
    const seen = { theirs: theirs[i].wrong.length > 0 ? 'refused' : plain(theirs[i].sent) ?? {}, ours: codes.length ? codes : plain(server.clean) ?? {} };
    const wanted = { theirs: d.refused ? 'refused' : plain(d.theirs) ?? {}, ours: d.code ? [d.code] : plain(d.clean) ?? {} };
    if (!isDeepStrictEqual(seen, wanted)) wrong.push(`${d.what}: ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`);
  }
  assert.deepEqual(wrong, []);
});
