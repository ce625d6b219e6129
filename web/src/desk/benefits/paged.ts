/* A list that goes on: its first page as any answer, the next ones when somebody asks. */
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { Routes } from '../../api/types.gen';

type Lists = 'benefits' | 'proposals' | 'recoveries' | 'back_payments' | 'duplicates' | 'quality_rows';
type Item<R extends Lists> = Routes[R]['reply']['items'][number];

export function usePaged<R extends Lists>(id: R, query: Routes[R]['query']) {
  const first = useCall(id, { query });
  const key = JSON.stringify(query);
  const [rest, setRest] = useState<{ key: string; items: Item<R>[]; next: string | null } | null>(null);
  const act = useAct();
  const kept = rest?.key === key ? rest : null;
  const cursor = kept ? kept.next : first.data?.next_cursor ?? null;
  const load = () => act.run(async () => {
    const page = await call(id, { query: { ...query, cursor } });
    setRest({ key, items: [...kept?.items ?? [], ...page.items as Item<R>[]], next: page.next_cursor ?? null });
  });
  return { first, more: kept?.items ?? [], cursor, load, act };
}
