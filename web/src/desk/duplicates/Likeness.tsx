import type { DuplicateWhy } from '../../api/types.gen';
import { t } from '../../locale';
import { percent } from '../../locale/format';

type Level = 'equal' | 'near' | 'differs';
const SAME = 7;
const NEAR = 4;
const SAME_BIRTHDAY = 2; // of two different numbers
export const levelOf = ({ field, level }: DuplicateWhy): Level => (level >= SAME ? 'equal' : level >= (field === 'number' ? SAME_BIRTHDAY : NEAR) ? 'near' : 'differs');
const MARK: Record<Level, string> = { equal: 'is-good', near: 'is-warn', differs: '' };

/** How likely the two are one, and by which fields: what agreed, what nearly, what speaks against it. */
export function Likeness({ milli, why }: { milli: number; why: DuplicateWhy[] }) {
  return (
    <span className="likeness">
      <strong>{percent(milli)}</strong>{' '}
      {why.map((one) => <span key={one.field}><span className={`mark ${MARK[levelOf(one)]}`}>{t(`duplicate.field.${one.field}`)}{' '}{t(`duplicate.level.${levelOf(one)}`)}</span>{' '}</span>)}
    </span>
  );
}
