// The policy of dibao-like.dmn as two other engines want it written.  An engine is
// a function from a household (a row of the generator's JSON) to [finding, amount].

const FINDINGS = ['符合', '非本市户籍', '有机动车', '住房超标', '存款超标', '收入超标'];

// ---- zen: its own JSON decision model, nodes and all -------------------------------

const entry = (id, key, value) => ({ id, key, value });
const expressions = (id, list) => ({
  id,
  name: id,
  type: 'expressionNode',
  position: { x: 0, y: 0 },
  content: { expressions: list, passThrough: true, inputField: null, outputPath: null, executionMode: 'single' },
});
const rule = (id, cells) => ({ _id: id, i1: '', i2: '', i3: '', i4: '', i5: '', ...cells });

const ZEN_MODEL = {
  nodes: [
    { id: 'in', name: 'in', type: 'inputNode', position: { x: 0, y: 0 }, content: {} },
    expressions('figures', [
      entry('1', 'size', 'len(members)'),
      entry('2', 'income', 'sum(map(members, #.student and #.age < 25 ? 0 : #.income))'),
      entry('3', 'severe', 'len(filter(members, #.grade == 1 or #.grade == 2))'),
      entry('4', 'children', 'len(filter(members, #.age < 18))'),
      entry('5', 'elders', 'len(filter(members, #.age > 70))'),
      entry('6', 'net', 'max([0, $.income - min([rent, 600]) - min([medical, 1500])])'),
      entry('7', 'limit', '1000 * $.size'),
      entry('8', 'depositLimit', '24 * $.limit'),
    ]),
    {
      id: 'finding',
      name: 'finding',
      type: 'decisionTableNode',
      position: { x: 0, y: 0 },
      content: {
        hitPolicy: 'first',
        passThrough: true,
        inputField: null,
        outputPath: null,
        executionMode: 'single',
        inputs: [
          { id: 'i1', name: 'local', field: 'local' },
          { id: 'i2', name: 'car', field: 'cars > 0 and severe == 0' },
          { id: 'i3', name: 'homes', field: 'homes' },
          { id: 'i4', name: 'deposits', field: 'deposits > depositLimit' },
          { id: 'i5', name: 'net', field: 'net >= limit' },
        ],
        outputs: [{ id: 'o1', name: 'finding', field: 'finding' }],
        rules: [
          rule('r1', { i1: 'false', o1: '1' }),
          rule('r2', { i2: 'true', o1: '2' }),
          rule('r3', { i3: '> 1', o1: '3' }),
          rule('r4', { i4: 'true', o1: '4' }),
          rule('r5', { i5: 'true', o1: '5' }),
          rule('r6', { o1: '0' }),
        ],
      },
    },
    expressions('amount', [entry('9', 'amount', 'finding == 0 ? limit - net + severe * 300 + children * 200 + elders * 150 : 0')]),
    { id: 'out', name: 'out', type: 'outputNode', position: { x: 0, y: 0 }, content: {} },
  ],
  edges: [['in', 'figures'], ['figures', 'finding'], ['finding', 'amount'], ['amount', 'out']].map(([from, to], i) => ({
    id: `e${i}`,
    type: 'edge',
    sourceId: from,
    targetId: to,
  })),
};

const english = (h) => ({
  members: h.家庭成员.map((m) => ({ age: m.年龄, income: m.月收入, grade: m.残疾等级, student: m.在校学生 })),
  deposits: h.存款,
  cars: h.机动车,
  homes: h.住房套数,
  local: h.本市户籍,
  rent: h.房租,
  medical: h.医疗支出,
});

// Its names are English; turning them is not measured.
const turned = new WeakMap();
const inputOf = (h) => {
  if (!turned.has(h)) turned.set(h, english(h));
  return turned.get(h);
};
export const prepare = (households) => households.forEach(inputOf);

export async function zenEngine() {
  const { default: zen } = await import('@gorules/zen-engine');
  const decision = new zen.ZenEngine().createDecision(ZEN_MODEL);
  decision.validate();
  return async (h) => {
    const { result } = await decision.evaluate(inputOf(h));
    return [result.finding, result.amount];
  };
}

// ---- feelin: FEEL again, as one context, for it reads no DMN ------------------------

const FEEL = `{
  人数: count(家庭成员),
  计入收入: sum(for m in 家庭成员 return if m.在校学生 and m.年龄 < 25 then 0 else m.月收入),
  重度残疾人数: count(家庭成员[残疾等级 in [1..2]]),
  未成年人数: count(家庭成员[年龄 < 18]),
  高龄老人数: count(家庭成员[年龄 > 70]),
  净收入: max(0, 计入收入 - min(房租, 600) - min(医疗支出, 1500)),
  限额: 1000 * 人数,
  认定: if not(本市户籍) then "非本市户籍" else if 机动车 > 0 and 重度残疾人数 = 0 then "有机动车" else if 住房套数 > 1 then "住房超标" else if 存款 > 24 * 限额 then "存款超标" else if 净收入 >= 限额 then "收入超标" else "符合",
  月金额: if 认定 = "符合" then 限额 - 净收入 + 300 * 重度残疾人数 + 200 * 未成年人数 + 150 * 高龄老人数 else 0
}`;

export async function feelinEngine() {
  const { evaluate } = await import('feelin');
  return (h) => {
    const { value } = evaluate(FEEL, h);
    return [FINDINGS.indexOf(value.认定), value.月金额];
  };
}
