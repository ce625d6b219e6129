import { Button } from 'antd';
import { useState } from 'react';
import { useSession } from '../api/session';
import { t } from '../locale';

/** The purposes of the officer's roles (civil/access): a look at a person has one. */
export function PurposeChoice({ value, onChange, only }: { value: string; onChange: (value: string) => void; only?: readonly string[] }) {
  const mine = useSession().session?.purposes ?? [];
  return (
    <fieldset className="purposes">
      <legend>{t('purpose.legend')}</legend>
      <p className="quiet">{t('purpose.hint')}</p>
      {mine.filter((purpose) => !only || only.includes(purpose)).map((purpose) => (
        <label key={purpose}><input type="radio" name="purpose" value={purpose} checked={value === purpose} onChange={() => onChange(purpose)} /> {t(`purpose.${purpose}`)}</label>
      ))}
    </fieldset>
  );
}

/** A page that may be seen only with a purpose. */
export function PurposeGate({ onPurpose }: { onPurpose: (purpose: string) => void }) {
  const [purpose, setPurpose] = useState('');
  return (
    <section className="panel">
      <h1>{t('purpose.title')}</h1>
      <PurposeChoice value={purpose} onChange={setPurpose} />
      <p><Button type="primary" disabled={!purpose} onClick={() => onPurpose(purpose)}>{t('purpose.go')}</Button></p>
    </section>
  );
}
