import { Button, Input } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import type { PersonFound, PersonFoundList } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { Empty, Problem } from '../../components/State';
import { t } from '../../locale';
import { PurposeChoice } from '../PurposeGate';

/** Find a person by number, or by name with birth date or the last four; always with a purpose. */
export function FindPerson({ onFound }: { onFound: (person: PersonFound) => void }) {
  const [text, setText] = useState('');
  const [idNumber, setIdNumber] = useState('');
  const [name, setName] = useState('');
  const [last4, setLast4] = useState('');
  const [birth, setBirth] = useState('');
  const [purpose, setPurpose] = useState('counter_application');
  const [found, setFound] = useState<PersonFoundList | null>(null);
  const act = useAct();
  const enough = text.trim().length >= 2 || !!idNumber.trim() || (!!name.trim() && (!!last4.trim() || !!birth));
  const search = (event: FormEvent) => {
    event.preventDefault();
    if (!enough) return;
    void act.run(async () => setFound(await call('person_search', {
      body: { text: text.trim() || null, id_number: idNumber.trim() || null, name: name.trim() || null, last4: last4.trim() || null, birth: birth || null, purpose },
    })));
  };
  return (
    <form className="panel" onSubmit={search}>
      <h2>{t('find.title')}</h2>
      <div className="filters">
        <label>{t('find.text')}<Input value={text} autoComplete="off" maxLength={60} placeholder={t('find.textHint')} onChange={(e) => setText(e.target.value)} /></label>
      </div>
      <p className="quiet">{t('find.or')}</p>
      <div className="filters">
        <label>{t('find.id')}<Input value={idNumber} autoComplete="off" maxLength={18} onChange={(e) => setIdNumber(e.target.value)} /></label>
      </div>
      <p className="quiet">{t('find.or')}</p>
      <div className="filters">
        <label>{t('find.name')}<Input value={name} autoComplete="off" onChange={(e) => setName(e.target.value)} /></label>
        <label>{t('find.last4')}<Input value={last4} autoComplete="off" maxLength={4} onChange={(e) => setLast4(e.target.value)} /></label>
        <label htmlFor="find-birth">{t('find.birth')}<DateField id="find-birth" value={birth} onChange={setBirth} /></label>
      </div>
      <PurposeChoice value={purpose} onChange={setPurpose} only={['counter_application', 'enquiry', 'case_handling']} />
      <p className="row"><Button type="primary" htmlType="submit" disabled={!enough} loading={act.busy}>{t('find.do')}</Button>{!enough && <span className="quiet">{t('find.enough')}</span>}</p>
      {act.error && <Problem error={act.error} focus />}
      {found && (found.items.length === 0
        ? <Empty title={t('find.none')}><p>{t('find.noneHint')}</p></Empty>
        : (
          <>
            <ul className="plain found">
              {found.items.map((person) => (
                <li key={person.person}>
                  <span><strong>{person.name_masked}</strong> <span className="number">{person.id_masked}</span> <span className="quiet">{t('find.born', { year: person.birth_year })} · {person.division_name}</span></span>
                  <Button onClick={() => onFound(person)}>{t('find.choose')}<span className="hidden">{person.name_masked}</span></Button>
                </li>
              ))}
            </ul>
            {found.more && <p className="note is-warn">{t('find.more')}</p>}
          </>
        ))}
    </form>
  );
}
