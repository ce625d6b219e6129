import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import customParseFormat from 'dayjs/plugin/customParseFormat';
import { t } from '../locale';

dayjs.extend(customParseFormat);

interface Props { id: string; value: string; onChange: (value: string) => void; max?: string; month?: boolean }

/** A day (2026-11-22) or a month (2026-11), shown as the language writes it and typed either way.
 *  What is typed or pasted counts at once, not when the field is left: a button pressed next would send the value before.
 *  Enter takes what was typed; it does not send the form. */
export function DateField({ id, value, onChange, max, month = false }: Props) {
  const plain = month ? 'YYYY-MM' : 'YYYY-MM-DD';
  const written = t(month ? 'format.picker.month' : 'format.picker.date');
  const formats = [written, plain, plain.replace(/-/g, '')];
  const typed = (text: string) => {
    const date = formats.map((format) => dayjs(text.trim(), format, true)).find((one) => one.isValid());
    if (date && !(max && date.isAfter(dayjs(max), month ? 'month' : 'day'))) onChange(date.format(plain));
  };
  return (
    <span className="date-field" onInput={(event) => { if (event.target instanceof HTMLInputElement) typed(event.target.value); }} onKeyDown={(event) => { if (event.key === 'Enter') event.preventDefault(); }}>
    <DatePicker id={id} getPopupContainer={(trigger) => trigger.parentElement ?? document.body} picker={month ? 'month' : 'date'} format={formats} placeholder={t(month ? 'format.picker.monthLike' : 'format.picker.dateLike')}
      value={value ? dayjs(value) : null} maxDate={max ? dayjs(max) : undefined} onChange={(date) => onChange(date ? date.format(plain) : '')} />
    </span>
  );
}
