import { Button } from 'antd';
import { useState } from 'react';
import { useSession } from '../../api/session';
import type { Task } from '../../api/types.gen';
import { t } from '../../locale';
import { canKeep, keepTask, keptTasks } from './kept';

/** Takes a task along for a visit where there is no line. */
export function KeepButton({ task, matter }: { task: Task; matter: string }) {
  const { session } = useSession();
  const account = session?.account ?? '';
  const [state, setState] = useState<'no' | 'busy' | 'kept' | 'failed'>(() => (keptTasks(account).some((one) => one.task === task.id) ? 'kept' : 'no'));
  if (!canKeep()) return null;
  const keep = () => {
    setState('busy');
    keepTask(account, task, matter).then((ok) => setState(ok ? 'kept' : 'failed'), () => setState('failed'));
  };
  return (
    <p className="keep">
      {state === 'kept' ? <span className="mark is-good" role="status">{t('offline.kept')}</span> : <Button size="small" loading={state === 'busy'} onClick={keep}>{t('offline.keep')}</Button>}{' '}
      {state === 'failed' ? <span className="is-bad" role="status">{t('offline.failed')}</span> : <small className="quiet">{t('offline.hint')}</small>}
    </p>
  );
}
