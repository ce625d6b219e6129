import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from './bundle.mjs';

const { evaluate } = await load('form/feel/index.ts');
const corpus = JSON.parse(readFileSync(new URL('../../tests/conditions.json', import.meta.url), 'utf8'));

for (const { feel, context, result } of corpus.cases) {
  test(`${feel} in ${JSON.stringify(context)}`, () => {
    assert.deepEqual(evaluate(feel, context), result);
    assert.deepEqual(evaluate(`=${feel}`, context), result, 'as form-js writes it');
  });
}

for (const bad of ['', '=', 'a =', '(a', 'a)', '"no end', 'a ? b', '[1..', 'if a then b', 'unknown function(1)', '§', 'a b', '1 2', 'some m in a']) {
  test(`bad expression ${JSON.stringify(bad)} is null and does not throw`, () => {
    assert.equal(evaluate(bad, { a: 1 }), null);
  });
}

test('a name of Object.prototype is no fact and no function', () => {
  assert.equal(evaluate('toString', {}), null);
  assert.equal(evaluate('constructor(1)', {}), null);
});

test('today comes from the page, not from the clock', () => {
  assert.equal(evaluate('date("2026-11-22") = today()', { $today: '2026-11-22' }), true);
  assert.equal(evaluate('today()', {}), null);
});
