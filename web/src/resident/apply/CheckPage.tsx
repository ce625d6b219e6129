import { useEffect, useState, type FormEvent } from 'react';
import { ApiError, call, newId } from '../../api/client';
import { useAct } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { FieldError, Problem as Problem9457 } from '../../api/types.gen';
import { ErrorSummary } from '../../components/ErrorSummary';
import { Problem } from '../../components/State';
import { go } from '../../components/route';
import { answerRows, pageHolding, type FormPage } from '../../form/pages';
import { fieldAt } from '../../form/schema';
import { submission } from '../../form/settle';
import { answerWords, listed } from '../../form/sentences';
import { mistakes } from '../../form/validate';
import { say, t } from '../../locale';
import { Back } from '../LifePage';
import { stepLink, type Sent } from './Apply';
import { readPapers, writePapers, type HeldPaper } from './local';
import { SavedMark } from './QuestionPage';
import type { Application } from './useApplication';

function PageAnswers({ app, page }: { app: Application; page: FormPage }) {
  const rows = answerRows(page.fields, app.fields, app.answers, answerWords());
  const change = `${stepLink(app.detail.matter.id, page.id)}?from=check`;
  return (
    <section className="answers">
      <div className="answers-head">
        <h2>{page.title}</h2>
        <a href={change}>{t('check.change')}<span className="hidden">{page.title}</span></a>
      </div>
      <dl>
        {rows.map((row, i) => row.heading
          ? <div key={i} className="answers-row is-heading"><dt>{row.label}</dt><dd /></div>
          : <div key={i} className="answers-row" data-depth={row.depth}><dt>{row.label}</dt><dd>{row.value}</dd></div>)}
      </dl>
    </section>
  );
}

async function sendPapers(caseId: string, held: HeldPaper[]): Promise<HeldPaper[]> {
  const failed: HeldPaper[] = [];
  for (const paper of held) {
    try {
      await call('paper_add', { path: { case: caseId }, query: { name: paper.name, kind: paper.kind }, body: paper.file });
    } catch (error) {
      const problem = error instanceof ApiError && error.status === 422 ? error.problem : null;
      failed.push(problem ? { ...paper, refused: problem.detail } : paper);
    }
  }
  return failed;
}

/** Where each refusal of the server belongs: the page to change, and its sentence. */
function placed(app: Application, problem: Problem9457 | null | undefined) {
  const where = problem?.where ?? '';
  const alone: FieldError[] = problem && pageHolding(app.pages, where) ? [{ path: where, code: problem.code, message: problem.detail.replace(`${where}\uff1a`, '').replace(`${where}: `, '') }] : [];
  const errors = problem?.errors?.length ? problem.errors : alone;
  return errors.map((error, i) => ({ id: `server-${i}`, text: error.message, page: pageHolding(app.pages, error.path)?.id ?? null }));
}

/** The papers that go out with the answers. */
function HeldPapers({ app, held }: { app: Application; held: HeldPaper[] }) {
  const kinds = [...app.detail.papers, { id: 'other', zh: t('papers.other'), en: t('papers.other') }];
  return (
    <section className="answers">
      <div className="answers-head">
        <h2>{t('papers.title')}</h2>
        <a href={stepLink(app.detail.matter.id, 'papers')}>{t('check.change')}<span className="hidden">{t('papers.title')}</span></a>
      </div>
      <dl>
        {held.length === 0 && <div className="answers-row"><dt>{t('check.noPapers')}</dt><dd /></div>}
        {held.map((paper) => (
          <div key={paper.id} className="answers-row"><dt>{say(kinds.find((kind) => kind.id === paper.kind) ?? kinds[kinds.length - 1]!)}</dt><dd>{paper.name}</dd></div>
        ))}
      </dl>
    </section>
  );
}

export function CheckPage({ app, onSent }: { app: Application; onSent: (sent: Sent) => void }) {
  const { session } = useSession();
  const { id, name } = app.detail.matter;
  const inForm = fieldAt(app.fields, 'declared') !== undefined;
  const [ticked, setTicked] = useState(false);
  const declared = inForm ? app.answers.declared === true : ticked;
  const [once] = useState(() => newId());
  const [helper, setHelper] = useState('');
  const [round, setRound] = useState(0);
  const [held, setHeld] = useState<HeldPaper[]>([]);
  const owner = session?.account ?? '';
  useEffect(() => { void readPapers(owner, id).then(setHeld); }, [owner, id]);
  const act = useAct();

  const local = app.pages.flatMap((page) => mistakes(page.fields, app.answers, app.scope, app.scope)
    .map((mistake, i) => ({ id: `${page.id}-${i}`, text: listed(mistake), page: page.id })));
  const refused = placed(app, act.error?.problem);
  const undeclared = round > 0 && !declared && !inForm ? [{ id: 'declared', text: t('check.declareFirst'), page: null }] : [];
  const wrong = [...(round > 0 ? local : []), ...refused, ...undeclared];

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setRound((n) => n + 1);
    if (local.length > 0 || !declared) return;
    const account = session?.account ?? '';
    await act.run(async () => {
      const held = await readPapers(account, id);
      const agent = helper.trim() ? { agent_name: helper.trim(), agent_kind: 'person' as const } : {};
      const receipt = await call('case_new', { once, body: { matter: id, channel: 'portal', data: submission(app.fields, app.answers), declared, ...agent } });
      await app.drop();
      const failed = await sendPapers(receipt.id, held);
      await writePapers(account, id, failed.filter((paper) => !paper.refused));
      onSent({ receipt, failed, sent: held.length - failed.length });
      go(stepLink(id, 'done'));
    });
  };
  const pick = (itemId: string) => {
    const page = wrong.find((item) => item.id === itemId)?.page;
    if (page) go(`${stepLink(id, page)}?from=check`);
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Back to={stepLink(id, 'papers')} />
      <p className="over">{say(name)}</p>
      <ErrorSummary round={round} items={wrong} onPick={pick} />
      {act.error && refused.length === 0 && <Problem error={act.error} focus />}
      <h1>{t('check.title')}</h1>
      {app.pages.map((page) => <PageAnswers key={page.id} app={app} page={page} />)}
      <HeldPapers app={app} held={held} />
      <div className="form-field">
        <label className="form-label" htmlFor="helper">{t('check.helper')}<span className="form-optional">{t('form.optional')}</span></label>
        <p className="form-hint" id="helper-hint">{t('check.helperHint')}</p>
        <input id="helper" aria-describedby="helper-hint" value={helper} onChange={(e) => setHelper(e.target.value)} />
      </div>
      {!inForm && <div className={`form-field${undeclared.length ? ' is-wrong' : ''}`}>
        <h2>{t('check.declareTitle')}</h2>
        <p className="form-hint">{t('check.declareText')}</p>
        <label className="form-choice"><input id="declared" type="checkbox" checked={ticked} onChange={(e) => setTicked(e.target.checked)} /><span>{t('check.declare')}</span></label>
      </div>}
      <div className="actions">
        <button className="button" disabled={act.busy}>{t(act.busy ? 'check.sending' : 'check.send')}</button>
        <SavedMark saved={app.saved} />
      </div>
    </form>
  );
}
