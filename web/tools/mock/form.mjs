// A small form in form-js JSON for the mock server, used when the pack has none.
const P = (page, why, plain) => ({ 'mz.page': page, ...(why ? { 'mz.why': why } : {}), ...(plain ? { 'mz.plain': plain } : {}) });
const o = (...list) => list.map(([value, label]) => ({ value, label: label ?? value }));

export const zh = {
  type: 'default', id: 'dibao_form', schemaVersion: 17,
  components: [
    { type: 'text', id: 't1', text: '## 联系方式\n办理中有事，会按这里的方式联系您。', properties: P('contact') },
    { type: 'textfield', id: 'c1', key: '联系.电话', label: '手机或固定电话', validate: { required: true, validationType: 'phone' }, properties: P('contact', '有材料要补、有人要上门时，先打电话。') },
    { type: 'textfield', id: 'c2', key: '联系.住址', label: '现在住在哪里', validate: { required: true }, properties: P('contact') },
    { type: 'radio', id: 'r1', key: '申请.原因', label: '为什么现在需要帮助？', values: o(['illness', '家里有人重病'], ['job', '失去工作'], ['disability', '家里有重度残疾人'], ['other', '其他']), validate: { required: true }, properties: P('reason', '只用来了解您的难处，选哪个都不影响能不能批。', '选一个最接近的。') },
    { type: 'textarea', id: 'r2', key: '申请.说明', label: '请简单说说', conditional: { hide: '=申请.原因 != "other"' }, validate: { required: true, maxLength: 500 }, properties: P('reason') },
    { type: 'dynamiclist', id: 'm', path: '成员', label: '共同生活的人', description: '一起吃住的配偶、父母、子女等，包括您自己。', defaultRepetitions: 1, allowAddRemove: true, properties: P('members', '低保按一户一户算，要知道家里有谁。'),
      components: [
        { type: 'textfield', id: 'm1', key: '姓名', label: '姓名', validate: { required: true, maxLength: 40 } },
        { type: 'select', id: 'm2', key: '与申请人关系', label: '和您的关系', values: o(['本人'], ['配偶'], ['子女'], ['父母'], ['其他']), validate: { required: true } },
        { type: 'datetime', subtype: 'date', id: 'm3', key: '出生日期', dateLabel: '出生日期', validate: { required: true } },
        { type: 'checklist', id: 'm4', key: '情况', label: '有没有下面的情况', values: o(['重病', '患重大疾病'], ['残疾', '有残疾证'], ['在读', '正在上学']) },
        { type: 'dynamiclist', id: 'm5', path: '收入', label: '收入', allowAddRemove: true, components: [
          { type: 'select', id: 'm51', key: '类别', label: '哪一种', values: o(['工资性', '工资'], ['养老金'], ['其他转移', '其他']), validate: { required: true } },
          { type: 'number', id: 'm52', key: '月金额', label: '每月多少', decimalDigits: 2, validate: { required: true, min: 0 }, appearance: { suffixAdorner: '元' } },
        ] },
      ] },
    { type: 'number', id: 'p1', key: '财产.存款', label: '全家的存款和现金一共多少？', description: '包括银行存款、余额宝、股票、基金、现金。', decimalDigits: 2, validate: { required: true, min: 0 }, appearance: { suffixAdorner: '元' }, properties: P('money', '人均超过 24 个月低保标准就不符合。数目会由银行核对，大致写就行。', '把全家人的钱加在一起，大概多少？') },
    { type: 'radio', id: 'p2', key: '财产.有车', label: '家里有机动车吗？', values: o(['yes', '有'], ['no', '没有'], ['unknown', '说不清']), validate: { required: true }, properties: P('car') },
    { type: 'checkbox', id: 'p3', key: '财产.残疾代步', label: '是残疾人代步车', conditional: { hide: '=财产.有车 != "yes"' }, properties: P('car') },
  ],
};

const words = {
  '## 联系方式\n办理中有事，会按这里的方式联系您。': '## How to reach you\nWe use this if something comes up.', 手机或固定电话: 'Telephone', '有材料要补、有人要上门时，先打电话。': 'We call before a visit or when a paper is missing.',
  现在住在哪里: 'Where do you live now?', '为什么现在需要帮助？': 'Why do you need help now?', 家里有人重病: 'Serious illness', 失去工作: 'Lost work', 家里有重度残疾人: 'Severe disability', 其他: 'Other',
  '只用来了解您的难处，选哪个都不影响能不能批。': 'It only tells us what is hard; it does not decide anything.', '选一个最接近的。': 'Choose the closest.', 请简单说说: 'Please say more', 共同生活的人: 'People living together',
  '一起吃住的配偶、父母、子女等，包括您自己。': 'Spouse, parents, children and so on, and yourself.', '低保按一户一户算，要知道家里有谁。': 'The allowance is for a household.', 姓名: 'Name', 和您的关系: 'Relation to you', 本人: 'Self', 配偶: 'Spouse', 子女: 'Child', 父母: 'Parent',
  出生日期: 'Date of birth', 有没有下面的情况: 'Any of these?', 患重大疾病: 'Serious illness', 有残疾证: 'Disability certificate', 正在上学: 'At school', 收入: 'Income', 哪一种: 'Kind', 工资: 'Wages', 养老金: 'Pension', 每月多少: 'How much a month', 元: 'yuan',
  '全家的存款和现金一共多少？': 'How much money does the household have?', '包括银行存款、余额宝、股票、基金、现金。': 'Deposits, shares, funds, cash.', '人均超过 24 个月低保标准就不符合。数目会由银行核对，大致写就行。': 'The limit is 24 months of the standard a head; banks confirm the figure.', '把全家人的钱加在一起，大概多少？': 'All the money together, roughly?',
  '家里有机动车吗？': 'Does the household own a motor vehicle?', 有: 'Yes', 没有: 'No', 说不清: 'Not sure', 是残疾人代步车: 'It is for a disabled person',
};
const KEEP = new Set(['key', 'path', 'value', 'id', 'type', 'hide']);
function translate(node, name) {
  if (typeof node === 'string') return KEEP.has(name) ? node : words[node] ?? node;
  if (Array.isArray(node)) return node.map((item) => translate(item, name));
  if (node && typeof node === 'object') return Object.fromEntries(Object.entries(node).map(([k, v]) => [k, translate(v, k)]));
  return node;
}
export const en = translate(zh);
