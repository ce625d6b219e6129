import { Button, Input } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import type { Matter, PersonElsewhere } from '../../api/types.gen';
import { Problem } from '../../components/State';
import { say, t } from '../../locale';
import { day } from '../../locale/format';

export interface Elsewhere { number: string; matter: Matter; found: PersonElsewhere }

/** Who lives under another office of the city: by the whole number, for a matter that any counter takes in. */
export function FindElsewhere({ matters, onFound }: { matters: Matter[]; onFound: (one: Elsewhere) => void }) {
  const wide = matters.filter((one) => one.open && one.city_wide);
  const [id, setId] = useState('');
  const [number, setNumber] = useState('');
  const [found, setFound] = useState<PersonElsewhere | null>(null);
  const act = useAct();
  const matter = wide.find((one) => one.id === id) ?? wide[0];
  const whole = number.trim();
  const search = (event: FormEvent) => {
    event.preventDefault();
    if (!matter || whole.length < 15) return;
    setFound(null);
    void act.run(async () => setFound(await call('person_elsewhere', { body: { id_number: whole, matter: matter.id, purpose: 'counter_application' } })));
  };
  if (!matter) return null;
  return (
    <form className="panel" onSubmit={search}>
      <h2>{t('elsewhere.title')}</h2>
      <p className="quiet">{t('elsewhere.hint')}</p>
      <div className="filters">
        <label>{t('new.matter')}
          <select className="plain-input" value={matter.id} onChange={(e) => { setId(e.target.value); setFound(null); }}>{wide.map((one) => <option key={one.id} value={one.id}>{say(one.name)}</option>)}</select>
        </label>
        <label>{t('elsewhere.number')}<Input value={number} autoComplete="off" maxLength={18} onChange={(e) => { setNumber(e.target.value); setFound(null); }} /></label>
        <Button htmlType="submit" disabled={whole.length < 15} loading={act.busy}>{t('elsewhere.do')}</Button>
      </div>
      {matter.city_wide && <p className="quiet">{t('elsewhere.basis', { article: matter.city_wide.article, from: day(matter.city_wide.valid_from) })}{' \u00b7 '}{t(`elsewhere.clock.${matter.city_wide.clock}`)}</p>}
      {act.error && <Problem error={act.error} focus />}
      {found && !found.elsewhere && <p className="note is-warn" role="status">{t('elsewhere.own')}</p>}
      {found?.elsewhere && (
        <ul className="plain found">
          <li>
            <span><strong>{found.name_masked}</strong> <span className="number">{found.id_masked}</span> <span className="quiet">{t('find.born', { year: found.birth_year })}{' \u00b7 '}{t('elsewhere.of', { office: found.office })}</span></span>
            <Button type="primary" onClick={() => onFound({ number: whole, matter, found })}>{t('elsewhere.take')}</Button>
          </li>
        </ul>
      )}
    </form>
  );
}
