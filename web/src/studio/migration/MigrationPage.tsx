import { Button, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { ApiError, call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { MigrationElement, ProcessMigration, ProcessVersion } from '../../api/types.gen';
import { Empty, Problem, Show, Skeleton } from '../../components/State';
import { ProcessPicture, type Mark } from '../../desk/models/ProcessPicture';
import { modelUrl, useModelText } from '../../desk/models/useModelText';
import { say, t } from '../../locale';
import { count, day } from '../../locale/format';
import { alike, elementsOf, type Element } from './elements';

type Moves = Record<string, string>;
interface Question { matter: string; from: string; to: string; moves: Moves }

/** Both versions, with the number of cases where they wait and where they would go. */
function Pictures({ ask, report, old, next }: { ask: Question; report: ProcessMigration; old: string; next: string }) {
  const before: Mark[] = report.elements.map((e) => ({ element: e.element, name: e.to ? 'is-token' : 'is-stuck', note: count(e.cases) }));
  const sums = new Map<string, number>();
  for (const e of report.elements) if (e.to) sums.set(e.to, (sums.get(e.to) ?? 0) + e.cases);
  const after: Mark[] = [...sums].map(([element, cases]) => ({ element, name: 'is-token', note: count(cases) }));
  return (
    <>
      <div className="migrate-pictures">
        <section><h3>{t('migrate.old')} <span className="quiet">{ask.from}</span></h3><ProcessPicture xml={old} marks={before} label={t('migrate.oldPicture')} look={before[0]?.element} /></section>
        <section><h3>{t('migrate.new')} <span className="quiet">{ask.to}</span></h3><ProcessPicture xml={next} marks={after} label={t('migrate.newPicture')} look={after[0]?.element} /></section>
      </div>
      <p className="legend"><span className="key is-token">{t('migrate.key.goes')}</span><span className="key is-stuck">{t('migrate.key.stuck')}</span></p>
    </>
  );
}

function Target({ element, moves, old, next, onMove }: { element: MigrationElement; moves: Moves; old: Element[]; next: Element[]; onMove: (to: string) => void }) {
  const own = next.find((e) => e.id === element.element);
  return (
    <select aria-label={t('migrate.targetOf', { name: say(element.name) })} value={moves[element.element] ?? ''} onChange={(e) => onMove(e.target.value)}>
      <option value="">{own ? t('migrate.same', { name: own.name }) : t('migrate.nowhere')}</option>
      {alike(element.element, old, next).filter((e) => e.id !== element.element).map((e) => <option key={e.id} value={e.id}>{e.name}</option>)}
    </select>
  );
}

function Elements({ report, moves, old, next, onMove }: { report: ProcessMigration; moves: Moves; old: Element[]; next: Element[]; onMove: (from: string, to: string) => void }) {
  return (
    <table className="grid is-cards">
      <thead><tr><th scope="col">{t('migrate.element')}</th><th scope="col" className="is-number">{t('migrate.cases')}</th><th scope="col">{t('migrate.goesTo')}</th></tr></thead>
      <tbody>{report.elements.map((e) => (
        <tr key={e.element}>
          <th scope="row">{say(e.name)}</th>
          <td className="is-number number" data-label={t('migrate.cases')}>{count(e.cases)}</td>
          <td data-label={t('migrate.goesTo')}><Target element={e} moves={moves} old={old} next={next} onMove={(to) => onMove(e.element, to)} />{!e.to && <span className="mark is-bad">{t('migrate.key.stuck')}</span>}</td>
        </tr>
      ))}</tbody>
    </table>
  );
}

function Staying({ report }: { report: ProcessMigration }) {
  const staying = report.items.filter((item) => !item.done);
  if (staying.length === 0) return null;
  return (
    <section className="panel">
      <h2>{t('migrate.staying')}</h2>
      <ul className="plain">{staying.map((item, i) => <li key={item.case ?? i}><strong className="number">{item.number ?? t('migrate.aCase')}</strong> {item.because}</li>)}</ul>
    </section>
  );
}

/** Page after page, each whole or not at all; what one page did stays when a later one fails. */
async function applyAll(ask: Question, reason: string): Promise<{ moved: number; stay: number }> {
  const sum = { moved: 0, stay: 0 };
  for (let after: string | null = null, more = true; more;) {
    const page: ProcessMigration = await call('process_migrate', { body: { ...ask, reason, after, preview: false } });
    sum.moved += page.moved;
    sum.stay += page.stay;
    after = page.next ?? null;
    more = after !== null;
  }
  return sum;
}

function Apply({ ask, onDone }: { ask: Question; onDone: (sum: { moved: number; stay: number }) => void }) {
  const [shown, setShown] = useState(false);
  const [reason, setReason] = useState('');
  const act = useAct();
  const send = () => act.run(async () => { const sum = await applyAll(ask, reason.trim()); setShown(false); onDone(sum); });
  return (
    <>
      <Button type="primary" onClick={() => setShown(true)}>{t('migrate.apply')}</Button>
      <Modal open={shown} title={t('migrate.apply')} okText={t('migrate.confirm')} cancelText={t('cancel')} okButtonProps={{ disabled: reason.trim().length < 2 }} confirmLoading={act.busy} onOk={() => void send()} onCancel={() => setShown(false)}>
        {act.error && <Problem error={act.error} />}
        <p>{t('migrate.applyText')}</p>
        <label className="note-label" htmlFor="migrate-reason">{t('migrate.reason')}</label>
        <textarea id="migrate-reason" rows={3} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} />
      </Modal>
    </>
  );
}

/** What would happen with this mapping, asked anew after every change of it. */
function Plan({ ask, onMove, onDone }: { ask: Question; onMove: (from: string, to: string) => void; onDone: () => void }) {
  const { roles } = useSession();
  const [report, setReport] = useState<ProcessMigration | null>(null);
  const [sum, setSum] = useState<{ moved: number; stay: number } | null>(null);
  const [failed, setFailed] = useState<ApiError | null>(null);
  const old = useModelText(modelUrl(ask.matter, ask.from));
  const next = useModelText(modelUrl(ask.matter, ask.to));
  const key = JSON.stringify(ask);
  useEffect(() => {
    let gone = false;
    call('process_migrate', { body: { ...(JSON.parse(key) as Question), preview: true } }).then(
      (answer) => { if (!gone) { setReport(answer); setFailed(null); } },
      (why: unknown) => { if (!gone) setFailed(why instanceof ApiError ? why : new ApiError(-1, null)); });
    return () => { gone = true; };
  }, [key, sum]);
  const error = failed ?? old.error ?? next.error;
  if (error) return <Problem error={error} />;
  if (!report || !old.text || !next.text) return <Skeleton lines={8} />;
  const done = (result: { moved: number; stay: number }) => { setSum(result); onDone(); };
  return (
    <>
      {sum && <p className="note is-good" role="status">{t('migrate.done', { moved: count(sum.moved), stay: count(sum.stay) })}</p>}
      {report.findings.length > 0 && <ul className="note is-warn">{report.findings.map((f, i) => <li key={i}>{f.text}</li>)}</ul>}
      {report.elements.length === 0 ? <Empty title={t('migrate.none')}><p>{t('migrate.noneText')}</p></Empty> : (
        <>
          <section className="panel">
            <h2>{t('migrate.where')}</h2>
            <Elements report={report} moves={ask.moves} old={elementsOf(old.text)} next={elementsOf(next.text)} onMove={onMove} />
            <p>{t(report.next ? 'migrate.firstPage' : 'migrate.would', { moved: count(report.moved), stay: count(report.stay) })}</p>
            {roles.has('leader') ? report.moved > 0 && <Apply ask={ask} onDone={done} /> : <p className="quiet">{t('migrate.leaders')}</p>}
          </section>
          <Staying report={report} />
        </>
      )}
      <section className="panel"><h2>{t('migrate.pictures')}</h2><Pictures ask={ask} report={report} old={old.text} next={next.text} /></section>
    </>
  );
}

const nameOf = (v: ProcessVersion) => t('migrate.version', { file: v.file, date: day(v.valid_from), open: count(v.open) });

function Choice({ items, onDone }: { items: ProcessVersion[]; onDone: () => void }) {
  const matters = [...new Set(items.map((v) => v.matter))].filter((m) => items.filter((v) => v.matter === m).length > 1);
  const [matter, setMatter] = useState(matters[0] ?? '');
  const versions = items.filter((v) => v.matter === matter);
  const into = versions.find((v) => v.in_force) ?? versions[versions.length - 1];
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [moves, setMoves] = useState<Moves>({});
  if (!into) return <Empty title={t('migrate.oneVersion')} />;
  const busiest = [...versions].filter((v) => v.file !== into.file).sort((a, b) => b.open - a.open)[0];
  const ask = { matter, from: from || busiest?.file || '', to: to || into.file, moves };
  const choose = (set: (file: string) => void) => (file: string) => { setMoves({}); set(file); };
  const move = (element: string, target: string) => setMoves((was) => {
    const { [element]: _, ...rest } = was;
    return target ? { ...rest, [element]: target } : rest;
  });
  return (
    <>
      <div className="filters">
        <label>{t('migrate.matter')}<select value={matter} onChange={(e) => { setMatter(e.target.value); setFrom(''); setTo(''); setMoves({}); }}>{matters.map((m) => <option key={m} value={m}>{say(items.find((v) => v.matter === m)!.name)}</option>)}</select></label>
        <label>{t('migrate.old')}<select value={ask.from} onChange={(e) => choose(setFrom)(e.target.value)}>{versions.map((v) => <option key={v.file} value={v.file}>{nameOf(v)}</option>)}</select></label>
        <label>{t('migrate.new')}<select value={ask.to} onChange={(e) => choose(setTo)(e.target.value)}>{versions.map((v) => <option key={v.file} value={v.file}>{nameOf(v)}</option>)}</select></label>
      </div>
      {ask.from === ask.to ? <p className="note is-warn">{t('migrate.choose')}</p> : <Plan key={`${ask.matter}/${ask.from}/${ask.to}`} ask={ask} onMove={move} onDone={onDone} />}
    </>
  );
}

/** Running cases, to another version of their process. */
export function MigrationPage() {
  const question = useCall('processes');
  return (
    <>
      <div className="page-head"><h1>{t('migrate.title')}</h1></div>
      <p className="quiet">{t('migrate.intro')}</p>
      <Show of={question} lines={8}>{({ items }) => <Choice items={items} onDone={question.reload} />}</Show>
    </>
  );
}
