import { useCall } from '../../api/hooks';
import type { Fact, Household, Json, Member } from '../../api/types.gen';
import { factText } from '../../components/FactValue';
import { Empty, Show } from '../../components/State';
import { isObject } from '../../form/schema';
import { t, word } from '../../locale';
import { day, money, month } from '../../locale/format';
import { called } from '../../locale/words';
import { Reveal } from '../Reveal';
import type { TabProps } from './CasePage';

const part = (value: Json | undefined, name: string): Json => (isObject(value) ? value[name] ?? null : null);

/** Facts in rows: value, source, date; what another source says stands beside it. */
export function FactTable({ facts, label }: { facts: Fact[]; label: string }) {
  if (facts.length === 0) return <p className="quiet">{t('facts.none')}</p>;
  const conflicts = facts.some((fact) => fact.conflict != null);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={label}>
      <table className="grid facts-grid">
        <thead><tr><th scope="col">{t('facts.name')}</th><th scope="col">{t('facts.value')}</th><th scope="col">{t('facts.source')}</th><th scope="col">{t('facts.date')}</th>{conflicts && <th scope="col">{t('facts.other')}</th>}</tr></thead>
        <tbody>
          {facts.map((fact, i) => (
            <tr key={`${fact.name}${i}`} className={fact.conflict != null ? 'is-conflict' : undefined}>
              <th scope="row">{called(fact.name)}</th>
              <td>{factText(fact.value)}</td>
              <td className="nowrap">{word('source', fact.source)}</td>
              <td className="nowrap">{day(fact.as_of)}</td>
              {conflicts && <td>{fact.conflict != null && <ConflictCell value={fact.conflict} />}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ConflictCell({ value }: { value: Json }) {
  if (!isObject(value) || !('value' in value)) return <strong>{factText(value)}</strong>;
  const source = part(value, 'source');
  const date = part(value, 'as_of');
  return <><strong>{factText(part(value, 'value'))}</strong> <span className="quiet">{typeof source === 'string' ? word('source', source) : ''} {typeof date === 'string' ? day(date) : ''}</span></>;
}

/** {scheme, from, state, monthly_fen} as the register has it, or whatever else is there. */
function benefitText(benefit: Json): string {
  const sum = part(benefit, 'monthly_fen');
  if (typeof part(benefit, 'scheme') !== 'string') return factText(benefit);
  const from = part(benefit, 'from');
  return [word('scheme', String(part(benefit, 'scheme'))), typeof sum === 'number' ? money(sum) : '', typeof from === 'string' ? month(from) : '', word('benefit.state', String(part(benefit, 'state')))].filter(Boolean).join(' \u00b7 ');
}

function MemberBox({ member, caseId }: { member: Member; caseId?: string }) {
  return (
    <section className="panel">
      <h3>{member.name} <span className="quiet">{called(member.relation)} · {called(member.sex)}{member.age != null && ` \u00b7 ${t('facts.age', { n: member.age })}`}</span></h3>
      <p className="member-line">
        {member.person ? <Reveal person={member.person} field="id_number" masked={member.id_masked} name={member.name} caseId={caseId} /> : <span className="number">{member.id_masked}</span>}
        {member.birth && <span>{day(member.birth)}</span>}
        {member.hukou && <span>{called(member.hukou)}</span>}
      </p>
      <FactTable facts={member.facts} label={member.name} />
    </section>
  );
}

export function HouseholdView({ household, caseId }: { household: Household; caseId?: string }) {
  return (
    <>
      <section className="panel">
        <h2>{t('facts.household')}</h2>
        <p>{household.division_name}{household.address && ` \u00b7 ${household.address}`}</p>
        <FactTable facts={household.facts} label={t('facts.household')} />
        {household.benefits.length > 0 && <><h3>{t('facts.benefits')}</h3><ul className="plain">{household.benefits.map((benefit, i) => <li key={i}>{benefitText(benefit)}</li>)}</ul></>}
      </section>
      {household.members.map((member, i) => <MemberBox key={member.person ?? i} member={member} caseId={caseId} />)}
    </>
  );
}

export function FactsTab({ data }: TabProps) {
  const question = useCall('case_household', { path: { case: data.summary.id } });
  if (question.error?.status === 404) return <Empty title={t('facts.none')} />;
  return <Show of={question} lines={8}>{(household) => <HouseholdView household={household} caseId={data.summary.id} />}</Show>;
}
