/* Every sentence of the page, Chinese first. */
'use strict';
globalThis.minzhengWords = {
  title: ['验证存证回执', 'Check a receipt'],
  lead: ['回执在您自己的浏览器里验证，不会发给任何人。把这个页面和旁边的三个 .js 文件存下来，断网也能用。', 'The receipt is checked in your own browser and goes to nobody. Keep this page with the three .js files beside it, and it works without a network.'],
  file: ['选择回执文件', 'Choose the receipt'],
  keys: ['日志和见证人的公钥（从运行单位或见证人处取得，每行一个；不填就用回执自带的，只能说明回执完整）', 'Keys of the log and of witnesses, got from the operator or a witness, one a line. Left empty, those inside the receipt are used, which shows only that it is complete'],
  go: ['验证', 'Check'],
  good: ['回执有效', 'The receipt is valid'],
  bad: ['回执无效', 'The receipt is not valid'],
  origin: ['日志', 'Log'], index: ['第几条', 'Entry'], size: ['日志共有', 'Entries in the log'], kind: ['类别', 'Kind'], action: ['事项', 'Action'],
  time: ['时间', 'Time'], office: ['机构', 'Office'], role: ['岗位', 'Role'], cosignatures: ['见证人', 'Witnesses'], openings: ['公开的内容', 'What it opens'],
  none: ['没有', 'none'],
  ownKeys: ['用的是回执自带的公钥：说明回执完整、没有改动，但不能说明是谁签的。', 'Checked with the keys inside the receipt: it is complete and unaltered, but this does not show who signed it.'],
  format: ['这不是存证回执，或者文件被改动过', 'This is not a receipt, or the file was altered'],
  key: ['公钥的写法不对', 'A key is malformed'],
  checkpoint: ['检查点的写法不对', 'The checkpoint is malformed'],
  unsigned: ['检查点没有所填公钥的签名', 'The checkpoint is not signed by a given key'],
  signature: ['签名不对', 'A signature does not verify'],
  root: ['条目不在签名的日志里', 'The entry is not in the signed log'],
  twins: ['两棵树说的不是同一条', 'The two trees do not speak of the same entry'],
  opening: ['公开的内容与条目的承诺不符', 'What it opens is not what the entry committed to'],
};
