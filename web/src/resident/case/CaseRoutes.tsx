import { useCall } from '../../api/hooks';
import type { Case } from '../../api/types.gen';
import { Show } from '../../components/State';
import { link } from '../../components/route';
import { t } from '../../locale';
import { Back } from '../LifePage';
import { AuthorisePage } from './AuthorisePage';
import { CasePage } from './CasePage';
import { DecisionPage } from './DecisionPage';
import { HistoryPage } from './HistoryPage';
import { NoticesPage } from './NoticesPage';
import { PapersPage } from './PapersPage';
import { ProofPage } from './ProofPage';
import { RemedyPage, RemediesPage } from './RemedyPage';
import { ExplainPage, WithdrawPage } from './TextActs';

export interface CaseProps { data: Case; reload: () => void }

/** One case; each thing to do or to read is a page of its own. */
export function CaseRoutes({ id, page }: { id: string; page: string[] }) {
  const question = useCall('case', { path: { case: id } });
  const [name = '', detail = ''] = page;
  return (
    <Show of={question}>{(data) => {
      const props: CaseProps = { data, reload: question.reload };
      if (name === '') return <><Back to={link('cases')} label={t('nav.cases')} /><CasePage {...props} /></>;
      return (
        <>
          <Back to={name === 'appeal' && detail ? link('case', id, 'appeal') : link('case', id)} />
          <p className="over number">{data.summary.number}</p>
          <Sub {...props} name={name} detail={detail} />
        </>
      );
    }}</Show>
  );
}

function Sub({ name, detail, ...props }: CaseProps & { name: string; detail: string }) {
  switch (name) {
    case 'decision': return <DecisionPage {...props} />;
    case 'proof': return <ProofPage {...props} />;
    case 'notices': return <NoticesPage {...props} />;
    case 'papers': return <PapersPage {...props} />;
    case 'appeal': return detail ? <RemedyPage {...props} kind={detail} /> : <RemediesPage {...props} />;
    case 'authorise': return <AuthorisePage {...props} />;
    case 'explain': return <ExplainPage {...props} />;
    case 'withdraw': return <WithdrawPage {...props} />;
    case 'history': return <HistoryPage {...props} />;
    default: return <CasePage {...props} />;
  }
}
