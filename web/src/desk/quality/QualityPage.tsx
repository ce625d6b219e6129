import { Button } from 'antd';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Quality, QualityRegister, QualityRule } from '../../api/types.gen';
import { link } from '../../components/route';
import { roleName } from '../../components/roles';
import { Empty, Problem, Show } from '../../components/State';
import { say, t } from '../../locale';
import { count, day, percent } from '../../locale/format';

const permille = (bad: number, rows: number) => (rows ? (bad * 1000) / rows : 0);
const markOf = (rule: QualityRule) => (rule.bad === 0 ? 'is-good' : permille(rule.bad, rule.rows) > rule.allowed ? 'is-bad' : 'is-warn');

/** What fails, a click from the rows where the officer may see them. */
function Failed({ rule, division, bad }: { rule: string; division: string; bad: number }) {
  const { mayCall } = useSession();
  return bad > 0 && mayCall('quality_rows') ? <a href={link('quality', rule, division)}>{count(bad)}</a> : <>{count(bad)}</>;
}

function Register({ of, division }: { of: QualityRegister; division: string }) {
  return (
    <section className="panel">
      <h2>{say(of.title)}</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={say(of.title)}>
        <table className="grid is-cards">
          <thead><tr><th scope="col">{t('quality.col.rule')}</th><th scope="col" className="is-number">{t('quality.asked')}</th><th scope="col" className="is-number">{t('quality.bad')}</th><th scope="col">{t('quality.trend')}</th></tr></thead>
          <tbody>{of.rules.map((rule) => (
            <tr key={rule.id}>
              <th scope="row">{say(rule.title)} <span className="mark">{t(`quality.kind.${rule.kind}`)}</span></th>
              <td data-label={t('quality.asked')} className="is-number number">{count(rule.rows)}</td>
              <td data-label={t('quality.bad')} className="is-number number"><div><Failed rule={rule.id} division={division} bad={rule.bad} /> <span className={`mark ${markOf(rule)}`}>{percent(permille(rule.bad, rule.rows))}</span><br /><span className="quiet">{t('quality.allowed', { n: rule.allowed })}</span></div></td>
              <td data-label={t('quality.trend')} className="quiet">{rule.trend.slice(1, 6).map((one) => `${day(one.day)} ${count(one.bad)}`).join(t('form.join')) || '\u2014'}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
    </section>
  );
}

type WorkItem = Quality['work'][number];

function WorkList({ items, today }: { items: WorkItem[]; today: string }) {
  return (
    <ul className="bullets">{items.map((one) => (
      <li key={one.rule + one.division}>
        <strong>{say(one.title)}</strong>{' '}<span className={`mark ${one.due_on < today ? 'is-bad' : 'is-warn'}`}>{t('quality.due', { date: day(one.due_on) })}</span>{one.mine && <> <span className="mark is-now">{t('quality.mine')}</span></>}<br />
        <a href={link('quality', one.rule, one.division)}>{t('quality.workLine', { division: one.division_name, bad: count(one.bad), rows: count(one.rows) })}</a> <span className="quiet">{roleName(one.owner)}</span>
      </li>
    ))}</ul>
  );
}

const WORK_SHOWN = 6; // what fits above the figures

/** The officer's own first; a district's whole list is folded. */
function Work({ of }: { of: Quality }) {
  const items = [...of.work.filter((one) => one.mine), ...of.work.filter((one) => !one.mine)];
  const rest = items.slice(WORK_SHOWN);
  const today = of.day ?? '';
  return (
    <section className="panel">
      <h2>{t('quality.work')}</h2>
      {items.length === 0 ? <p className="quiet">{t('quality.noWork')}</p> : <WorkList items={items.slice(0, WORK_SHOWN)} today={today} />}
      {rest.length > 0 && <details className="more"><summary>{t('quality.moreWork', { n: count(rest.length) })}</summary><WorkList items={rest} today={today} /></details>}
    </section>
  );
}

function Places({ of }: { of: Quality }) {
  if (of.places.length === 0) return null;
  return (
    <section className="panel">
      <h2>{t('quality.places')}</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('quality.places')}>
        <table className="grid">
          <thead><tr><th scope="col">{t('quality.place')}</th><th scope="col" className="is-number">{t('quality.asked')}</th><th scope="col" className="is-number">{t('quality.bad')}</th></tr></thead>
          <tbody>{of.places.map((one) => (
            <tr key={one.division}><th scope="row"><a href={link('quality', one.division)}>{one.division_name}</a></th><td className="is-number number">{count(one.rows)}</td><td className="is-number number">{count(one.bad)} ({percent(permille(one.bad, one.rows))})</td></tr>
          ))}</tbody>
        </table>
      </div>
    </section>
  );
}

/** 数据质量: what the packs' rules counted, by register and division, and who mends it. */
export function QualityPage({ division }: { division: string }) {
  const question = useCall('quality', { query: { division: division || null } });
  const act = useAct();
  const run = () => act.run(async () => {
    await call('quality_run', { body: { register: 'all' } });
    question.reload();
  });
  return (
    <>
      {division && <p className="back"><a href={link('quality')}>{t('quality.back')}</a></p>}
      <Show of={question} lines={8}>{(of) => (
        <>
          <div className="page-head">
            <h1>{t('desk.nav.quality')}{division && <> · {of.division_name}</>}</h1>
            {of.may_run && <Button type="primary" loading={act.busy} onClick={() => void run()}>{t('quality.run')}</Button>}
          </div>
          <p className="quiet">{t('quality.lead')}</p>
          {act.error && <Problem error={act.error} />}
          {of.day === null || of.day === undefined ? <Empty title={t('quality.notRun')}><p>{t('quality.notRunHint')}</p></Empty>
            : (
              <>
                <p role="status">{of.division_name} · {t('quality.day', { date: day(of.day) })}</p>
                <Work of={of} />
                {of.registers.map((one) => <Register key={one.name} of={one} division={of.division} />)}
                <Places of={of} />
              </>
            )}
        </>
      )}</Show>
    </>
  );
}
