import { Button } from 'antd';
import { useState } from 'react';
import { call, saveBlob } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { Submission, SubmissionDifferences, SubmissionList, SubmissionReturn, SubmissionTarget } from '../../api/types.gen';
import { Empty, Problem, Show } from '../../components/State';
import { say, t } from '../../locale';
import { count, day, moment, money } from '../../locale/format';
import { Differences } from './Differences';

const MARK: Record<Submission['state'], string> = { waiting: 'is-now', late: 'is-bad', answered: 'is-good', partly: 'is-warn' };
const FIGURES: Record<SubmissionReturn['kind'], string[]> = {
  receipt: ['accepted', 'rejected', 'missing', 'contradicting', 'extra'], list: ['same', 'different', 'only_here', 'only_there'],
};

/** A target: what is made for it, what came back of it. */
function Target({ of, may, onDone, onDifferences }: { of: SubmissionTarget; may: boolean; onDone: () => void; onDifferences: (found: SubmissionDifferences | null) => void }) {
  const [basis, setBasis] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [map, setMap] = useState('');
  const [taken, setTaken] = useState<SubmissionReturn | null>(null);
  const act = useAct();
  const query = { target: of.id, name: file?.name ?? '' };
  const make = () => act.run(async () => {
    const { id } = await call('submission_new', { body: { target: of.id, basis } });
    saveBlob(await call('submission_file', { path: { submission: id } }), `${of.id}.csv`);
    onDone();
  });
  const receive = () => act.run(async () => { onDifferences(null); setTaken(null); setTaken(await call('submission_receive', { query, body: file as File })); onDone(); });
  const compare = () => act.run(async () => { setTaken(null); onDifferences(null); onDifferences(await call('submission_compare', { query: { ...query, map: map || undefined }, body: file as File })); onDone(); });
  return (
    <article className="panel">
      <h3>{say(of.name)} <span className="quiet">{of.format} {of.version}</span></h3>
      <p>{say(of.counterpart)}{' \u00b7 '}{say(of.purpose)}</p>
      <p className="quiet">{t('exchange.basis', { basis: say(of.basis) })}{of.confidence && <> <span className="mark is-warn">{t('exchange.toConfirm')}</span></>}</p>
      <p className="quiet">{t(`submissions.of.${of.rows}`)}{' \u00b7 '}{t(`exchange.schedule.${of.schedule}`)}{' \u00b7 '}{t('submissions.within', { n: of.fresh_days })}{' \u00b7 '}{t('submissions.columns', { columns: of.headings.join(t('submissions.comma')) })}</p>
      {may && (
        <>
          <div className="filters">
            <label>{t('submissions.document')}<input type="text" minLength={4} maxLength={200} value={basis} onChange={(e) => setBasis(e.target.value)} /></label>
            <Button type="primary" disabled={basis.trim().length < 4} loading={act.busy} onClick={() => void make()}>{t('submissions.make')}</Button>
          </div>
          <div className="filters">
            <label>{t('submissions.file')}<input type="file" accept=".csv,.txt,.xlsx,.xls" onChange={(e) => { setFile(e.target.files?.[0] ?? null); act.clear(); setTaken(null); }} /></label>
            <Button disabled={!file || act.busy} onClick={() => void receive()}>{t('submissions.receive')}</Button>
            <label>{t('submissions.map')}<input type="text" maxLength={1000} value={map} placeholder={t('submissions.mapHint')} onChange={(e) => setMap(e.target.value)} /></label>
            <Button disabled={!file || act.busy} onClick={() => void compare()}>{t('submissions.compare')}</Button>
          </div>
        </>
      )}
      {act.error && <Problem error={act.error} focus />}
      {taken && <p className={`note ${taken.state === 'taken' ? '' : 'is-warn'}`} role="status">{t(`submissions.return.${taken.state}`)} <Figures of={taken} /></p>}
    </article>
  );
}

function Figures({ of }: { of: SubmissionReturn }) {
  const figures = (of.figures ?? {}) as Record<string, number>;
  return <>{FIGURES[of.kind].map((name) => `${t(`submissions.figure.${name}`)} ${count(figures[name] ?? 0)}`).join(t('submissions.comma'))}</>;
}

/** What was not taken of a file, and sending it again. */
function Left({ of, may, onDone }: { of: Submission; may: boolean; onDone: () => void }) {
  const question = useCall('submission', { path: { submission: of.id } });
  const act = useAct();
  const again = () => act.run(async () => {
    const { id } = await call('submission_new', { body: { target: of.target, basis: of.basis, again: of.id } });
    saveBlob(await call('submission_file', { path: { submission: id } }), `${of.target}.csv`);
    onDone();
  });
  return (
    <Show of={question} lines={2}>{(data) => (
      <>
        {data.items.length === 0 ? <p className="quiet">{t('submissions.allTaken')}</p> : <ul className="bullets">{data.items.map((row) => (
          <li key={row.line}>{row.number} <span className={`mark ${row.state === 'waiting' ? '' : 'is-bad'}`}>{t(`submissions.row.${row.state}`)}</span> {row.code} {row.reason}</li>
        ))}</ul>}
        {data.more && <p className="quiet">{t('submissions.moreRows')}</p>}
        {may && of.rejected + of.missing > 0 && <p><Button loading={act.busy} onClick={() => void again()}>{t('submissions.again')}</Button></p>}
        {act.error && <Problem error={act.error} />}
      </>
    )}</Show>
  );
}

function Row({ of, list, onDone }: { of: Submission; list: SubmissionList; onDone: () => void }) {
  const [open, setOpen] = useState(false);
  const act = useAct();
  const target = list.targets.find((one) => one.id === of.target);
  const save = () => act.run(async () => saveBlob(await call('submission_file', { path: { submission: of.id } }), `${of.target}-${of.number}.csv`));
  return (
    <article className="panel">
      <h3>{target ? say(target.name) : of.target} {t('submissions.number', { n: of.number })} <span className={`mark ${MARK[of.state]}`}>{t(`submissions.state.${of.state}`)}</span></h3>
      <p>{t('submissions.sum', { date: day(of.as_of), rows: count(of.rows), money: money(of.total_fen) })}{of.more && <> <span className="mark is-warn">{t('submissions.more')}</span></>}</p>
      <p>{t('submissions.answer', { accepted: count(of.accepted), rejected: count(of.rejected), missing: count(of.missing), due: day(of.due_on) })}</p>
      <p className="quiet">{of.made_by} {moment(of.made_at)}{' \u00b7 '}{of.basis}</p>
      <p className="row">
        <Button size="small" onClick={() => setOpen(!open)} aria-expanded={open}>{t('submissions.left')}</Button>
        {list.may_send && <Button size="small" loading={act.busy} onClick={() => void save()}>{t('submissions.save')}</Button>}
      </p>
      {act.error && <Problem error={act.error} />}
      {open && <Left of={of} may={list.may_send} onDone={onDone} />}
    </article>
  );
}

/** 报送: what the bureau reports as files, and what comes back. */
export function SubmissionsPage() {
  const question = useCall('submissions');
  const [differences, setDifferences] = useState<SubmissionDifferences | null>(null);
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.submissions')}</h1></div>
      <p className="quiet">{t('submissions.lead')}</p>
      <Show of={question} lines={8}>{(data) => (
        <>
          <section><h2>{t('submissions.targets')}</h2>{data.targets.length === 0 ? <Empty title={t('submissions.noTarget')} />
            : data.targets.map((one) => <Target key={one.id} of={one} may={data.may_send} onDone={question.reload} onDifferences={setDifferences} />)}</section>
          {differences && <Differences of={differences} />}
          <section><h2>{t('submissions.files')}</h2>{data.items.length === 0 ? <Empty title={t('submissions.noFile')} /> : data.items.map((one) => <Row key={one.id} of={one} list={data} onDone={question.reload} />)}</section>
          <section className="panel"><h2>{t('submissions.returns')}</h2>{data.returns.length === 0 ? <p className="quiet">{t('submissions.noReturn')}</p> : <ul className="bullets">{data.returns.map((one) => (
            <li key={one.id}>{moment(one.received_at)} {t(`submissions.kind.${one.kind}`)} {one.name}{one.number != null && <> {t('submissions.number', { n: one.number })}</>} <span className={`mark ${one.state === 'taken' ? 'is-good' : 'is-warn'}`}>{t(`submissions.return.${one.state}`)}</span>
              {one.late && <> <span className="mark is-bad">{t('submissions.lateReturn')}</span></>} <span className="quiet"><Figures of={one} /></span></li>
          ))}</ul>}</section>
        </>
      )}</Show>
    </>
  );
}
