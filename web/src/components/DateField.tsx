import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { t } from '../locale';

interface Props { id: string; value: string; onChange: (value: string) => void; max?: string; month?: boolean }

/** A day (2026-11-22) or a month (2026-11), shown as the language writes it and typed either way.
 *  Enter takes what was typed; it does not send the form, which would still hold the value before. */
export function DateField({ id, value, onChange, max, month = false }: Props) {
  const plain = month ? 'YYYY-MM' : 'YYYY-MM-DD';
  const written = t(month ? 'format.picker.month' : 'format.picker.date');
  return (
    <span className="date-field" onKeyDown={(event) => { if (event.key === 'Enter') event.preventDefault(); }}>
    <DatePicker id={id} getPopupContainer={(trigger) => trigger.parentElement ?? document.body} picker={month ? 'month' : 'date'} format={[written, plain, plain.replace(/-/g, '')]} placeholder={month ? '2026-11' : '2026-11-22'}
      value={value ? dayjs(value) : null} maxDate={max ? dayjs(max) : undefined} onChange={(date) => onChange(date ? date.format(plain) : '')} />
    </span>
  );
}
