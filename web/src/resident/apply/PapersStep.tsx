import { useEffect, useRef, useState } from 'react';
import { newId } from '../../api/client';
import { useSession } from '../../api/session';
import { Skeleton } from '../../components/State';
import { go } from '../../components/route';
import { say, t } from '../../locale';
import { bytes } from '../../locale/format';
import { Back } from '../LifePage';
import { stepLink } from './Apply';
import { readPapers, writePapers, type HeldPaper } from './local';
import type { Application } from './useApplication';

export const PAPER_BYTES_MAX = 10 * 1024 * 1024; // the archive's own
export const PAPER_TYPES = 'image/jpeg,image/png,application/pdf';

/** How the three kinds begin; the archive looks at the content too, whatever the name says. */
const BEGINNINGS = [[0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47], [0x25, 0x50, 0x44, 0x46]];

/** What is wrong with a file that was picked, said at once; null: nothing. */
export async function paperFault(file: File): Promise<string | null> {
  if (file.size === 0) return t('papers.empty', { name: file.name });
  if (file.size > PAPER_BYTES_MAX) return t('papers.tooBig', { name: file.name, limit: bytes(PAPER_BYTES_MAX) });
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return BEGINNINGS.some((kind) => kind.every((byte, i) => head[i] === byte)) ? null : t('papers.type', { name: file.name });
}

/** Papers chosen now are kept on the device and go out with the application. */
export function PapersStep({ app }: { app: Application }) {
  const { session } = useSession();
  const account = session?.account ?? '';
  const { id, name } = app.detail.matter;
  const [held, setHeld] = useState<HeldPaper[]>([]);
  const [refused, setRefused] = useState<string[]>([]);
  const [lasts, setLasts] = useState(true);
  const latest = useRef<HeldPaper[]>([]);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    void readPapers(account, id).then((found) => { latest.current = found; setHeld(found); setReady(true); });
  }, [account, id]);

  // of the newest list: a second file may be looked at while the first one is being kept
  const change = (make: (old: HeldPaper[]) => HeldPaper[]) => {
    latest.current = make(latest.current);
    setHeld(latest.current);
    void writePapers(account, id, latest.current).then(setLasts);
  };
  const add = async (kind: string, files: FileList | null) => {
    const list = await Promise.all([...files ?? []].map(async (file) => ({ file, fault: await paperFault(file) })));
    setRefused(list.flatMap(({ fault }) => fault ?? []));
    change((old) => [...old, ...list.filter(({ fault }) => !fault).map(({ file }) => ({ id: newId(), name: file.name, kind, file }))]);
  };
  const kinds = [...app.detail.papers, { id: 'other', zh: t('papers.other'), en: t('papers.other') }];
  if (!ready) return <Skeleton />;
  const next = () => { void app.keep('check'); go(stepLink(id, 'check')); };
  return (
    <>
      <Back to={stepLink(id, app.pages[app.pages.length - 1]?.id ?? '')} />
      <p className="over">{say(name)}</p>
      <h1>{t('papers.title')}</h1>
      <p className="lead">{t('papers.hint')}</p>
      {refused.length > 0 && <div className="note is-bad" role="alert">{refused.map((fault) => <p key={fault}>{fault}</p>)}</div>}
      {!lasts && <div className="note is-warn" role="status"><p>{t('papers.notKept')}</p></div>}
      <ul className="paper-kinds">
        {kinds.map((kind, i) => (
          <li key={kind.id} className="card">
            <h2 id={`kind-${i}`}>{say(kind)}</h2>
            <ul className="paper-list">
              {held.filter((paper) => paper.kind === kind.id).map((paper) => (
                <li key={paper.id}>
                  <span>{paper.name} <small>{bytes(paper.file.size)}</small></span>
                  <button type="button" className="text-button" onClick={() => change((old) => old.filter((other) => other.id !== paper.id))}>{t('papers.remove')}<span className="hidden">{paper.name}</span></button>
                </li>
              ))}
            </ul>
            <FilePick id={`pick-${i}`} describedBy={`kind-${i}`} onFiles={(files) => void add(kind.id, files)} />
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
