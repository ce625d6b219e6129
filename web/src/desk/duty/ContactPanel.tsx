import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { Contact } from '../../api/types.gen';
import { Contact as Shown } from '../../components/Contact';
import { Problem, Skeleton } from '../../components/State';
import { t } from '../../locale';

const FIELDS = ['office', 'office_en', 'telephone', 'address', 'address_en', 'hours', 'hours_en'] as const;
type Field = typeof FIELDS[number];

function written(old: Contact | undefined): Record<Field, string> {
  const pair = (key: 'office' | 'address' | 'hours') => ({ zh: old?.[key].zh ?? '', en: old && old[key].en !== old[key].zh ? old[key].en : '' });
  const office = pair('office'), address = pair('address'), hours = pair('hours');
  return { office: office.zh, office_en: office.en, telephone: old?.telephone ?? '', address: address.zh, address_en: address.en, hours: hours.zh, hours_en: hours.en };
}

function Edit({ division, old, onDone }: { division: string; old: Contact | undefined; onDone: () => void }) {
  const [text, setText] = useState(() => written(old));
  const act = useAct();
  const send = (event: FormEvent) => {
    event.preventDefault();
    void act.run(async () => {
      await call('contact_put', { path: { division }, body: { ...text, office_en: text.office_en || null, address_en: text.address_en || null, hours_en: text.hours_en || null } });
      onDone();
    });
  };
  return (
    <form onSubmit={send} className="duty-form">
      {act.error && <Problem error={act.error} focus />}
      {FIELDS.map((field) => (
        <div key={field}>
          <label className="note-label" htmlFor={`contact-${field}`}>{t(`contact.${field}`)}</label>
          <input className="plain-input" id={`contact-${field}`} value={text[field]} onChange={(e) => setText({ ...text, [field]: e.target.value })} autoComplete="off" maxLength={100} />
        </div>
      ))}
      <p><button type="submit" className="button" disabled={act.busy || !text.office.trim() || !text.telephone.trim() || !text.address.trim() || !text.hours.trim()}>{t('contact.save')}</button></p>
    </form>
  );
}

/** Whom residents are told to ask, by place; a leader writes it. */
export function ContactPanel({ places }: { places: [string, string][] }) {
  const [division, setDivision] = useState(places[0]?.[0] ?? '');
  const [editing, setEditing] = useState(false);
  const question = useCall('contact', { path: { division }, skip: !division });
  const none = question.error?.status === 404;
  const own = question.data?.division === division ? question.data : undefined;
  return (
    <section className="panel">
      <h2>{t('contact.title')}</h2>
      <p className="quiet">{t('contact.intro')}</p>
      <label className="note-label" htmlFor="contact-place">{t('duty.place')}</label>
      <select id="contact-place" value={division} onChange={(e) => { setDivision(e.target.value); setEditing(false); }}>{places.map(([code, text]) => <option key={code} value={code}>{text}</option>)}</select>
      {question.loading && <Skeleton lines={3} />}
      {question.error && !none && <Problem error={question.error} onRetry={question.reload} />}
      {none && <p className="quiet">{t('contact.none')}</p>}
      {!question.loading && question.data && !editing && <Shown office={question.data} />}
      {!question.loading && question.data && !own && !editing && <p className="quiet">{t('contact.above')}</p>}
      {!question.loading && !editing && <p><button type="button" className="button is-second" onClick={() => setEditing(true)}>{t('contact.change')}</button></p>}
      {editing && <Edit key={division} division={division} old={own} onDone={() => { setEditing(false); question.reload(); }} />}
    </section>
  );
}
