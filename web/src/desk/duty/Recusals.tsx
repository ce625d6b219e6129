import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { Problem, Show } from '../../components/State';
import { t } from '../../locale';
import { dayOf } from '../../locale/format';

const RELATIONS = ['spouse', 'blood', 'in_law', 'interest'] as const;

/** Relatives, and whoever else one has an interest in: declared once, kept away from for good. */
export function Recusals() {
  const question = useCall('recusals');
  const [number, setNumber] = useState('');
  const [relation, setRelation] = useState<(typeof RELATIONS)[number]>('spouse');
  const act = useAct();
  const send = (event: FormEvent) => {
    event.preventDefault();
    void act.run(async () => {
      await call('recusal_declare', { body: { id_number: number.trim(), relation } });
      setNumber('');
      question.reload();
    });
  };
  return (
    <section className="panel">
      <h2>{t('recusal.title')}</h2>
      <p className="quiet">{t('recusal.intro')}</p>
      {act.error && <Problem error={act.error} focus />}
      <Show of={question} lines={2}>{({ items }) => items.length === 0 ? <p className="quiet">{t('recusal.none')}</p> : (
        <ul className="plain">{items.map((one) => <li key={`${one.name}${one.declared_at}`}><strong>{one.name}</strong> {t(`recusal.relation.${one.relation}`)} <span className="quiet">{dayOf(one.declared_at)}</span></li>)}</ul>
      )}</Show>
      <form onSubmit={send} className="duty-form">
        <label className="note-label" htmlFor="recusal-number">{t('recusal.number')}</label>
        <input className="plain-input" id="recusal-number" value={number} onChange={(e) => setNumber(e.target.value)} autoComplete="off" inputMode="text" maxLength={18} />
        <label className="note-label" htmlFor="recusal-relation">{t('recusal.relation')}</label>
        <select id="recusal-relation" value={relation} onChange={(e) => setRelation(e.target.value as typeof relation)}>{RELATIONS.map((one) => <option key={one} value={one}>{t(`recusal.relation.${one}`)}</option>)}</select>
        <p><button type="submit" className="button" disabled={act.busy || number.trim().length !== 18}>{t('recusal.declare')}</button></p>
      </form>
    </section>
  );
}
