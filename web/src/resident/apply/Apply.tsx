import { useState } from 'react';
import type { CaseReceipt } from '../../api/types.gen';
import { Problem, Skeleton } from '../../components/State';
import { link } from '../../components/route';
import { CasesPage } from '../CasesPage';
import { CheckPage } from './CheckPage';
import { PapersStep } from './PapersStep';
import { QuestionPage } from './QuestionPage';
import { ReceiptPage } from './ReceiptPage';
import { StartPage } from './StartPage';
import { useApplication } from './useApplication';
import type { HeldPaper } from './local';

export interface Sent { receipt: CaseReceipt; failed: HeldPaper[]; sent: number }

/** An application: known facts, one question a page, papers, check, receipt. */
export function Apply({ matter, page }: { matter: string; page: string }) {
  const { app, error, reload } = useApplication(matter);
  const [sent, setSent] = useState<Sent | null>(null);
  if (page === 'done' && sent) return <ReceiptPage sent={sent} />;
  if (!app) return error ? <Problem error={error} onRetry={reload} /> : <Skeleton />;
  if (page === 'done') return <CasesPage />;
  if (page === '') return <StartPage app={app} />;
  if (page === 'papers') return <PapersStep app={app} />;
  if (page === 'check') return <CheckPage app={app} onSent={setSent} />;
  const at = app.pages.findIndex((candidate) => candidate.id === page);
  if (at < 0) return <StartPage app={app} />;
  return <QuestionPage key={page} app={app} at={at} />;
}

export const stepLink = (matter: string, page: string): string => link('apply', matter, page);
