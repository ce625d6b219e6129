/* The page around verify.js: a file in, sentences out. */
'use strict';
(function () {
  const words = globalThis.minzhengWords;
  const lang = navigator.language.toLowerCase().startsWith('zh') ? 0 : 1;
  const say = (code) => (words[code] ?? words.format)[lang];
  const at = (id) => document.getElementById(id);
  document.documentElement.lang = lang === 0 ? 'zh-CN' : 'en';
  document.title = say('title');
  for (const element of document.querySelectorAll('[data-say]')) element.textContent = say(element.dataset.say);

  function row(list, name, text) {
    const dt = document.createElement('dt'), dd = document.createElement('dd');
    dt.textContent = say(name);
    dd.textContent = text;
    list.append(dt, dd);
  }
  function show(v) {
    const list = at('facts'), { entry } = v;
    row(list, 'origin', v.origin);
    row(list, 'index', String(v.index));
    row(list, 'size', String(v.size));
    row(list, 'kind', String(entry.kind));
    row(list, 'action', String(entry.action));
    row(list, 'time', String(entry.time));
    row(list, 'office', String(entry.actor?.office));
    row(list, 'role', String(entry.actor?.role));
    row(list, 'cosignatures', v.cosignatures.join(', ') || say('none'));
    row(list, 'openings', v.openings.map((o) => JSON.stringify(o)).join('\n') || say('none'));
    for (const name of v.closed) row(list, 'closed', say(name.split('.')[0]));
  }
  at('form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const file = at('file').files[0];
    at('facts').replaceChildren();
    at('note').textContent = '';
    if (!file) return;
    try {
      const keys = at('keys').value.split(/\s+/).filter((word) => word.includes('+'));
      const v = globalThis.minzhengVerify(await file.text(), keys);
      at('answer').textContent = say('good');
      at('answer').className = 'good';
      if (v.ownKeys) at('note').textContent = say('ownKeys');
      show(v);
    } catch (error) {
      at('answer').textContent = say('bad');
      at('answer').className = 'bad';
      at('note').textContent = say(error.message);
    }
    at('answer').focus();
  });
})();
