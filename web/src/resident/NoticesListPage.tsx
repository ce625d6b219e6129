import { useState } from 'react';
import { call } from '../api/client';
import { useAct, useCall } from '../api/hooks';
import type { PublicNotice } from '../api/types.gen';
import { Empty, Problem, Show } from '../components/State';
import { say, t } from '../locale';
import { day, money } from '../locale/format';

/** 公示名单: what stands today, names masked, for everybody. */
export function NoticesListPage() {
  const first = useCall('public_notices');
  const [more, setMore] = useState<{ items: PublicNotice[]; next: string | null } | null>(null);
  const act = useAct();
  const cursor = more ? more.next : first.data?.next_cursor ?? null;
  const load = () => act.run(async () => {
    const page = await call('public_notices', { query: { cursor } });
    setMore((old) => ({ items: [...old?.items ?? [], ...page.items], next: page.next_cursor ?? null }));
  });
  return (
    <>
      <h1>{t('public.title')}</h1>
      <p className="lead">{t('public.lead')}</p>
      <Show of={first}>{({ items }) => items.length === 0 ? <Empty title={t('public.none')} /> : (
        <ul className="cards">{[...items, ...more?.items ?? []].map((one) => (
          <li className="card" key={one.id}>
            <p className="card-state">{t(`public.kind.${one.kind}`)}</p>
            <h2>{one.name_masked} {say(one.scheme_name)}</h2>
            <p className="card-words"><span>{one.community}</span><span>{t('public.covered', { n: one.covered })}</span>{one.monthly_fen > 0 && <span>{t('case.monthly', { sum: money(one.monthly_fen) })}</span>}<span>{t('public.until', { from: day(one.from), until: day(one.until) })}</span></p>
          </li>
        ))}</ul>
      )}</Show>
      {act.error && <Problem error={act.error} />}
      {cursor && <p><button type="button" className="button is-second" disabled={act.busy} onClick={() => void load()}>{t('more')}</button></p>}
    </>
  );
}
