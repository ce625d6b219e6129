/** Yuan as somebody types them, in fen; null: it is no amount. */
export function fenOf(text: string): number | null {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim().replace(/[,\uff0c\u00a5]/g, ''));
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : null;
}

export const yuanOf = (fen: number): string => (fen / 100).toFixed(2);
