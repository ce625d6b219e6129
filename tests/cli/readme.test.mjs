// Every command that the READMEs show is run.
//
// In a ```sh block a command starts with ./run or build/minzheng; it may go on
// after a backslash.  Commands run in their order, in a copy of the folder's
// face (links to what is tracked), on a demonstration store of their own, so
// that files they write stay out of the repository.  A command that is meant
// to end otherwise than with 0 says so:
//
//   build/minzheng decide dibao --input rich.json    # exit 1

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { ROOT, cleanEnvironment, minzhengOk, temporaryFolder } from '../support/cli.mjs';

const READMES = ['README.md', 'README.zh-CN.md'];
const COMMAND_TIMEOUT_MS = 300_000;

// Commands that other tests run, and which.
const COVERED_ELSEWHERE = new Map([
  ['./run', 'tests/cli/run.test.mjs'],
  ['./run test', 'this is it'],
  ['./run build', 'tests/cli/run.test.mjs'],
  ['build/minzheng serve', 'every test in tests/web'],
]);
// These need minutes, and arguments that a test of the reader cannot know.
const SHOWN_ONLY = [/^\.\/run test \S+$/, /^\.\/run bench( \S+)?$/, /^\.\/run fuzz( \S+){0,2}$/];
// A newcomer's lines around them.
const SURROUNDINGS = [/^git clone \S+( \S+)?$/, /^cd \S+$/];

export function commandsOf(text) {
  const commands = [];
  for (const [, block] of text.matchAll(/^```sh\n([\s\S]*?)^```/gm)) {
    for (const line of block.replace(/\\\n\s*/g, '').split('\n')) {
      const [, body, comment = ''] = /^(.*?)(?:\s+#\s*(.*))?$/.exec(line.trim());
      if (body === '' || body.startsWith('#')) continue;
      const status = Number(/\bexit (\d+)\b/.exec(comment)?.[1] ?? 0);
      commands.push({ command: body, status });
    }
  }
  return commands;
}

const isCovered = (command) =>
  COVERED_ELSEWHERE.has(command) || [...SHOWN_ONLY, ...SURROUNDINGS].some((pattern) => pattern.test(command));

test('commands are read with their continuation and their exit status', () => {
  const text = '```sh\n# words\n./run test   # all\nbuild/minzheng a \\\n  --b 1  # exit 3\n```\n```c\n./run no\n```\n';
  assert.deepEqual(commandsOf(text), [
    { command: './run test', status: 0 },
    { command: 'build/minzheng a --b 1', status: 3 },
  ]);
});

for (const readme of READMES) {
  describe(readme, () => {
    const path = join(ROOT, readme);
    const commands = existsSync(path) ? commandsOf(readFileSync(path, 'utf8')) : [];
    const folder = temporaryFolder();
    const store = { MINZHENG_DB: join(temporaryFolder(), 'readme.db') };

    before(async () => {
      for (const name of readdirSync(ROOT)) if (!name.startsWith('.git')) symlinkSync(join(ROOT, name), join(folder, name));
      await minzhengOk(['demo', '--people', '2000', '--seed', '1'], { env: store, timeoutSeconds: 300 });
    });

    test('exists and shows ./run, ./run test and the command line', () => {
      const shown = commands.map(({ command }) => command);
      assert.ok(shown.includes('./run'), 'no ./run');
      assert.ok(shown.includes('./run test'), 'no ./run test');
      assert.ok(shown.some((command) => command.startsWith('build/minzheng ')), 'no build/minzheng');
    });

    for (const { command, status } of commands.filter(({ command }) => !isCovered(command)))
      test(command, () => {
        assert.match(command, /^(\.\/run|build\/minzheng)\b/, 'a kind of line that this test does not know');
        const run = spawnSync('/bin/sh', ['-c', command], {
          cwd: folder,
          encoding: 'utf8',
          env: cleanEnvironment(store),
          timeout: COMMAND_TIMEOUT_MS,
        });
        assert.equal(run.status, status, `${run.stdout}${run.stderr}`);
      });
  });
}

test('both READMEs show the same commands', () => {
  const [english, chinese] = READMES.map((readme) =>
    existsSync(join(ROOT, readme)) ? commandsOf(readFileSync(join(ROOT, readme), 'utf8')) : readme,
  );
  assert.deepEqual(chinese, english);
});
