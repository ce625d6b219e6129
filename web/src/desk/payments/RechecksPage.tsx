import { Button } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { RecheckChange, RecheckClose, RecheckFinding, RecheckRun, Session } from '../../api/types.gen';
import { factText } from '../../components/FactValue';
import { Empty, Problem, Show } from '../../components/State';
import { link } from '../../components/route';
import { say, t, word } from '../../locale';
import { count, dayOf, moment, money, month } from '../../locale/format';
import { called } from '../../locale/words';
import { Reasoned } from '../archive/Reasoned';

type Kind = RecheckFinding['kind'];
type How = RecheckClose['how'];
const KINDS: Kind[] = ['higher', 'lower', 'ends', 'undecided', 'failed', 'death'];
const mark: Record<Kind, string> = { higher: 'is-good', lower: 'is-warn', ends: 'is-bad', undecided: '', failed: 'is-bad', death: 'is-bad' };
const HAS_NO_SUM: Kind[] = ['undecided', 'failed'];

const holds = (session: Session | null, role: string, of: RecheckFinding) =>
  !!session?.roles.some((grant) => grant.role === role && of.division.startsWith(grant.division));

/** What this officer may do with it (the server decides; this only hides). */
function actsOf(of: RecheckFinding, session: Session | null): How[] {
  const acts: How[] = [];
  if (of.kind === 'higher' && holds(session, 'decider', of)) acts.push('grant');
  if ((of.kind === 'lower' || of.kind === 'ends') && holds(session, 'clerk', of)) acts.push('propose');
  if (holds(session, 'clerk', of)) acts.push('keep');
  return acts;
}

/** What a register does not tell any more has no value now: it is gone, not unknown. */
function changed({ was = null, is = null }: RecheckChange) {
  if (is === null) return t('recheck.gone', { was: factText(was) });
  return was === null ? t('recheck.come', { is: factText(is) }) : t('recheck.wasIs', { was: factText(was), is: factText(is) });
}

function Sums({ of }: { of: RecheckFinding }) {
  return (
    <dl className="figures">
      <div><dt>{t('recheck.due')}</dt><dd className="number">{money(of.due_fen)}</dd></div>
      <div><dt>{t('recheck.found')}</dt><dd className="number">{HAS_NO_SUM.includes(of.kind) ? '\u2014' : money(of.found_fen)}</dd></div>
    </dl>
  );
}

function Finding({ of, scheme, acts, onAct }: { of: RecheckFinding; scheme: string; acts: How[]; onAct: (how: How) => void }) {
  return (
    <li>
      <article className="panel" aria-labelledby={`finding-${of.id}`}>
        <h2 id={`finding-${of.id}`}>{of.name} <span className={`mark ${mark[of.kind]}`}>{t(`recheck.kind.${of.kind}`)}</span></h2>
        <p>{scheme} · {month(of.month)} · <a href={link('case', of.case_id)}>{t('recheck.case')}<span className="hidden">{of.name}</span></a> · <a href={link('benefits', of.entitlement)}>{t('life.seeBenefit')}<span className="hidden">{of.name}</span></a></p>
        <p className="quiet">{t(`recheck.means.${of.kind}`)} {t('recheck.foundOn', { date: dayOf(of.found_at) })}</p>
        <Sums of={of} />
        {of.changes.length > 0 && (
          <>
            <h3>{t('recheck.changes')}</h3>
            <ul className="bullets">{of.changes.map((change, i) => <li key={i}><strong>{called(change.fact)}</strong>{changed(change)}</li>)}</ul>
          </>
        )}
        {of.missing.length > 0 && <div className="note is-warn"><h3>{t('recheck.missing')}</h3><p>{of.missing.map(called).join(t('form.join'))}</p></div>}
        {of.problem && <div className="note is-bad"><p>{t('recheck.problem', { problem: say(of.problem) })}</p></div>}
        {acts.length > 0
          ? <p className="row">{acts.map((how) => <Button key={how} type={how === 'keep' ? 'default' : 'primary'} onClick={() => onAct(how)}>{t(`recheck.how.${how}`)}<span className="hidden">{of.name}</span></Button>)}</p>
          : <p className="quiet">{t('recheck.clerkActs')}</p>}
      </article>
    </li>
  );
}

function Runs({ runs, schemeName }: { runs: RecheckRun[]; schemeName: (code: string) => string }) {
  return (
    <details className="known">
      <summary>{t('recheck.runs', { n: count(runs.length) })}</summary>
      <ul className="bullets">{runs.map((run) => (
        <li key={run.scheme + run.month}>
          <strong>{schemeName(run.scheme)}</strong> · {month(run.month)} · {moment(run.at)}{!run.complete && <> <span className="mark is-now">{t('recheck.incomplete')}</span></>}<br />
          <span className="quiet">{t('recheck.asked', { asked: count(run.asked), same: count(run.same) })}{KINDS.filter((kind) => run[kind] > 0).map((kind) => `${t('form.join')}${t(`recheck.kind.${kind}`)} ${count(run[kind])}`)}</span>
        </li>
      ))}</ul>
    </details>
  );
}

/** 发放前复核: what came out otherwise when benefits were asked again, worked off one by one. */
export function RechecksPage() {
  const { session } = useSession();
  const matters = useCall('matters');
  const question = useCall('rechecks');
  const [more, setMore] = useState<{ items: RecheckFinding[]; next: string | null } | null>(null);
  const [chosen, setChosen] = useState<{ of: RecheckFinding; how: How } | null>(null);
  const act = useAct();
  const cursor = more ? more.next : question.data?.next_cursor;
  const load = () => act.run(async () => {
    const page = await call('rechecks', { query: { cursor } });
    setMore((old) => ({ items: [...old?.items ?? [], ...page.items], next: page.next_cursor ?? null }));
  });
  const schemeName = (code: string) => say(matters.data?.find((matter) => matter.scheme === code)?.name) || word('scheme', code);
  const send = async (words: string) => {
    if (!chosen) return;
    await call('recheck_close', { path: { finding: chosen.of.id }, body: { how: chosen.how, words } });
    setChosen(null);
    setMore(null);
    question.reload();
  };
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.rechecks')}</h1></div>
      <p className="quiet">{t('recheck.lead')}</p>
      <Show of={question} lines={8}>{(data) => {
        const items = [...data.items, ...more?.items ?? []];
        return (
          <>
            {data.runs.length > 0 && <Runs runs={data.runs} schemeName={schemeName} />}
            {items.length === 0
              ? <Empty title={t('recheck.none')}><p>{t(data.runs.length ? 'recheck.noneOpen' : 'recheck.noneYet')}</p></Empty>
              : <><p className="quiet" role="status">{t('recheck.shown', { n: count(items.length) })}</p>
                <ul className="findings">{items.map((of) => <Finding key={of.id} of={of} scheme={schemeName(of.scheme)} acts={actsOf(of, session)} onAct={(how) => setChosen({ of, how })} />)}</ul></>}
            {act.error && <Problem error={act.error} />}
            {cursor && <div className="more"><Button onClick={() => void load()} loading={act.busy}>{t('more')}</Button></div>}
          </>
        );
      }}</Show>
      {chosen && (
        <Reasoned title={t(`recheck.how.${chosen.how}`)} ok={t(`recheck.how.${chosen.how}`)} words={question.data?.words} onClose={() => setChosen(null)} onSend={send}>
          <p>{chosen.of.name} · {schemeName(chosen.of.scheme)} · {t(`recheck.kind.${chosen.of.kind}`)}</p>
          <p className="quiet">{t(`recheck.does.${chosen.how}`)}</p>
        </Reasoned>
      )}
    </>
  );
}
