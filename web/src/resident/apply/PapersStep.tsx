import { useEffect, useState } from 'react';
import { newId } from '../../api/client';
import { useSession } from '../../api/session';
import { go } from '../../components/route';
import { say, t } from '../../locale';
import { bytes } from '../../locale/format';
import { Back } from '../LifePage';
import { stepLink } from './Apply';
import { readPapers, writePapers, type HeldPaper } from './local';
import type { Application } from './useApplication';

export const PAPER_BYTES_MAX = 10 * 1024 * 1024; // the archive's own
export const PAPER_TYPES = 'image/jpeg,image/png,application/pdf';

/** Papers chosen now are kept on the device and go out with the application. */
export function PapersStep({ app }: { app: Application }) {
  const { session } = useSession();
  const account = session?.account ?? '';
  const { id, name } = app.detail.matter;
  const [held, setHeld] = useState<HeldPaper[]>([]);
  const [refused, setRefused] = useState<string | null>(null);
  useEffect(() => { void readPapers(account, id).then(setHeld); }, [account, id]);

  const change = (next: HeldPaper[]) => { setHeld(next); void writePapers(account, id, next); };
  const add = (kind: string, files: FileList | null) => {
    const list = [...files ?? []];
    const tooBig = list.find((file) => file.size > PAPER_BYTES_MAX);
    setRefused(tooBig ? t('papers.tooBig', { name: tooBig.name, limit: bytes(PAPER_BYTES_MAX) }) : null);
    change([...held, ...list.filter((file) => file.size <= PAPER_BYTES_MAX)
      .map((file) => ({ id: newId(), name: file.name, kind, file }))]);
  };
  const kinds = [...app.detail.papers, { id: 'other', zh: t('papers.other'), en: t('papers.other') }];
  const next = () => { void app.keep('check'); go(stepLink(id, 'check')); };
  return (
    <>
      <Back to={stepLink(id, app.pages[app.pages.length - 1]?.id ?? '')} />
      <p className="over">{say(name)}</p>
      <h1>{t('papers.title')}</h1>
      <p className="lead">{t('papers.hint')}</p>
      {refused && <div className="note is-bad" role="alert"><p>{refused}</p></div>}
      <ul className="paper-kinds">
        {kinds.map((kind, i) => (
          <li key={kind.id} className="card">
            <h2 id={`kind-${i}`}>{say(kind)}</h2>
            <ul className="paper-list">
              {held.filter((paper) => paper.kind === kind.id).map((paper) => (
                <li key={paper.id}>
                  <span>{paper.name} <small>{bytes(paper.file.size)}</small></span>
                  <button type="button" className="text-button" onClick={() => change(held.filter((other) => other.id !== paper.id))}>{t('papers.remove')}<span className="hidden">{paper.name}</span></button>
                </li>
              ))}
            </ul>
            <FilePick id={`pick-${i}`} describedBy={`kind-${i}`} onFiles={(files) => add(kind.id, files)} />
          </li>
        ))}
      </ul>
      <div className="actions"><button type="button" className="button" onClick={next}>{t(held.length ? 'apply.continue' : 'papers.later')}</button></div>
    </>
  );
}

export function FilePick({ id, describedBy, onFiles }: { id: string; describedBy?: string; onFiles: (files: FileList | null) => void }) {
  return (
    <div className="file-pick">
      <input id={id} className="hidden" type="file" multiple accept={PAPER_TYPES} aria-describedby={describedBy}
        onChange={(e) => { onFiles(e.target.files); e.target.value = ''; }} />
      <label htmlFor={id} className="button is-second">{t('papers.pick')}</label>
    </div>
  );
}
