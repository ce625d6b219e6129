import { Button, Modal, Segmented } from 'antd';
import { useState } from 'react';
import { call } from '../api/client';
import { useAct, useCall } from '../api/hooks';
import { useSession } from '../api/session';
import type { Parameter } from '../api/types.gen';
import { toConfirm } from '../components/confidence';
import { DateField } from '../components/DateField';
import { Empty, Problem, Show } from '../components/State';
import { say, t, word } from '../locale';
import { count, day, dayOf } from '../locale/format';

const open = (p: Parameter): boolean => toConfirm(p) && !p.confirmed_at;
const pastReview = (p: Parameter, today: string | undefined): boolean => !!today && ((!!p.review_by && p.review_by < today) || (!!p.valid_to && p.valid_to < today));

function Confirm({ parameter, onClose, onDone }: { parameter: Parameter; onClose: () => void; onDone: () => void }) {
  const [basis, setBasis] = useState('');
  const act = useAct();
  const send = () => act.run(async () => {
    await call('parameter_confirm', { body: { name: parameter.name, valid_from: parameter.valid_from, basis: basis.trim() } });
    onDone();
  });
  return (
    <Modal open title={t('parameters.confirmOf', { name: say(parameter.label) })} okText={t('parameters.confirm')} cancelText={t('cancel')} okButtonProps={{ disabled: !basis.trim() }} confirmLoading={act.busy} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <p><strong className="number">{parameter.value} {say(parameter.unit_label)}</strong> · {parameter.citation}</p>
      <label className="note-label" htmlFor="basis">{t('parameters.basis')}</label>
      <textarea id="basis" rows={4} value={basis} onChange={(e) => setBasis(e.target.value)} aria-describedby="basis-hint" />
      <p className="quiet" id="basis-hint">{t('parameters.basisHint')}</p>
    </Modal>
  );
}

/** Figures with dates and articles; those that wait for confirmation first. */
export function ParametersPage() {
  const { roles, meta } = useSession();
  const [on, setOn] = useState('');
  const [which, setWhich] = useState('all');
  const [chosen, setChosen] = useState<Parameter | null>(null);
  const question = useCall('parameters', { query: { on: on || undefined } });
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.parameters')}</h1>
        <Segmented value={which} onChange={setWhich} options={[{ value: 'all', label: t('parameters.all') }, { value: 'open', label: t('parameters.open') }]} />
      </div>
      <div className="filters"><label htmlFor="parameters-on">{t('parameters.on')}<DateField id="parameters-on" value={on} onChange={setOn} /></label></div>
      <Show of={question} lines={8}>{({ items }) => {
        const shown = items.filter((p) => which === 'all' || open(p));
        if (shown.length === 0) return <Empty title={t(which === 'open' ? 'parameters.noneOpen' : 'parameters.none')} />;
        return (
          <>
            <p className="quiet">{t('parameters.count', { n: count(items.length), open: count(items.filter(open).length) })}</p>
            <div className="scroll" tabIndex={0} role="region" aria-label={t('desk.nav.parameters')}>
              <table className="grid">
                <thead><tr><th scope="col">{t('parameters.col.name')}</th><th scope="col" className="is-number">{t('parameters.col.value')}</th><th scope="col">{t('parameters.col.dates')}</th><th scope="col">{t('parameters.col.source')}</th><th scope="col">{t('parameters.col.state')}</th></tr></thead>
                <tbody>
                  {shown.map((p) => (
                    <tr key={`${p.name}${p.valid_from}`} className={open(p) ? 'is-conflict' : undefined}>
                      <th scope="row">{say(p.label)}<br /><span className="quiet">{p.owner}</span></th>
                      <td className="is-number number">{p.value} <span className="quiet">{say(p.unit_label)}</span></td>
                      <td>{p.valid_to ? t('parameters.between', { from: day(p.valid_from), to: day(p.valid_to) }) : t('parameters.since', { from: day(p.valid_from) })}{p.review_by && <><br /><span className="quiet">{t('parameters.reviewBy', { date: day(p.review_by) })}</span></>}{pastReview(p, meta?.today) && <> <span className="mark is-bad">{t('parameters.past')}</span></>}</td>
                      <td>{p.citation}{p.note && say(p.note) && <><br /><span className="quiet">{say(p.note)}</span></>}</td>
                      <td>
                        {p.confirmed_at ? <><span className="mark is-good">{t(p.assumption ? 'parameters.assumed' : 'parameters.sure')}</span><br /><span className="quiet">{dayOf(p.confirmed_at)}</span></>
                          : open(p) ? <><span className="mark is-warn">{t('parameters.open')}</span> {roles.has('policy') && <Button size="small" onClick={() => setChosen(p)}>{t('parameters.confirm')}<span className="hidden">{say(p.label)}</span></Button>}</>
                            : <span className="quiet">{word('confidence', p.confidence)}</span>}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </>
        );
      }}</Show>
      {chosen && <Confirm parameter={chosen} onClose={() => setChosen(null)} onDone={() => { setChosen(null); question.reload(); }} />}
    </>
  );
}
