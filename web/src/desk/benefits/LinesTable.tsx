import type { DecisionLine } from '../../api/types.gen';
import { say, t } from '../../locale';
import { money } from '../../locale/format';

/** What a benefit is made of. */
export function LinesTable({ lines, caption, total }: { lines: DecisionLine[]; caption: string; total: number }) {
  if (lines.length === 0) return null;
  return (
    <table className="grid">
      <caption>{caption}</caption>
      <thead><tr><th scope="col">{t('decision.line.item')}</th><th scope="col" className="is-number">{t('decision.monthly')}</th></tr></thead>
      <tbody>{lines.map((line, i) => <tr key={i}><th scope="row">{say(line.item_name)}</th><td className="is-number number">{money(line.monthly_fen)}</td></tr>)}</tbody>
      <tfoot><tr><th scope="row">{t('decision.total')}</th><td className="is-number number">{money(total)}</td></tr></tfoot>
    </table>
  );
}
