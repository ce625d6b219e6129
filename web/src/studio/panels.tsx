/* What stands beside the policy: findings, cases, a household to try, what was changed. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { ApiError, call } from '../api/client';
import { useAct, useCall } from '../api/hooks';
import type { Json, PolicyCases, PolicyFinding, PolicyFindings, PolicyTest, PolicyTests, PolicyTried } from '../api/types.gen';
import { Empty, Problem, Show, Skeleton } from '../components/State';
import { language, t, useLanguage } from '../locale';
import { askedFor, readFacts, writeFacts } from './facts';
import { FactsForm } from './FactsForm';
import { KeepCase, OwnCases, type OwnCase } from './OwnCase';
import { day, money } from '../locale/format';
import { compare } from './model';

/** The draft's own worked cases; `onChange` where it may be written in. */
export interface Own { cases: OwnCase[]; onChange?: (cases: OwnCase[]) => void }

const QUIET_MS = 800;

/** Asks again when the text has been still for a moment; the last answer stays until the next. */
export function useQuiet<T>(ask: (signal: AbortSignal) => Promise<T>, key: string, on: boolean): { data: T | null; error: ApiError | null; stale: boolean } {
  const [state, setState] = useState<{ key: string; data: T | null; error: ApiError | null }>({ key: '', data: null, error: null });
  const asked = useRef(ask);
  asked.current = ask;
  useEffect(() => {
    if (!on || state.key === key) return undefined;
    const control = new AbortController();
    const timer = window.setTimeout(() => {
      asked.current(control.signal).then(
        (data) => setState({ key, data, error: null }),
        (error: unknown) => { if (!control.signal.aborted) setState({ key, data: null, error: error instanceof ApiError ? error : new ApiError(-1, null) }); });
    }, state.key ? QUIET_MS : 0);
    return () => { window.clearTimeout(timer); control.abort(); };
  }, [key, on, state.key]);
  return { data: state.data, error: state.error, stale: state.key !== key };
}

/* ---- findings --------------------------------------------------------------------- */

const SEVERITY = { info: '', warning: 'is-warn', error: 'is-bad' } as const;

export function FindingsPanel({ found, chosen, onChoose }: { found: ReturnType<typeof useQuiet<PolicyFindings>>; chosen: PolicyFinding | null; onChoose: (finding: PolicyFinding) => void }) {
  if (found.error) return <Problem error={found.error} />;
  if (!found.data) return <Skeleton lines={4} />;
  const { findings, counted, lost } = found.data;
  return (
    <div aria-live="polite">
      <p><span className={`mark ${counted ? 'is-bad' : 'is-good'}`}>{counted ? t('studio.findings.count', { n: counted }) : t('studio.findings.none')}</span> {found.stale && <span className="quiet">{t('studio.checking')}</span>}</p>
      <ul className="plain studio-findings">
        {findings.map((finding, i) => (
          <li key={i} className={chosen === finding ? 'is-chosen' : undefined}>
            <button type="button" aria-pressed={chosen === finding} disabled={!finding.element?.id} onClick={() => onChoose(finding)}>
              <span className={`mark ${SEVERITY[finding.severity]}`}>{t(`studio.severity.${finding.severity}`)}</span>{' '}
              <strong>{finding.element?.name}{finding.rule ? ` · ${t('studio.ruleNo', { n: finding.rule })}` : ''}{finding.line && !finding.element ? t('studio.line', { n: finding.line }) : ''}</strong>
              <span>{finding.message}</span>
              {!!finding.example?.length && <code>{finding.example.map((value) => `${value.name} = ${value.value}`).join(t('form.join'))}</code>}
            </button>
          </li>
        ))}
      </ul>
      {lost > 0 && <p className="quiet">{t('studio.findings.lost', { n: lost })}</p>}
    </div>
  );
}

/* ---- cases -------------------------------------------------------------------------- */

const shown = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 1));

function CaseItem({ test }: { test: PolicyTest }) {
  return (
    <li>
      <details>
        <summary><span className={`mark ${test.passed ? 'is-good' : 'is-bad'}`}>{t(test.passed ? 'studio.passed' : 'studio.failed')}</span> {test.kind === 'tck' ? `${test.id} · ${test.title}` : `${test.id} ${test.title}`}</summary>
        {test.error && !test.passed && <p className="is-bad">{test.error}</p>}
        <dl className="studio-compare"><dt>{t('studio.expected')}</dt><dd><pre tabIndex={0}>{shown(test.expected)}</pre></dd><dt>{t('studio.actual')}</dt><dd><pre tabIndex={0}>{shown(test.actual)}</pre></dd></dl>
        {test.why && <p className="quiet">{test.why}</p>}
      </details>
    </li>
  );
}

export function CasesPanel({ tests, own }: { tests: ReturnType<typeof useQuiet<PolicyTests>>; own?: Own }) {
  const [all, setAll] = useState(false);
  if (tests.error) return <Problem error={tests.error} />;
  if (!tests.data) return <Skeleton lines={5} />;
  const { items, passed, failed } = tests.data;
  if (items.length === 0) return <Empty title={t('studio.noCases')}><p>{t('studio.noCasesText')}</p></Empty>;
  const list = all ? items : items.filter((one) => !one.passed);
  return (
    <div aria-live="polite">
      <p><span className={`mark ${failed ? 'is-bad' : 'is-good'}`}>{t('studio.score', { passed, failed })}</span> {tests.stale && <span className="quiet">{t('studio.testing')}</span>}</p>
      {own && <OwnCases cases={own.cases} onDrop={own.onChange && ((id) => own.onChange?.(own.cases.filter((one) => one.id !== id)))} />}
      <label className="row"><input type="checkbox" checked={all} onChange={(e) => setAll(e.target.checked)} /> {t('studio.showAll')}</label>
      <ul className="plain studio-cases">{list.map((test, i) => <CaseItem key={`${test.kind}${test.id}${test.title}${i}`} test={test} />)}</ul>
    </div>
  );
}

/* ---- a household ---------------------------------------------------------------------- */

const MARK = { eligible: 'is-good', not_eligible: 'is-bad', undecided: 'is-now' } as const;

function Answer({ tried }: { tried: PolicyTried }) {
  return (
    <div className="studio-answer" role="status">
      <p><span className={`mark ${MARK[tried.outcome]}`}>{t(`outcome.${tried.outcome}`)}</span> {tried.outcome === 'eligible' && <strong className="number">{money(tried.once_fen || tried.monthly_fen)}</strong>} <span className="quiet">{day(tried.date)}</span></p>
      {tried.missing.length > 0 && <p>{t('decision.missing')} {tried.missing.join(t('form.join'))}</p>}
      {tried.lines.length > 0 && <ul className="bullets">{tried.lines.map((line, i) => <li key={i}>{line.item} {line.member ?? ''} <span className="number">{money(line.once_fen || line.monthly_fen)}</span></li>)}</ul>}
      <h3>{t('decision.why')}</h3>
      <ol className="reasons">{tried.reasons.map((reason) => <li key={`${reason.rule} ${reason.article}`}>{language() === 'zh' ? reason.zh : reason.en} <span className="quiet">{reason.article}</span></li>)}</ol>
      {tried.notes.map((note) => <p className="note is-warn" key={note.where + note.code}>{language() === 'zh' ? note.zh : note.en}</p>)}
      <details><summary>{t('rules.values')}</summary>
        <dl className="studio-values">{tried.values.map((value) => <div key={value.decision}><dt>{value.name}</dt><dd><code>{JSON.stringify(value.value)}</code></dd></div>)}</dl>
      </details>
    </div>
  );
}

const AS = ['form', 'json'] as const;

interface Trial { matter: string; text: string; own?: Own; onTried: (tried: PolicyTried | null) => void }

function Household({ matter, text, own, cases, onTried }: Trial & { cases: PolicyCases }) {
  const first = cases.items[0];
  const [facts, setFacts] = useState(first ? JSON.stringify(first.input, null, 1) : '{}');
  const [as, setAs] = useState<typeof AS[number]>('form');
  const [on, setOn] = useState('');
  const [tried, setTried] = useState<PolicyTried | null>(null);
  const [wrong, setWrong] = useState(false);
  const act = useAct();
  const asked = useMemo(() => askedFor(cases.facts, text, cases.items.map((one) => one.input)), [cases, text]);
  const value = useMemo(() => readFacts(facts), [facts]);
  const choose = (id: string) => { const one = cases.items.find((item) => item.id === id); if (one) setFacts(JSON.stringify(one.input, null, 1)); };
  const run = () => {
    setWrong(value === null);
    if (value === null) return;
    void act.run(async () => {
      setTried(null);
      onTried(null);
      const answer = await call('policy_try', { path: { matter }, body: { text, facts: value, as_of: on || null } });
      setTried(answer);
      onTried(answer);
    });
  };
  return (
    <div className="studio-household">
      <p className="quiet">{t('studio.madeUp')}</p>
      {cases.items.length > 0 && <label>{t('studio.choose')} <select defaultValue={first?.id} onChange={(e) => choose(e.target.value)}>{cases.items.map((one) => <option key={one.id} value={one.id}>{one.id} {one.title}</option>)}</select></label>}
      <label>{t('studio.on')} <input type="date" className="plain-input" value={on} onChange={(e) => setOn(e.target.value)} /></label>
      <ul className="switch" aria-label={t('studio.how')}>
        {AS.map((one) => <li key={one}><button type="button" aria-pressed={as === one} onClick={() => setAs(one)}>{t(`studio.as.${one}`)}</button></li>)}
      </ul>
      {as === 'json' && <>
        <label htmlFor="studio-facts">{t('studio.facts')}</label>
        <textarea id="studio-facts" rows={14} spellCheck={false} value={facts} aria-describedby="studio-facts-wrong" onChange={(e) => setFacts(e.target.value)} />
      </>}
      {as === 'form' && value && <FactsForm all={cases.facts} asked={asked} value={value} onChange={(next) => setFacts(writeFacts(next))} />}
      <p id="studio-facts-wrong" className="is-bad" role="alert">{(wrong || as === 'form') && value === null && t('studio.badJson')}</p>
      <button type="button" className="button is-small" disabled={act.busy} onClick={run}>{t('studio.try')}</button>
      {act.error && <Problem error={act.error} focus />}
      {tried && <Answer tried={tried} />}
      {tried && value && own?.onChange && <KeepCase key={facts} matter={matter} cases={own.cases} input={value} tried={tried} onKeep={(one) => own.onChange?.([...own.cases, one])} />}
    </div>
  );
}

export function HouseholdPanel(props: Trial) {
  const question = useCall('policy_cases', { path: { matter: props.matter } });
  return <Show of={question} lines={6}>{(cases) => <Household {...props} cases={cases} />}</Show>;
}

/* ---- what was changed -------------------------------------------------------------------- */

export function ChangesPanel({ before, after, beforeName, onElement }: { before: string | null; after: string; beforeName: string; onElement: (id: string) => void }) {
  useLanguage();
  const changes = useMemo(() => (before === null ? null : compare(before, after)), [before, after]);
  if (!changes) return <Skeleton lines={3} />;
  if (changes.length === 0) return <Empty title={t('studio.noChanges')}><p>{t('studio.noChangesText', { name: beforeName })}</p></Empty>;
  return (
    <>
      <p className="quiet">{t('studio.changesTo', { name: beforeName, n: changes.length })}</p>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('studio.tab.changes')}>
        <table className="grid studio-changes">
          <thead><tr><th scope="col">{t('studio.where')}</th><th scope="col">{t('studio.before')}</th><th scope="col">{t('studio.after')}</th></tr></thead>
          <tbody>
            {changes.map((change, i) => (
              <tr key={i}>
                <th scope="row"><button type="button" className="text-button" onClick={() => onElement(change.element)}>{change.place}</button>{change.rule !== null && <><br />{t('studio.ruleNo', { n: change.rule })}</>}{change.column && <><br /><span className="quiet">{change.column === 'hitPolicy' || change.column === 'order' || change.column === 'name' ? t(`studio.column.${change.column}`) : change.column}</span></>}</th>
                <td>{change.before === null ? <span className="mark is-good">{t('studio.added')}</span> : <del>{change.before}</del>}</td>
                <td>{change.after === null ? <span className="mark is-bad">{t('studio.removed')}</span> : <ins>{change.after}</ins>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
