// The policies' worked cases are what the independent scripts compute from the articles.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { ROOT } from '../support/cli.mjs';

const scripts = readdirSync(join(ROOT, 'tests/policies')).filter((n) => n.endsWith('.py'));

for (const script of scripts) {
  test(script, () => {
    const run = spawnSync('python3', [join(ROOT, 'tests/policies', script), '--check'], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
  });
}

test('there are scripts', () => assert.ok(scripts.length > 0));
