import { useState } from 'react';
import { useCall } from '../api/hooks';
import type { CaseReceipt, Matter, PersonFound } from '../api/types.gen';
import { Show } from '../components/State';
import { link } from '../components/route';
import { say, t } from '../locale';
import { day } from '../locale/format';
import { CounterForm, ElsewhereForm } from './new/CounterForm';
import { FindElsewhere, type Elsewhere } from './new/FindElsewhere';
import { FindPerson } from './new/FindPerson';

/** An application at the counter or by telephone: who, what, the same form as residents fill. */
export function NewCasePage() {
  const [person, setPerson] = useState<PersonFound | null>(null);
  const [matter, setMatter] = useState<Matter | null>(null);
  const [receipt, setReceipt] = useState<CaseReceipt | null>(null);
  const [elsewhere, setElsewhere] = useState<Elsewhere | null>(null);
  const matters = useCall('matters');
  const again = () => { setPerson(null); setMatter(null); setReceipt(null); setElsewhere(null); };
  if (receipt) {
    return (
      <section className="panel receipt-panel">
        <h1>{t('receipt.title')}</h1>
        <p>{t('receipt.number')} <strong className="number">{receipt.number}</strong></p>
        {receipt.elsewhere ? <p>{t('elsewhere.sent', { office: receipt.office })}</p> : <p>{say(receipt.next)}</p>}
        {receipt.due_on && <p>{t('receipt.due', { date: day(receipt.due_on) })}</p>}
        <p className="row"><a className="button" href={link(receipt.elsewhere ? 'taken' : 'case', receipt.id)}>{t('new.open')}</a><button type="button" className="button is-second" onClick={again}>{t('new.again')}</button></p>
      </section>
    );
  }
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.new')}</h1></div>
      {!person && !elsewhere && <FindPerson onFound={setPerson} />}
      {!person && !elsewhere && matters.data && <FindElsewhere matters={matters.data} onFound={setElsewhere} />}
      {elsewhere && (
        <section className="panel row">
          <p><strong>{elsewhere.found.name_masked}</strong> <span className="number">{elsewhere.found.id_masked}</span> <span className="quiet">{t('elsewhere.of', { office: elsewhere.found.office })}</span></p>
          <button type="button" className="text-button" onClick={again}>{t('new.other')}</button>
        </section>
      )}
      {elsewhere && <ElsewhereForm number={elsewhere.number} matter={elsewhere.matter} onDone={setReceipt} />}
      {person && (
        <section className="panel row">
          <p><strong>{person.name_masked}</strong> <span className="number">{person.id_masked}</span> <span className="quiet">{person.division_name}</span></p>
          <button type="button" className="text-button" onClick={again}>{t('new.other')}</button>
        </section>
      )}
      {person && !matter && (
        <section className="panel">
          <h2>{t('new.matter')}</h2>
          <Show of={matters} lines={3}>{(list) => (
            <ul className="plain">{list.filter((item) => item.open).map((item) => <li key={item.id}><button type="button" className="text-button" onClick={() => setMatter(item)}>{say(item.name)}</button> <span className="quiet">{say(item.summary)}</span></li>)}</ul>
          )}</Show>
        </section>
      )}
      {person && matter && <CounterForm person={person} matter={matter} onDone={setReceipt} />}
    </>
  );
}
