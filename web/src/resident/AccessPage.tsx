import { useState } from 'react';
import { call } from '../api/client';
import { useAct, useCall } from '../api/hooks';
import type { AccessEntry } from '../api/types.gen';
import { Empty, Problem, Show } from '../components/State';
import { say, t, word } from '../locale';
import { day, moment } from '../locale/format';
import { roleName } from '../components/roles';
import { AskWhy } from './AskWhy';

function Entry({ entry, onAsked }: { entry: AccessEntry; onAsked: () => void }) {
  return (
    <li className="card">
      <p className="card-state">{moment(entry.at)}</p>
      <h2>{entry.kind === 'self' ? t('access.self') : `${say(entry.office)} \u00b7 ${roleName(entry.role)}`}</h2>
      <p>{t('access.why', { why: say(entry.purpose) })}</p>
      {entry.fields.length > 0 && <p>{t('access.fields', { fields: entry.fields.map(say).join(t('form.join')) })}</p>}
      {entry.delayed && <p className="note">{t('access.delayed', { until: day(entry.delayed.until), office: entry.delayed.office, role: roleName(entry.delayed.role), why: say(entry.delayed.why), basis: entry.delayed.basis })}</p>}
      <p className="card-words">
        <span>{word('access.kind', entry.kind)}</span>
        {entry.case_number && <span className="number">{entry.case_number}</span>}
        <span className="number">{t('access.entry', { entry: entry.entry })}</span>
      </p>
      {entry.kind !== 'self' && <AskWhy entry={entry} onAsked={onAsked} />}
    </li>
  );
}

/** Who looked at my data: newest first, why on each. */
export function AccessPage() {
  const first = useCall('my_access');
  const [more, setMore] = useState<AccessEntry[]>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const [own, setOwn] = useState(false);
  const act = useAct();
  const cursor = next === undefined ? first.data?.next : next;
  const load = () => act.run(async () => {
    const page = await call('my_access', { query: { cursor } });
    setMore((old) => [...old, ...page.items]);
    setNext(page.next ?? null);
  });
  /* Asked about: the list is read again from its beginning, so that the answer's time shows. */
  const again = () => { setMore([]); setNext(undefined); first.reload(); };
  return (
    <>
      <h1>{t('access.title')}</h1>
      <p className="lead">{t('access.lead')}</p>
      <p className="quiet">{t('access.later')}</p>
      <label className="form-choice own-looks"><input type="checkbox" checked={own} onChange={(e) => setOwn(e.target.checked)} /><span>{t('access.own')}</span></label>
      <Show of={first}>{({ items }) => {
        const shown = [...items, ...more].filter((entry) => own || entry.kind !== 'self');
        if (shown.length > 0) return <ul className="cards">{shown.map((entry) => <Entry key={entry.entry} entry={entry} onAsked={again} />)}</ul>;
        return <Empty title={t(cursor ? 'access.noneHere' : 'access.none')} />;
      }}</Show>
      {act.error && <Problem error={act.error} />}
      {cursor && <p className="actions"><button type="button" className="button is-second" disabled={act.busy} onClick={() => void load()}>{t('more')}</button></p>}
      <div className="note block"><p>{t('access.wrong', { number: t('help.number') })}</p></div>
    </>
  );
}
