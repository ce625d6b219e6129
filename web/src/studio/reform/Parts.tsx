import { useState } from 'react';
import { useCall } from '../../api/hooks';
import type { SimulatedPart, SimulatedScheme } from '../../api/types.gen';
import { t } from '../../locale';
import { count, money } from '../../locale/format';
import { differs } from './words';

const yearly = ({ before, after }: SimulatedPart) => 12 * (after.entitled_fen - before.entitled_fen);
const anybody = ({ before, after }: SimulatedPart) => before.entitled + after.entitled + before.open + after.open > 0;

function PartsTable({ label, first, rows }: { label: string; first: string; rows: { name: string; part: SimulatedPart }[] }) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={label}>
      <table className="grid">
        <thead><tr><th scope="col">{first}</th><th scope="col" className="is-number">{t('reform.entitledBefore')}</th><th scope="col" className="is-number">{t('reform.entitledAfter')}</th><th scope="col" className="is-number">{t('reform.yearlyChange')}</th><th scope="col" className="is-number">{t('reform.open')}</th></tr></thead>
        <tbody>
          {rows.map(({ name, part }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="is-number number">{count(part.before.entitled)}</td><td className="is-number number">{count(part.after.entitled)}</td>
              <td className="is-number number">{money(yearly(part))}</td><td className="is-number number">{count(part.after.open)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** One scheme's change by division and by kind of household; those in which nobody is are left out. */
export function Parts({ schemes, names }: { schemes: SimulatedScheme[]; names: Map<string, string> }) {
  const changed = schemes.filter(differs);
  const [wanted, setWanted] = useState(changed[0]?.scheme ?? '');
  const scheme = changed.find((x) => x.scheme === wanted);
  const code = scheme?.divisions[0]?.division ?? '';
  const parent = code.slice(0, code.length > 6 ? 6 : 2);
  const divisions = useCall('divisions', { query: { parent }, skip: !parent });
  if (!scheme) return null;
  const divisionName = (one: string) => divisions.data?.items.find((d) => d.code.startsWith(one))?.name ?? one;
  const places = scheme.divisions.filter(anybody).sort((a, b) => Math.abs(yearly(b)) - Math.abs(yearly(a)));
  return (
    <section className="panel">
      <h2>{t('reform.where')}</h2>
      <div className="filters"><label>{t('leads.col.scheme')}<select value={wanted} onChange={(e) => setWanted(e.target.value)}>{changed.map((x) => <option key={x.scheme} value={x.scheme}>{names.get(x.scheme) ?? x.scheme}</option>)}</select></label></div>
      <h3>{t('reform.byType')}</h3>
      <PartsTable label={t('reform.byType')} first={t('reform.type')} rows={scheme.types.filter(anybody).map((part) => ({ name: t(`reform.type.${part.type}`), part }))} />
      <h3>{t('reform.byDivision')}</h3>
      <PartsTable label={t('reform.byDivision')} first={t('reform.division')} rows={places.map((part) => ({ name: divisionName(part.division ?? ''), part }))} />
    </section>
  );
}
