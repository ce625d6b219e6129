import { Button } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { RecusalLed } from '../../api/types.gen';
import { Problem, Show } from '../../components/State';
import { t } from '../../locale';
import { dayOf } from '../../locale/format';

const keyOf = (one: RecusalLed) => `${one.login} ${one.district} ${one.person}`;

/** What colleagues have declared; a leader takes back what was declared in error, with the reason. */
export function RecusalsLed() {
  const question = useCall('recusals_led');
  const [chosen, setChosen] = useState('');
  const [reason, setReason] = useState('');
  const act = useAct();
  const choose = (key: string) => { setChosen(key); setReason(''); act.clear(); };
  const withdraw = (event: FormEvent, one: RecusalLed) => {
    event.preventDefault();
    void act.run(async () => {
      await call('recusal_withdraw', { body: { login: one.login, district: one.district, person: one.person, reason: reason.trim() } });
      choose('');
      question.reload();
    });
  };
  return (
    <section className="panel recusals-led">
      <h2>{t('recusal.led')}</h2>
      <p className="quiet">{t('recusal.ledIntro')}</p>
      <Show of={question} lines={2}>{({ items }) => items.length === 0 ? <p className="quiet">{t('recusal.ledNone')}</p> : (
        <>
          <ul className="plain">{items.map((one) => (
            <li key={keyOf(one)}>
              <strong>{one.officer}</strong> {t('recusal.ledLine', { name: one.name, relation: t(`recusal.relation.${one.relation}`) })} <span className="quiet">{dayOf(one.declared_at)}</span>
              {chosen !== keyOf(one) ? <> <Button size="small" onClick={() => choose(keyOf(one))}>{t('recusal.withdraw')}<span className="hidden">{`${one.officer} ${one.name}`}</span></Button></> : (
                <form onSubmit={(event) => withdraw(event, one)} className="duty-form">
                  {act.error && <Problem error={act.error} focus />}
                  <label className="note-label" htmlFor="withdraw-reason">{t('recusal.reason')}</label>
                  <input className="plain-input" id="withdraw-reason" value={reason} onChange={(e) => setReason(e.target.value)} autoComplete="off" maxLength={500} />
                  <p className="draft-acts"><button type="submit" className="button" disabled={act.busy || !reason.trim()}>{t('recusal.doWithdraw')}</button><Button onClick={() => choose('')}>{t('recusal.keep')}</Button></p>
                </form>
              )}
            </li>
          ))}</ul>
          {items.length >= 200 && <p className="quiet">{t('recusal.ledMore')}</p>}
        </>
      )}</Show>
    </section>
  );
}
