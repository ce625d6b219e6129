// Random form-js schemas with something filled in, from a seed.
//
//   const { schema, data } = randomForm(seed);
//
// What nobody argues about: where our law is stricter than form-js on purpose, tests/web/form-js.test.mjs
// has a case of its own.  So conditions ask only about answers that are there, or that no chain hides.

export function generator(seed) {
  let z = (BigInt(seed) * 0xd1342543de82ef95n) & 0xffffffffffffffffn; // not the step: neighbours would be each other's tails
  const next = () => {
    z = (z + 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
    let x = z;
    x = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) & 0xffffffffffffffffn;
    x = ((x ^ (x >> 27n)) * 0x94d049bb133111ebn) & 0xffffffffffffffffn;
    return Number((x ^ (x >> 31n)) >> 11n) / 2 ** 53;
  };
  const below = (n) => Math.floor(next() * n);
  return { below, one: (list) => list[below(list.length)], chance: (p) => next() < p };
}

const WORDS = ['甲', '乙', 'ab', 'abc', '城镇', '农村', 'x1', '一二三四五'];
const CHOICES = [{ label: '甲', value: 'a' }, { label: '乙', value: 'b' }, { label: '丙', value: 'c' }];
const MIXED = [{ label: '是', value: true }, { label: '否', value: false }, { label: '二', value: 2 }];

class Maker {
  constructor(seed) {
    Object.assign(this, generator(seed));
    this.count = 0;
    this.prefix = ''; // of the groups around
    this.asked = []; // fields that conditions may ask about: always there, or hidden by one that is
  }

  name() { return `f${++this.count}`; }

  text(own) {
    const c = { type: this.one(['textfield', 'textarea']), validate: {} };
    if (this.chance(0.3)) c.validate.minLength = this.below(4);
    if (this.chance(0.3)) c.validate.maxLength = 2 + this.below(4);
    if (this.chance(0.15)) c.validate.pattern = this.one(['^[a-z]+\\d*$', '[甲乙]', '^\\w{2,3}$']);
    if (this.chance(0.15)) c.validate = { validationType: this.one(['email', 'phone']) };
    const kind = c.validate.validationType;
    const value = kind === 'email' ? this.one(['a@b.cn', 'a@', 'a b@c.cn', 'x.y@ex-ample.com', 'a@b..c'])
      : kind === 'phone' ? this.one(['+8613800138000', '+861068181234', '12', 'none', '+8a']) : this.one([...WORDS, '', ' 甲 '].slice(0, c.validate.pattern ? 9 : 10));
    return [c, value, own(kind || value !== value.trim() ? null : `= "${this.one(WORDS)}"`)];
  }

  number(own) {
    const c = { type: 'number', validate: {} };
    if (this.chance(0.3)) c.decimalDigits = this.below(3);
    if (this.chance(0.2)) c.increment = this.one(['0.5', '5', '0.05']);
    if (this.chance(0.3)) c.validate.min = this.one([0, 1, 10, '=1 + 1']);
    if (this.chance(0.3)) c.validate.max = this.one([5, 100, '=2 * 10']);
    if (this.chance(0.2)) c.serializeToString = true;
    const value = this.one([0, 1, 2.5, 7, 10, 12.35, 99, -3, 1000, '3', '4.50', null]);
    return [c, value, own(c.serializeToString ? null : `${this.one(['<', '<=', '=', '>', '!='])} ${this.one([0, 1, 7, 10])}`)];
  }

  choice(own) {
    const list = this.chance(0.7) ? CHOICES : MIXED;
    const c = { type: this.one(['radio', 'select']), values: list };
    if (this.chance(0.15)) { delete c.values; c.valuesExpression = '=["a", "b"]'; }
    else if (this.chance(0.15)) { delete c.values; c.valuesKey = 'offered'; }
    const value = this.one(c.values ? [...list.map((o) => o.value), null] : ['a', 'b', null]);
    return [c, value, own(c.values === MIXED ? null : `= "${this.one(['a', 'b', 'c'])}"`)];
  }

  choices(own) {
    const c = { type: this.one(['checklist', 'taglist']), values: CHOICES };
    return [c, this.one([['a'], ['b', 'c'], [], ['a', 'b', 'c']]), own(null)];
  }

  checkbox(own) { return [{ type: 'checkbox' }, this.one([true, false]), own(`= ${this.one([true, false])}`)]; }

  moment(own) {
    const subtype = this.one(['date', 'time', 'datetime']);
    const c = { type: 'datetime', subtype };
    if (subtype !== 'date') c.timeSerializingFormat = this.one(['no_timezone', 'utc_offset', 'utc_normalized']);
    const zone = { no_timezone: '', utc_offset: '+08:00', utc_normalized: 'Z' }[c.timeSerializingFormat] ?? '';
    const value = subtype === 'date' ? this.one(['2026-02-28', '2024-02-29', null]) : subtype === 'time' ? `08:${this.one(['00', '30'])}${zone}` : `2026-03-01T23:15${zone}`;
    return [c, value, own(subtype === 'date' ? '= "2026-02-28"' : null)];
  }

  /** A hide condition about a field that may be asked about; `row`: names of this row. */
  hide(row) {
    const about = this.one([...this.asked, ...row]);
    return about ? `=${about.name} ${about.test}` : null;
  }

  /** One component and its answer under `data`. */
  leaf(data, row, inList) {
    const key = this.name();
    const kind = this.one(['text', 'text', 'number', 'number', 'choice', 'choice', 'choices', 'checkbox', 'moment']);
    const [c, value, test] = this[kind]((t) => t);
    Object.assign(c, { id: key, key, label: key });
    const hide = this.chance(0.35) ? this.hide(row) : null;
    if (hide) c.conditional = { hide };
    if (this.chance(0.3)) c.validate = { ...c.validate, required: true };
    if (this.chance(0.06)) c.disabled = true;
    else if (this.chance(0.06) && value !== null && value !== '' && typeof value !== 'boolean') { c.readonly = true; c.defaultValue = value; delete c.validate; delete c.decimalDigits; delete c.increment; }
    if (!c.readonly) { if (value !== null || this.chance(0.5)) data[key] = value; }
    // a chain longer than two is form-js' own affair, and so is a locked or unset field
    const chained = hide && !this.asked.concat(row).find((a) => hide.startsWith(`=${a.name} `))?.plain;
    // an answer that may be absent is compared with = only: any other comparison is null, and that hides in form-js
    const absent = (hide || inList) && !test?.startsWith('= ');
    // what is hidden is still seen there: in a row by `this`, a checkbox by the false that it began with
    const seen = hide && (inList || test === '= false');
    if (test && !absent && !seen && !c.disabled && !c.readonly && !chained && value !== null && value !== '')
      (inList ? row : this.asked).push({ name: inList ? `this.${key}` : this.prefix + key, test, plain: !hide });
    return c;
  }

  group(data, depth) {
    const path = this.chance(0.5) ? this.name() : undefined;
    const here = path ? (data[path] = {}) : data;
    const asked = this.asked;
    this.asked = [...asked];
    const before = asked.length;
    const prefix = this.prefix;
    if (path) this.prefix += `${path}.`;
    const components = this.components(here, depth + 1, [], false);
    this.prefix = prefix;
    const inside = this.asked.slice(before);
    const about = this.one(asked.filter((a) => a.plain).concat(null));
    const hide = about && this.chance(0.4) ? `=${about.name} ${about.test}` : null;
    this.asked = hide ? asked : [...asked, ...inside]; // what is in a hidden group is hidden with it
    return { type: 'group', id: this.name(), label: 'g', ...(path && { path }), ...(hide && { conditional: { hide } }), components };
  }

  list(data) {
    const path = this.name();
    const n = this.below(4);
    const mark = this.count;
    const rows = [{}];
    const components = this.components(rows[0], 2, [], true);
    // rows with nothing to send are not sent there: something is always shown
    if (!components.some((c) => c.key && !c.conditional && !c.disabled)) { const key = this.name(); components.push({ type: 'textfield', id: key, key, label: key }); }
    // other rows: the same components with the first row's answers, some changed
    for (let i = 1; i < n; i++) rows.push(Object.fromEntries(Object.entries(rows[0]).filter(() => this.chance(0.85))));
    data[path] = rows.slice(0, n);
    return { type: 'dynamiclist', id: `l${mark}`, path, label: path, components };
  }

  components(data, depth, row, inList) {
    const out = [];
    for (let i = 2 + this.below(4); i > 0; i--) {
      const draw = this.below(12);
      if (draw === 0 && depth < 2 && !inList) out.push(this.group(data, depth));
      else if (draw === 1 && depth < 1) out.push(this.list(data));
      else if (draw === 2 && depth < 1 && this.asked.length) out.push(this.computed());
      else if (draw === 3) out.push(this.one([{ type: 'text', text: '# 说明' }, { type: 'separator' }, { type: 'spacer' }]));
      else out.push(this.leaf(data, row, inList));
    }
    return out;
  }

  computed() {
    const key = this.name();
    const about = this.one(this.asked);
    return { type: 'expression', id: key, key, expression: `=if ${about.name} ${about.test} then 1 else 2`, computeOn: 'change' };
  }
}

export function randomForm(seed) {
  const make = new Maker(seed);
  const data = {};
  const components = [...make.components(data, 0, [], false), ...make.components(data, 0, [], false)];
  return { schema: { type: 'default', id: 'F', schemaVersion: 19, components }, data, given: { offered: ['a', 'b'] } };
}
