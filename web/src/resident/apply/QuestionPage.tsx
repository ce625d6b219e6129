import { useState, type FormEvent } from 'react';
import { ErrorSummary } from '../../components/ErrorSummary';
import { go, parseRoute, useHash } from '../../components/route';
import { asks, questionsOf } from '../../form/pages';
import { FormFields } from '../../form/FormFields';
import { listed, sentence } from '../../form/sentences';
import { mistakes, pathText } from '../../form/validate';
import { say, t } from '../../locale';
import { Back } from '../LifePage';
import { useElder } from '../elder';
import { stepLink } from './Apply';
import type { Application } from './useApplication';

/** One page of questions.  Going on checks it and keeps the draft. */
export function QuestionPage({ app, at }: { app: Application; at: number }) {
  const page = app.pages[at]!;
  const elder = useElder();
  const checking = parseRoute(useHash()).query.get('from') === 'check';
  const [round, setRound] = useState(0);
  const found = round > 0 ? mistakes(page.fields, app.answers, app.scope, app.scope) : [];
  const errors = new Map(found.map((mistake) => [pathText(mistake.path), sentence(mistake)]));
  const { id, name } = app.detail.matter;
  const before = at > 0 ? stepLink(id, app.pages[at - 1]!.id) : stepLink(id, '');
  const after = checking ? 'check' : app.pages[at + 1]?.id ?? 'papers';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (mistakes(page.fields, app.answers, app.scope, app.scope).length > 0) {
      setRound((n) => n + 1);
      return;
    }
    void app.keep(after);
    go(stepLink(id, after));
  };
  // One question, or one group: its own words are the heading.
  const single = page.fields.filter(asks).length === 1 || questionsOf(page.fields, app.scope).length === 1;
  return (
    <form onSubmit={submit} noValidate>
      <Back to={checking ? stepLink(id, 'check') : before} />
      <p className="over">{say(name)} <span className="progress">{t('apply.progress', { at: at + 1, of: app.pages.length })}</span></p>
      <ErrorSummary round={round} items={found.map((mistake) => ({ id: `q-${pathText(mistake.path)}`, text: listed(mistake) }))} />
      {!single && page.title && <h1 className="page-title">{page.title}</h1>}
      <FormFields fields={page.fields} answers={app.answers} scope={app.scope} root={app.scope} base={[]} known={app.known} onChange={app.set}
        errors={errors} heading={single} plain={elder} />
      <div className="actions">
        <button className="button">{t('apply.continue')}</button>
        <SavedMark saved={app.saved} />
      </div>
    </form>
  );
}

export function SavedMark({ saved }: { saved: Application['saved'] }) {
  return <p className="saved" role="status">{saved === 'no' ? t('saved.no') : t(`saved.${saved}`)}</p>;
}
