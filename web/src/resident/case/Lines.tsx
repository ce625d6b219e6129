import type { DecisionLine } from '../../api/types.gen';
import { say, t } from '../../locale';
import { money } from '../../locale/format';

/** The sum, line by line. */
export function Lines({ lines, total, once = 0 }: { lines: DecisionLine[]; total: number; once?: number }) {
  if (lines.length === 0) return null;
  return (
    <table className="table">
      <caption>{t('decision.lines')}</caption>
      <thead><tr><th scope="col">{t('decision.line.item')}</th><th scope="col" className="is-number">{t('decision.line.sum')}</th></tr></thead>
      <tbody>
        {lines.map((line, i) => (
          <tr key={i}>
            <th scope="row">{say(line.item_name)}{line.member_name && <small>{line.member_name}</small>}</th>
            <td className="is-number number">{money(line.monthly_fen || line.once_fen)}{line.once_fen > 0 && <small>{t('decision.once')}</small>}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr><th scope="row">{t('decision.monthly')}</th><td className="is-number number">{money(total)}</td></tr>
        {once > 0 && <tr><th scope="row">{t('decision.onceTotal')}</th><td className="is-number number">{money(once)}</td></tr>}
      </tfoot>
    </table>
  );
}
