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

/** refused: the server's reason, when sending it again would change nothing. */
export interface HeldPaper { id: string; name: string; kind: string; file: Blob; refused?: string }

function open(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const request = indexedDB.open('minzheng', 2);
    request.onupgradeneeded = () => { // what an earlier version kept was of another shape
      if (request.result.objectStoreNames.contains('papers')) request.result.deleteObjectStore('papers');
      request.result.createObjectStore('papers');
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

/** What the store answers when the change is on the device; fails where a browser has none, or closes it to a private window. */
async function store<T>(mode: IDBTransactionMode, act: (papers: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  try {
    return await new Promise<T>((done, fail) => {
      const change = db.transaction('papers', mode);
      const request = act(change.objectStore('papers'));
      change.oncomplete = () => done(request.result);
      change.onabort = change.onerror = () => fail(change.error ?? request.error);
    });
  } finally { db.close(); }
}

/* As bytes: some browsers keep no files in a private window, but bytes they do. */
interface Kept { id: string; name: string; kind: string; type: string; bytes: ArrayBuffer }

/** While the page is open; of what the store does not keep, all there is. */
const openPage = new Map<string, HeldPaper[]>();

export async function readPapers(account: string, matter: string): Promise<HeldPaper[]> {
  const key = keyOf(account, matter);
  try {
    const kept = await store<Kept[] | undefined>('readonly', (papers) => papers.get(key) as IDBRequest<Kept[] | undefined>);
    if (kept && !openPage.has(key)) return kept.map(({ id, name, kind, type, bytes }) => ({ id, name, kind, file: new Blob([bytes], { type }) }));
  } catch { /* the open page's */ }
  return openPage.get(key) ?? [];
}

/** false: they last only as long as this page. */
export async function writePapers(account: string, matter: string, held: HeldPaper[]): Promise<boolean> {
  openPage.set(keyOf(account, matter), held);
  const kept: Kept[] = await Promise.all(held.map(async ({ id, name, kind, file }) => ({ id, name, kind, type: file.type, bytes: await file.arrayBuffer() })));
  try {
    await store('readwrite', (papers) => papers.put(kept, keyOf(account, matter)));
    return true;
  } catch { return false; }
}

/** At sign-out nothing of a person stays on the device. */
export function forgetAll(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch { /* closed to us */ }
  openPage.clear();
  store('readwrite', (papers) => papers.clear()).catch(() => { /* none */ });
}
