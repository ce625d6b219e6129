import { Button, Modal } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Case, Notice, Served } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { Empty, Problem } from '../../components/State';
import { say, t, word } from '../../locale';
import { moment } from '../../locale/format';
import type { TabProps } from './CasePage';

const SERVERS = ['clerk', 'community', 'reviewer'];
const WAYS = ['in_person', 'post', 'left', 'electronic', 'publication'] as const;

export function NoticesTab({ data, reload }: TabProps) {
  const { roles } = useSession();
  const [open, setOpen] = useState<Notice | null>(null);
  const serves = SERVERS.some((role) => roles.has(role));
  return (
    <section className="panel">
      <h2>{t('notices.title')}</h2>
      {data.notices.length === 0 ? <Empty title={t('notices.none')}><p>{t('notices.noneDesk')}</p></Empty> : (
        <div className="scroll" tabIndex={0} role="region" aria-label={t('notices.title')}>
          <table className="grid">
            <thead><tr><th scope="col">{t('notices.col.name')}</th><th scope="col">{t('notices.col.number')}</th><th scope="col">{t('notices.col.issued')}</th><th scope="col">{t('notices.col.served')}</th></tr></thead>
            <tbody>{data.notices.map((notice) => (
              <tr key={notice.id}>
                <th scope="row"><a href={notice.pdf} target="_blank" rel="noreferrer">{say(notice.name)}</a></th>
                <td className="number">{notice.number}</td><td>{moment(notice.issued_at)}</td>
                <td>{notice.served_at ? `${moment(notice.served_at)} \u00b7 ${word('served', notice.served_how ?? '')}` : <><span className="mark is-warn">{t('notices.notServed')}</span> {serves && <Button size="small" onClick={() => setOpen(notice)}>{t('notices.serve')}<span className="hidden">{say(notice.name)}</span></Button>}</>}</td>
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
      {open && <ServeDialog data={data} notice={open} onClose={() => setOpen(null)} onDone={() => { setOpen(null); reload(); }} />}
    </section>
  );
}

function ServeDialog({ data, notice, onClose, onDone }: { data: Case; notice: Notice; onClose: () => void; onDone: () => void }) {
  const { meta } = useSession();
  const [how, setHow] = useState<Served['how']>('in_person');
  const [date, setDate] = useState(meta?.today ?? '');
  const [paper, setPaper] = useState('');
  const act = useAct();
  const send = () => act.run(async () => {
    // the day of service at noon in Beijing; today means now
    const at = date === meta?.today ? null : `${date}T04:00:00Z`;
    await call('case_served', { path: { case: data.summary.id }, body: { notice: notice.id, how, served_at: at, paper: paper || null } });
    onDone();
  });
  return (
    <Modal open title={t('notices.serveOf', { name: say(notice.name) })} okText={t('notices.serve')} cancelText={t('cancel')} confirmLoading={act.busy} okButtonProps={{ disabled: !date }} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <p className="quiet">{t('notices.serveHint')}</p>
      <fieldset className="purposes">
        <legend>{t('notices.how')}</legend>
        {WAYS.map((way) => <label key={way}><input type="radio" name="how" checked={how === way} onChange={() => setHow(way)} /> {t(`served.${way}`)}</label>)}
      </fieldset>
      <label className="note-label" htmlFor="served-on">{t('notices.servedOn')}</label>
      <DateField id="served-on" max={meta?.today} value={date} onChange={setDate} />
      <label className="note-label" htmlFor="served-paper">{t('notices.proof')}</label>
      <select id="served-paper" value={paper} onChange={(e) => setPaper(e.target.value)}>
        <option value="">{t('authorise.noPaper')}</option>
        {data.papers.map((item) => <option key={item.id} value={item.id}>{item.name}</option>)}
      </select>
    </Modal>
  );
}
