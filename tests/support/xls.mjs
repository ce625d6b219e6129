// Old spreadsheets by hand: BIFF8 records ([MS-XLS]) in a compound file ([MS-CFB]).
//
//   xls({ rows: [['名称', { n: 1.5 }, { date: 45000 }, { f: 2 }, { f: '文' }, { e: 0x17 }, { rk: 0x1f6 }, { s: 0 }]], shared: ['甲'], merges: [[0, 0, 0, 3]] })

const u16 = (...values) => Buffer.concat(values.map((v) => { const b = Buffer.alloc(2); b.writeUInt16LE(v); return b; }));
const u32 = (...values) => Buffer.concat(values.map((v) => { const b = Buffer.alloc(4); b.writeUInt32LE(v >>> 0); return b; }));
const double = (v) => { const b = Buffer.alloc(8); b.writeDoubleLE(v); return b; };
export const record = (type, ...body) => { const b = Buffer.concat(body); return Buffer.concat([u16(type, b.length), b]); };
const narrow = (text) => [...text].every((c) => c.charCodeAt(0) < 256);
const letters = (text) => (narrow(text) ? Buffer.from(text, 'latin1') : Buffer.from(text, 'utf16le'));
const string = (text) => Buffer.concat([u16(text.length), Buffer.from([narrow(text) ? 0 : 1]), letters(text)]);

// The shared texts; `cut` bytes after the head of the first a CONTINUE begins, and says its width anew.
function sharedTexts(shared, cut) {
  const body = Buffer.concat([u32(shared.length, shared.length), ...shared.map(string)]);
  if (cut === undefined) return record(0xfc, body);
  const at = 8 + 3 + cut;
  return Buffer.concat([record(0xfc, body.subarray(0, at)), record(0x3c, Buffer.from([narrow(shared[0]) ? 0 : 1]), body.subarray(at))]);
}

function cell(value, row, col) {
  const place = u16(row, col, 0);
  if (value === null || value === undefined || value === '') return Buffer.alloc(0);
  if (typeof value === 'string') return record(0x204, place, string(value));
  if (value.n !== undefined) return record(0x203, place, double(value.n));
  if (value.rk !== undefined) return record(0x27e, place, u32(value.rk));
  if (value.s !== undefined) return record(0xfd, place, u32(value.s));
  if (value.date !== undefined) return record(0x203, u16(row, col, 1), double(value.date));
  if (value.e !== undefined) return record(0x205, place, Buffer.from([value.e, 1]));
  if (value.b !== undefined) return record(0x205, place, Buffer.from([value.b ? 1 : 0, 0]));
  const tail = Buffer.concat([u16(0), u32(0), u16(0)]);
  if (typeof value.f === 'number') return record(0x06, place, double(value.f), tail);
  return Buffer.concat([record(0x06, place, Buffer.from([0, 0, 0, 0, 0, 0, 255, 255]), tail), record(0x207, string(value.f))]);
}

const bof = (kind) => record(0x809, u16(0x600, kind, 0, 0), u32(0, 0));
const end = record(0x0a);

// The stream called Workbook. `globals`, `extra`: records of the book and of the sheet.
export function workbook({ rows, merges = [], shared = [], cut, globals = [], extra = [], hidden = 0 }) {
  const date = 'yyyy"年"m"月"d"日"';
  const head = [bof(5), ...globals, record(0x41e, u16(176), string(date)), record(0xe0, u16(0, 0), Buffer.alloc(16)), record(0xe0, u16(0, 176), Buffer.alloc(16))];
  const texts = sharedTexts(shared, cut);
  const sheets = (at) => record(0x85, u32(at), Buffer.from([hidden, 0]), Buffer.from([1, 0, 0x41]));
  const size = Buffer.concat([...head, sheets(0), texts, end]).length;
  const body = rows.map((row, r) => Buffer.concat(row.map((value, c) => cell(value, r, c))));
  const areas = merges.length ? [record(0xe5, u16(merges.length), ...merges.map((m) => u16(...m)))] : [];
  return Buffer.concat([...head, sheets(size), texts, end, bof(16), ...body, ...extra, ...areas, end]);
}

// streams: name to bytes; all are padded to 4096, so that none lives in the mini stream.
export function compound(streams) {
  const sectors = [];
  const fat = [];
  const add = (bytes) => {
    const first = sectors.length;
    for (let at = 0; at < bytes.length; at += 512) {
      const one = Buffer.alloc(512);
      bytes.copy(one, 0, at, Math.min(at + 512, bytes.length));
      sectors.push(one);
      fat.push(sectors.length);
    }
    fat[fat.length - 1] = 0xfffffffe;
    return first;
  };
  const entry = (name, type, first, size) => {
    const b = Buffer.alloc(128);
    b.write(name, 0, 'utf16le');
    b.writeUInt16LE(2 * (name.length + 1), 64);
    b[66] = type;
    b.writeUInt32LE(first >>> 0, 116);
    b.writeUInt32LE(size, 120);
    return b;
  };
  const files = Object.entries(streams).map(([name, content]) => {
    const padded = Buffer.concat([content, Buffer.alloc(Math.max(0, 4096 - content.length))]);
    return entry(name, 2, add(padded), padded.length);
  });
  const directory = add(Buffer.concat([entry('Root Entry', 5, 0xfffffffe, 0), ...files]));
  const tables = Math.ceil((sectors.length + 8) / 127);
  const from = sectors.length;
  for (let i = 0; i < tables; i++) fat.push(0xfffffffd);
  const table = Buffer.alloc(512 * tables, 255);
  fat.forEach((next, i) => table.writeUInt32LE(next >>> 0, 4 * i));
  const head = Buffer.alloc(512, 255);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(head);
  head.fill(0, 8, 76);
  head.writeUInt16LE(0x3e, 24);
  head.writeUInt16LE(3, 26);
  head.writeUInt16LE(0xfffe, 28);
  head.writeUInt16LE(9, 30);
  head.writeUInt16LE(6, 32);
  head.writeUInt32LE(tables, 44);
  head.writeUInt32LE(directory, 48);
  head.writeUInt32LE(4096, 56);
  head.writeUInt32LE(0xfffffffe, 60);
  head.writeUInt32LE(0xfffffffe, 68);
  for (let i = 0; i < tables; i++) head.writeUInt32LE(from + i, 76 + 4 * i);
  return Buffer.concat([head, ...sectors, table]);
}

export const xls = (book) => compound({ Workbook: workbook(book) });
