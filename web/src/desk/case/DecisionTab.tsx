import { useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Decision } from '../../api/types.gen';
import { Amounts } from '../../components/Amounts';
import { Explanation } from '../../components/Explanation';
import { Reasons } from '../../components/Reasons';
import { organText } from '../../components/organ';
import { Parameters } from '../../components/Parameters';
import { link } from '../../components/route';
import { Empty, Show } from '../../components/State';
import { say, t } from '../../locale';
import { day, dayOf, money } from '../../locale/format';
import { decidingFirst, figuresIn } from '../models/deciding';
import { modelUrl, useModelText } from '../models/useModelText';
import { DmnPanel } from '../models/DmnPanel';
import type { TabProps } from './CasePage';
import { ValuesPanel } from './ValuesPanel';

const MARK = { eligible: 'is-good', not_eligible: 'is-bad', undecided: 'is-now' } as const;

function Result({ decision }: { decision: Decision }) {
  return (
    <section className="panel">
      <h2>{t('decision.title')} <span className={`mark ${MARK[decision.outcome]}`}>{t(`outcome.${decision.outcome}`)}</span></h2>
      <p>
        {decision.state === 'proposed' ? t('decision.proposed') : t('decision.by', { by: decision.decided_by ?? '', date: dayOf(decision.decided_at) })}
        {decision.organ && ` ${organText(decision.organ)}`}
      </p>
      {decision.missing.length > 0 && <div className="note is-warn"><h3>{t('decision.missing')}</h3><p>{decision.missing_names.map(say).join(t('form.join'))}</p>{!decision.missing_exact && <p>{t('decision.missingMore')}</p>}</div>}
      {decision.lines.length > 0 && (
        <table className="grid">
          <caption>{t('decision.lines')}</caption>
          <thead><tr><th scope="col">{t('decision.line.item')}</th><th scope="col">{t('party.name')}</th><th scope="col" className="is-number">{t('decision.monthly')}</th><th scope="col" className="is-number">{t('decision.once')}</th></tr></thead>
          <tbody>{decision.lines.map((line, i) => <tr key={i}><th scope="row">{say(line.item_name)}</th><td>{line.member_name ?? line.member ?? ''}</td><td className="is-number number">{money(line.monthly_fen)}</td><td className="is-number number">{line.once_fen ? money(line.once_fen) : ''}</td></tr>)}</tbody>
          <tfoot><tr><th scope="row" colSpan={2}>{t('decision.total')}</th><td className="is-number number">{money(decision.monthly_fen)}</td><td className="is-number number">{decision.once_fen ? money(decision.once_fen) : ''}</td></tr></tfoot>
        </table>
      )}
      <h3>{t('decision.why')}</h3>
      {decision.written_reasons && <blockquote>{decision.written_reasons}</blockquote>}
      <Reasons of={decision} />
      {decision.notes?.map((note) => <p className="note is-warn" key={note.where + note.code}>{say(note)}</p>)}
    </section>
  );
}

/** The figures that the reasons stand on; the others that the policy looked at are folded. */
function Figures({ decision, file }: { decision: Decision; file: string }) {
  const { text } = useModelText(file);
  const used = text ? figuresIn(text, decidingFirst(text, decision)) : () => true;
  const first = decision.parameters.filter((p) => used(p.name));
  const rest = decision.parameters.filter((p) => !used(p.name));
  return (
    <>
      <Parameters items={first} />
      {rest.length > 0 && <details><summary>{t('decision.parametersMore', { n: rest.length })}</summary><Parameters items={rest} /></details>}
    </>
  );
}

/** What the case opened. */
function Opened({ id }: { id: string }) {
  const { mayCall } = useSession();
  const list = useCall('benefits', { query: { case: id }, skip: !mayCall('benefits') });
  if (!list.data?.items.length) return null;
  return (
    <section className="panel">
      <h2>{t('life.opened')}</h2>
      <ul className="bullets">{list.data.items.map((one) => <li key={one.id}><a href={link('benefits', one.id)}>{say(one.scheme_name)}</a> <span className="number">{money(one.monthly_fen)}</span> {t(`life.state.${one.state}`)}</li>)}</ul>
    </section>
  );
}

export function DecisionTab({ data }: TabProps) {
  const question = useCall('case_decision', { path: { case: data.summary.id } });
  if (question.error?.status === 404) return <Empty title={t('decision.none')}><p>{t('decision.noneDesk')}</p></Empty>;
  return (
    <Show of={question} lines={10}>{(decision) => (
      <>
        <Result decision={decision} />
        <Opened id={data.summary.id} />
        {decision.explanation && <Amounts of={decision.explanation.amounts ?? []} className="panel" />}
        {decision.explanation && <Explanation of={decision.explanation} className="panel" />}
        <section className="panel">
          <h2>{t('rules.title')}</h2>
          <p className="quiet">{t('rules.hint', { date: day(decision.as_of) })}</p>
          <DmnPanel file={modelUrl(data.summary.matter, decision.decision_file)} decision={decision} />
        </section>
        <ValuesPanel values={decision.values} />
        <section className="panel">
          <h2>{t('decision.parameters')}</h2>
          <Figures decision={decision} file={modelUrl(data.summary.matter, decision.decision_file)} />
          <p className="quiet">{t('matter.version', { version: decision.policy_sha })}</p>
        </section>
      </>
    )}</Show>
  );
}
