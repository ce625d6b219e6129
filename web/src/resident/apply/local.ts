/* What is kept on this device until it is sent: answers, for a line that breaks, and
 * chosen files.  Both belong to one account and are removed when sent or at sign-out. */
import type { Answers } from '../../form/schema';
import { read, write } from '../../locale';

export interface LocalDraft { answers: Answers; page: string | null; at: string }

const PREFIX = 'mz.draft.';
const keyOf = (account: string, matter: string): string => `${PREFIX}${account}.${matter}`;

export function readDraft(account: string, matter: string): LocalDraft | null {
  try { return JSON.parse(read(keyOf(account, matter)) ?? 'null') as LocalDraft | null; } catch { return null; }
}
export const writeDraft = (account: string, matter: string, draft: LocalDraft | null): void =>
  write(keyOf(account, matter), draft && JSON.stringify(draft));

export interface HeldPaper { id: string; name: string; kind: string; file: Blob }

function open(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const request = indexedDB.open('minzheng', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('papers');
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

async function store<T>(mode: IDBTransactionMode, act: (papers: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  try {
    const db = await open();
    return await new Promise<T>((done, fail) => {
      const request = act(db.transaction('papers', mode).objectStore('papers'));
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
  } catch { return null; } // a browser without a store keeps the files only while the page is open
}

export const readPapers = async (account: string, matter: string): Promise<HeldPaper[]> =>
  (await store<HeldPaper[] | undefined>('readonly', (papers) => papers.get(keyOf(account, matter)) as IDBRequest<HeldPaper[] | undefined>)) ?? [];
export const writePapers = async (account: string, matter: string, held: HeldPaper[]): Promise<void> => {
  await store('readwrite', (papers) => papers.put(held, keyOf(account, matter)));
};

/** At sign-out nothing of a person stays on the device. */
export function forgetAll(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch { /* closed to us */ }
  void store('readwrite', (papers) => papers.clear());
}
