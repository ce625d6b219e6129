import type { Tile } from '../Tiles';

type Position = [number, number];
export interface Outlined extends Tile { polygons: Position[][][] }

const WIDE = 720;

/** The middle of the largest ring's frame: where its name stands. */
function middle(polygons: Position[][][], at: (p: Position) => Position): Position {
  let best = -1, where: Position = [0, 0];
  for (const [ring] of polygons) {
    if (!ring) continue;
    const drawn = ring.map(at), xs = drawn.map((p) => p[0]), ys = drawn.map((p) => p[1]);
    const size = (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
    if (size > best) { best = size; where = [(Math.max(...xs) + Math.min(...xs)) / 2, (Math.max(...ys) + Math.min(...ys)) / 2]; }
  }
  return where;
}

/** The divisions in their own outlines.  A degree of longitude is drawn as long as it is at the middle latitude. */
export function OutlineMap({ items, label }: { items: Outlined[]; label: string }) {
  let west = 180, east = -180, south = 90, north = -90;
  for (const d of items) for (const polygon of d.polygons) for (const ring of polygon) for (const [x, y] of ring) {
    west = Math.min(west, x); east = Math.max(east, x); south = Math.min(south, y); north = Math.max(north, y);
  }
  const narrow = Math.cos(((south + north) / 2) * (Math.PI / 180));
  const scale = WIDE / Math.max((east - west) * narrow, north - south, 1e-6);
  const at = ([x, y]: Position): Position => [(x - west) * narrow * scale, (north - y) * scale];
  const path = (polygons: Position[][][]) => polygons.flatMap((polygon) => polygon.map((ring) => `M${ring.map((p) => at(p).map((n) => n.toFixed(1)).join(' ')).join('L')}Z`)).join('');
  return (
    <svg className="outlines" role="img" aria-label={label} viewBox={`-4 -4 ${((east - west) * narrow * scale + 8).toFixed(0)} ${((north - south) * scale + 8).toFixed(0)}`}>
      {items.map((d) => <path key={d.code} data-step={d.step} fillRule="evenodd" d={path(d.polygons)}><title>{`${d.name} ${d.text}`}</title></path>)}
      {items.map((d) => {
        const [x, y] = middle(d.polygons, at);
        return <text key={d.code} className={Number(d.step) >= 4 ? 'is-light' : ''} x={x.toFixed(1)} y={y.toFixed(1)}>{d.text}</text>;
      })}
    </svg>
  );
}
