// Spreadsheets by hand, good and broken: a zip of parts as ECMA-376 has them.
//
//   xlsx({ rows: [['名称', { n: '1.5' }, { date: 45000 }, { f: 'A1+1', n: '2' }, { e: '#REF!' }]], merges: ['A2:A3'] })

import { deflateRawSync } from 'node:zlib';

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
function crc32(bytes) {
  let c = 0xffffffff;
  for (const b of bytes) c = TABLE[(c ^ b) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

// parts: name to text or bytes.
export function zip(parts) {
  const local = [];
  const central = [];
  let at = 0;
  for (const [name, content] of Object.entries(parts)) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const title = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(title.length, 22);
    const head = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, title, packed]);
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02', 0, 'latin1');
    entry.writeUInt16LE(20, 4);
    common.copy(entry, 6);
    entry.writeUInt32LE(at, 42);
    central.push(entry, title);
    local.push(head);
    at += head.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(local.length, 8);
  end.writeUInt16LE(local.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, directory, end]);
}

const escape = (text) => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;');
function column(i) {
  return i < 26 ? String.fromCharCode(65 + i) : column(Math.floor(i / 26) - 1) + column(i % 26);
}
function cell(value, ref) {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'number') return `<c r="${ref}"><v>${value}</v></c>`;
  if (typeof value === 'string') return `<c r="${ref}" t="inlineStr"><is><t>${escape(value)}</t></is></c>`;
  if (value.s !== undefined) return `<c r="${ref}" t="s"><v>${value.s}</v></c>`;
  if (value.date !== undefined) return `<c r="${ref}" s="1"><v>${value.date}</v></c>`;
  if (value.e) return `<c r="${ref}" t="e"><v>${value.e}</v></c>`;
  if (value.b !== undefined) return `<c r="${ref}" t="b"><v>${value.b ? 1 : 0}</v></c>`;
  return `<c r="${ref}">${value.f ? `<f>${escape(value.f)}</f>` : ''}<v>${value.n}</v></c>`;
}

export function xlsx({ rows, merges = [], shared = [], macros = false, extra = {}, sheet, first = '' }) {
  const ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const data = rows.map((row, r) => `<row r="${r + 1}">${row.map((value, c) => cell(value, `${column(c)}${r + 1}`)).join('')}</row>`).join('');
  return zip({
    'xl/workbook.xml': `<workbook ${ns} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>${first}<sheet name="表1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="x" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/styles.xml': `<styleSheet ${ns}><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="176"/></cellXfs></styleSheet>`,
    'xl/sharedStrings.xml': `<sst ${ns}>${shared.map((text) => `<si><r><t>${escape(text)}</t></r><rPh><t>yin</t></rPh></si>`).join('')}</sst>`,
    'xl/worksheets/sheet1.xml': sheet ?? `<worksheet ${ns}><sheetData>${data}</sheetData>${merges.length ? `<mergeCells>${merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>` : ''}</worksheet>`,
    ...(macros ? { 'xl/vbaProject.bin': 'VBA' } : {}),
    ...extra,
  });
}
