import { useEffect, useState } from 'react';
import { call, urlOf } from '../../api/client';
import { useAct } from '../../api/hooks';
import { useSession } from '../../api/session';
import { Empty, Problem } from '../../components/State';
import { say, t } from '../../locale';
import { bytes, dayOf } from '../../locale/format';
import { readPapers, writePapers, type HeldPaper } from '../apply/local';
import { FilePick, paperFault } from '../apply/PapersStep';
import type { CaseProps } from './CaseRoutes';

/** Papers of a case, those that did not arrive the first time, and more of them. */
export function PapersPage({ data, reload }: CaseProps) {
  const { session } = useSession();
  const { id, matter } = data.summary;
  const account = session?.account ?? '';
  const [held, setHeld] = useState<HeldPaper[]>([]);
  const [refused, setRefused] = useState<string[]>([]);
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
  const add = async (files: FileList | null) => {
    const list = await Promise.all([...files ?? []].map(async (file) => ({ file, fault: await paperFault(file) })));
    const right = list.filter(({ fault }) => !fault).map(({ file }) => ({ name: file.name, kind: '', file }));
    setRefused(list.flatMap(({ fault }) => fault ?? []));
    if (right.length) await send(right);
  };
  return (
    <>
      <h1>{t('papers.title')}</h1>
      {refused.length > 0 && <div className="note is-bad" role="alert">{refused.map((fault) => <p key={fault}>{fault}</p>)}</div>}
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
      <div className="actions"><FilePick id="more-papers" onFiles={(files) => void add(files)} /></div>
    </>
  );
}
