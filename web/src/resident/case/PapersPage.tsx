import { useEffect, useState } from 'react';
import { call, urlOf } from '../../api/client';
import { useAct } from '../../api/hooks';
import { useSession } from '../../api/session';
import { Empty, Problem } from '../../components/State';
import { say, t } from '../../locale';
import { bytes, dayOf } from '../../locale/format';
import { readPapers, writePapers, type HeldPaper } from '../apply/local';
import { FilePick, PAPER_BYTES_MAX } from '../apply/PapersStep';
import type { CaseProps } from './CaseRoutes';

/** Papers of a case, those that did not arrive the first time, and more of them. */
export function PapersPage({ data, reload }: CaseProps) {
  const { session } = useSession();
  const { id, matter } = data.summary;
  const account = session?.account ?? '';
  const [held, setHeld] = useState<HeldPaper[]>([]);
  const [refused, setRefused] = useState<string | null>(null);
  const [sent, setSent] = useState(0);
  const act = useAct();
  useEffect(() => { void readPapers(account, matter).then(setHeld); }, [account, matter]);

  const send = (papers: { name: string; kind: string; file: Blob; id?: string }[]) => act.run(async () => {
    for (const paper of papers) {
      await call('paper_add', { path: { case: id }, query: { name: paper.name, kind: paper.kind }, body: paper.file });
      setSent((n) => n + 1);
      if (paper.id) {
        const left = (await readPapers(account, matter)).filter((other) => other.id !== paper.id);
        await writePapers(account, matter, left);
        setHeld(left);
      }
    }
    reload();
  });
  const add = (files: FileList | null) => {
    const list = [...files ?? []];
    const tooBig = list.find((file) => file.size > PAPER_BYTES_MAX);
    setRefused(tooBig ? t('papers.tooBig', { name: tooBig.name, limit: bytes(PAPER_BYTES_MAX) }) : null);
    if (!tooBig && list.length) void send(list.map((file) => ({ name: file.name, kind: '', file })));
  };
  return (
    <>
      <h1>{t('papers.title')}</h1>
      {refused && <div className="note is-bad" role="alert"><p>{refused}</p></div>}
      {act.error && <Problem error={act.error} />}
      <p role="status">{act.busy ? t('papers.sending') : sent > 0 ? t('papers.sent', { n: sent }) : ''}</p>
      {held.length > 0 && (
        <div className="note is-warn">
          <h2>{t('receipt.papersFailed')}</h2>
          <ul>{held.map((paper) => <li key={paper.id}>{paper.name}</li>)}</ul>
          <button type="button" className="button" disabled={act.busy} onClick={() => void send(held)}>{t('receipt.papersAgain')}</button>
        </div>
      )}
      {data.papers.length === 0 ? <Empty title={t('papers.none')} /> : (
        <ul className="cards">
          {data.papers.map((paper) => (
            <li className="card" key={paper.id}>
              <h2><a href={urlOf('paper', { case: id, paper: paper.id })} target="_blank" rel="noreferrer">{paper.name}</a></h2>
              <p className="card-words"><span>{say(paper.kind_name)}</span><span>{bytes(paper.size)}</span><span>{dayOf(paper.added_at)}</span><span>{paper.added_by}</span></p>
            </li>
          ))}
        </ul>
      )}
      <div className="actions"><FilePick id="more-papers" onFiles={add} /></div>
    </>
  );
}
