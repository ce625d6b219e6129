import { t } from '../locale';

interface Props { id: string; value: string; off: boolean; wrong: boolean; onChange: (value: string) => void }

const WIDTH = { y: 4, m: 2, d: 2 } as const;

/** Year, month and day apart, typed as digits: quicker and surer than a calendar for a birth date. */
export function DateInput({ id, value, off, wrong, onChange }: Props) {
  const [y = '', m = '', d = ''] = value.split('-');
  const parts = { y, m, d };
  const order = t('format.dateOrder').split('') as (keyof typeof parts)[];
  const set = (name: keyof typeof parts, text: string) => {
    const next = { ...parts, [name]: text.normalize('NFKC').replace(/\D/g, '').slice(0, WIDTH[name]) };
    onChange(next.y || next.m || next.d ? `${next.y}-${next.m}-${next.d}` : '');
  };
  return (
    <div className="form-date">
      {order.map((name) => (
        <label key={name}>
          <input id={`${id}-${name}`} inputMode="numeric" autoComplete="off" size={WIDTH[name]} value={parts[name]} disabled={off}
            aria-invalid={wrong || undefined} onChange={(e) => set(name, e.target.value)} />
          <span>{t(`form.date.${name}`)}</span>
        </label>
      ))}
    </div>
  );
}
