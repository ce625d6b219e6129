// The weight of each portal's first load, compressed; the resident's has a limit.
import { readFileSync, existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const LIMIT_KB = { 'index.html': 200 };
let failed = false;

/** The page, and all it names or its modules import at once (not what they load later). */
function load(page) {
  const seen = new Map();
  const take = (file) => {
    if (seen.has(file) || !existsSync(join(dist, file))) return;
    const bytes = readFileSync(join(dist, file));
    seen.set(file, gzipSync(bytes).length);
    const text = bytes.toString('utf8');
    if (file.endsWith('.html')) for (const m of text.matchAll(/(?:src|href)="\/([^"]+)"/g)) take(m[1]);
    if (file.endsWith('.js')) for (const m of text.matchAll(/(?:from|import)\s*["']\.\/([^"]+)"/g)) take(`assets/${m[1]}`);
  };
  take(page);
  return seen;
}

for (const page of ['index.html', 'desk/index.html', 'board/index.html', 'studio/index.html']) {
  const kb = [...load(page).values()].reduce((a, b) => a + b, 0) / 1024;
  const limit = LIMIT_KB[page];
  console.log(`${page}: ${kb.toFixed(0)} kB compressed${limit ? ` (limit ${limit})` : ''}`);
  if (limit && kb > limit) failed = true;
}
if (failed) process.exit(1);
