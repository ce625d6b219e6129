/* The table of factors as people type it (CSV): division,floor,cap,<factor>…, its second row the weights. */

export interface Weight { name: string; weight: string }

/** The factors and their weights; null where the table quotes cells or has no such rows: then it is edited as text alone. */
export function weightsOf(table: string): Weight[] | null {
  const [header = '', weights = ''] = table.split(/\r?\n/);
  if (table.includes('"')) return null;
  const names = header.split(',').slice(3);
  const cells = weights.split(',');
  if (names.length === 0 || cells[0]?.trim() !== 'weight' || cells.length !== names.length + 3) return null;
  return names.map((name, i) => ({ name: name.trim(), weight: (cells[i + 3] ?? '').trim() }));
}

export function withWeights(table: string, weights: Weight[]): string {
  const lines = table.split(/\r?\n/);
  lines[1] = ['weight', '', '', ...weights.map((one) => one.weight)].join(',');
  return lines.join('\n');
}

/** A table to begin with: every division, one factor to be named. */
export const emptyTable = (codes: string[], factor: string): string => [`division,floor,cap,${factor}`, 'weight,,,1', ...codes.map((code) => `${code},,,`)].join('\n');
