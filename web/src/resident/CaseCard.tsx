import type { CaseSummary } from '../api/types.gen';
import { link } from '../components/route';
import { say, t } from '../locale';
import { day, money } from '../locale/format';

/** good: decided for; bad: decided against; now: on its way. */
export function tone(item: CaseSummary): 'good' | 'bad' | 'now' {
  if (item.outcome === 'approved') return 'good';
  return item.outcome && ['refused', 'rejected', 'lapsed'].includes(item.outcome) ? 'bad' : 'now';
}

/** `level`: of its heading, one below the heading it stands under. */
export function CaseCard({ item, level = 2 }: { item: CaseSummary; level?: 2 | 3 }) {
  const Heading = `h${level}` as const;
  return (
    <li className={`card is-${tone(item)}`}>
      <p className="card-state">{say(item.state_name)}</p>
      <Heading><a href={link('case', item.id)}>{say(item.matter_name)}</a></Heading>
      <p className="card-words">
        <span className="number">{item.number}</span>
        <span>{t('case.appliedOn', { date: day(item.applied_on) })}</span>
        {item.due_on && !item.outcome && <span>{t(item.due_provisional ? 'case.dueProvisional' : 'case.due', { date: day(item.due_on) })}</span>}
        {item.outcome === 'approved' && !!item.monthly_fen && <span>{t('case.monthly', { sum: money(item.monthly_fen) })}</span>}
      </p>
    </li>
  );
}
