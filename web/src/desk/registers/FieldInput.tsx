import { Input } from 'antd';
import { useState } from 'react';
import { useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { RegisterField } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { say, t } from '../../locale';

interface Props { id: string; field: RegisterField; value: string; onChange: (value: string) => void; any?: string }

const SUBDISTRICT = 9;
const COMMUNITY = 12;

function Options({ parent, value, onChange, id, any, label }: { parent: string; value: string; onChange: (value: string) => void; id?: string; any: string; label: string }) {
  const question = useCall('divisions', { query: { parent }, skip: !parent });
  return (
    <select id={id} aria-label={label} value={value} onChange={(e) => onChange(e.target.value)} disabled={!parent}>
      <option value="">{any}</option>
      {(question.data?.items ?? []).map((one) => <option key={one.code} value={one.code}>{one.name}</option>)}
    </select>
  );
}

/** Subdistrict, then community; the code is the finest chosen. */
export function DivisionInput({ id, value, onChange, any }: { id: string; value: string; onChange: (value: string) => void; any?: string }) {
  const { meta } = useSession();
  const sub = value.slice(0, SUBDISTRICT).length === SUBDISTRICT ? value.slice(0, SUBDISTRICT) : '';
  return (
    <span className="row">
      <Options id={id} label={t('registers.subdistrict')} parent={meta?.district ?? ''} value={sub} onChange={onChange} any={any ?? t('registers.chooseSubdistrict')} />
      <Options label={t('registers.community')} parent={sub} value={value.length === COMMUNITY ? value : ''} onChange={(code) => onChange(code || sub)} any={t('registers.wholeSubdistrict')} />
    </span>
  );
}

const FOUND = 10;

/** Another register's record, found by its name or key. */
function RefInput({ id, field, value, onChange }: Props) {
  const [q, setQ] = useState('');
  const register = field.register ?? '';
  const about = useCall('register', { path: { register } });
  const chosen = useCall('record', { path: { register, record: value || '0' }, skip: !value });
  const found = useCall('records', { path: { register }, query: { q, limit: FOUND }, skip: q.trim().length < 2 });
  const title = (values: unknown) => String((values as Record<string, unknown>)[about.data?.title_column ?? ''] ?? '');
  const record = chosen.data?.record;
  return (
    <span className="row">
      <Input id={id} value={q} placeholder={t('registers.find', { name: about.data ? say(about.data.title) : '' })} onChange={(e) => setQ(e.target.value)} />
      <select aria-label={t('registers.found', { name: say(field.name) })} value={value} onChange={(e) => onChange(e.target.value)}>
        <option value="">{t('registers.none')}</option>
        {value && record && <option value={value}>{title(record.values)}</option>}
        {(found.data?.items ?? []).filter((one) => one.id !== value).map((one) => <option key={one.id} value={one.id}>{title(one.values)}</option>)}
      </select>
    </span>
  );
}

/** One field of a record, by its type. */
export function FieldInput({ id, field, value, onChange, any }: Props) {
  switch (field.type) {
    case 'code': return (
      <select id={id} value={value} onChange={(e) => onChange(e.target.value)}>
        <option value="">{any ?? t('registers.choose')}</option>
        {field.codes.map((code) => <option key={code.code} value={code.code}>{say(code.name)}</option>)}
      </select>
    );
    case 'bool': return (
      <select id={id} value={value} onChange={(e) => onChange(e.target.value)}>
        <option value="">{any ?? t('registers.choose')}</option>
        <option value="true">{t('registers.yes')}</option>
        <option value="false">{t('registers.no')}</option>
      </select>
    );
    case 'date': return <DateField id={id} value={value} onChange={onChange} />;
    case 'division': return <DivisionInput id={id} value={value} onChange={onChange} any={any} />;
    case 'ref': return <RefInput id={id} field={field} value={value} onChange={onChange} />;
    case 'int': case 'decimal': case 'money': return <Input id={id} value={value} inputMode="decimal" autoComplete="off" onChange={(e) => onChange(e.target.value)} />;
    default: return <Input id={id} value={value} autoComplete="off" onChange={(e) => onChange(e.target.value)} />;
  }
}
