import { useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Allocation, AllocationRow } from '../../api/types.gen';
import { t } from '../../locale';
import { count, money } from '../../locale/format';

const percentOf = (share: string) => `${(Number(share) * 100).toFixed(4)}%`;

function heldText(row: AllocationRow): string {
  return row.held === 'free' ? '' : t(`funds.held.${row.held}`, { round: row.round });
}

/** Every step of sharing a sum out; `beside`: another reckoning, to see the difference from it. */
export function AllocationSteps({ of, beside }: { of: Allocation; beside?: Allocation | null }) {
  const { meta } = useSession();
  const divisions = useCall('divisions', { query: { parent: meta?.district ?? undefined }, skip: !meta?.district });
  const name = (code: string) => divisions.data?.items.find((one) => one.code === code)?.name ?? code;
  const former = new Map((beside?.divisions ?? []).map((row) => [row.division, row.amount_fen]));
  return (
    <>
      <ol className="plain">
        {of.rounds.map((round, i) => (
          <li key={i}>{t(round.at_floor || round.at_cap ? 'funds.roundHeld' : 'funds.round', { round: i + 1, rest: money(Math.round(Number(round.rest_fen))), free: count(round.free), floor: count(round.at_floor), cap: count(round.at_cap) })}</li>
        ))}
        {of.units_left > 0 && <li>{t('funds.units', { n: count(of.units_left), unit: money(of.unit_fen) })}</li>}
      </ol>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('funds.steps')}>
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">{t('funds.division')}</th>
              {of.factors.map((factor) => <th key={factor.name} scope="col" className="is-number">{factor.name}<br /><small className="quiet">{t('funds.weightOf', { weight: factor.weight, sum: factor.sum })}</small></th>)}
              <th scope="col" className="is-number">{t('funds.share')}</th><th scope="col" className="is-number">{t('funds.amount')}</th>
              {beside && <th scope="col" className="is-number">{t('funds.difference')}</th>}
              <th scope="col">{t('funds.remark')}</th>
            </tr>
          </thead>
          <tbody>
            {of.divisions.map((row) => (
              <tr key={row.division}>
                <th scope="row">{name(row.division)}</th>
                {row.factors.map((one, i) => <td key={i} className="is-number number">{one.value}<br /><small className="quiet">{percentOf(one.points)}</small></td>)}
                <td className="is-number number">{percentOf(row.share)}</td><td className="is-number number">{money(row.amount_fen)}</td>
                {beside && <td className="is-number number">{former.has(row.division) ? money(row.amount_fen - (former.get(row.division) ?? 0)) : t('funds.notThere')}</td>}
                <td>{heldText(row)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot><tr><th scope="row">{t('funds.all')}</th>{of.factors.map((factor) => <td key={factor.name} />)}<td /><td className="is-number number">{money(of.total_fen)}</td>{beside && <td />}<td /></tr></tfoot>
        </table>
      </div>
      <p className="quiet">{t('funds.how')}</p>
    </>
  );
}
