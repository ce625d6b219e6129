import { Button } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { DutyList } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { Problem } from '../../components/State';
import { t } from '../../locale';
import { day } from '../../locale/format';
import { Colleague } from './Colleague';

/** Who is away and who stands in; one's own absence, and for leaders a colleague's. */
export function Absences({ data, onDone }: { data: DutyList; onDone: () => void }) {
  const { session, meta } = useSession();
  const [login, setLogin] = useState('');
  const [deputy, setDeputy] = useState('');
  const [from, setFrom] = useState(meta?.today ?? '');
  const [until, setUntil] = useState('');
  const act = useAct();
  const own = session?.login ?? '';
  const whose = data.leads ? login : own;
  const send = (event: FormEvent) => {
    event.preventDefault();
    void act.run(async () => {
      await call('absence_new', { body: { login: data.leads ? login : null, deputy, from, until } });
      setDeputy('');
      setUntil('');
      onDone();
    });
  };
  const end = (absence: string) => act.run(async () => { await call('absence_end', { path: { absence } }); onDone(); });
  return (
    <section className="panel">
      <h2>{t('duty.absences')}</h2>
      {act.error && <Problem error={act.error} focus />}
      {data.absences.length === 0 ? <p className="quiet">{t('duty.nobodyAway')}</p> : (
        <ul className="plain duty-absences">{data.absences.map((one) => (
          <li key={one.id}>
            <strong>{one.name}</strong> {t('duty.awayLine', { from: day(one.from), until: day(one.until), deputy: one.deputy_name })} {one.now && <span className="mark is-now">{t('duty.now')}</span>}
            {one.may_end && <> <Button size="small" disabled={act.busy} onClick={() => void end(one.id)}>{t('duty.end')}<span className="hidden">{one.name}</span></Button></>}
          </li>
        ))}</ul>
      )}
      <form onSubmit={send} className="duty-form">
        <h3>{t(data.leads ? 'duty.newFor' : 'duty.newOwn')}</h3>
        {data.leads && <Colleague id="absence-whose" label={t('duty.whose')} posts={data.items} value={login} onChange={setLogin} except={own} />}
        <Colleague id="absence-deputy" label={t('duty.deputy')} posts={data.items} value={deputy} onChange={setDeputy} except={whose} />
        <label className="note-label" htmlFor="absence-from">{t('duty.from')}</label><DateField id="absence-from" value={from} onChange={setFrom} />
        <label className="note-label" htmlFor="absence-until">{t('duty.until')}</label><DateField id="absence-until" value={until} onChange={setUntil} />
        <p className="quiet">{t('duty.hint')}</p>
        <button type="submit" className="button" disabled={act.busy || !deputy || !from || !until || !whose}>{t('duty.record')}</button>
      </form>
    </section>
  );
}
