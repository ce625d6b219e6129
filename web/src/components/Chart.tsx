import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useDark } from './Themed';
import { language } from '../locale';

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

/* The same colour means the same everywhere, and differs in lightness too, so that
 * those who do not tell colours apart read it as well. */
const TONES = {
  light: { main: '#0b6b5e', quiet: '#9db4c9', other: '#b5651d', ink: '#17211f', line: '#cfd7d4', soft: '#4a5754' },
  dark: { main: '#4fbfae', quiet: '#5d7891', other: '#e0a060', ink: '#e9efed', line: '#36423f', soft: '#aebbb7' },
};

export interface Series { name: string; values: number[]; tone: 'main' | 'quiet' | 'other' }
interface Props { label: string; kind: 'bars' | 'columns' | 'line'; names: string[]; series: Series[]; height: number; format: (value: number) => string }

function optionOf({ kind, names, series, format }: Props, tones: typeof TONES.light): EChartsCoreOption {
  const flat = kind === 'bars';
  const category = {
    type: 'category', data: names, inverse: flat, axisTick: { show: false }, axisLine: { lineStyle: { color: tones.line } },
    axisLabel: { color: tones.soft, interval: flat ? 0 : 'auto', hideOverlap: !flat },
  };
  const value = { type: 'value', splitLine: { show: !flat, lineStyle: { color: tones.line } }, axisLabel: { show: !flat, color: tones.soft, formatter: format }, splitNumber: 4 };
  return {
    animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: tones.ink }, aria: { enabled: false },
    grid: { left: flat ? 16 : 8, right: flat ? 48 : 12, top: series.length > 1 ? 36 : 12, bottom: 4, containLabel: true },
    legend: series.length > 1 ? { top: 0, left: 0, itemWidth: 14, itemHeight: 10, icon: 'rect', textStyle: { color: tones.ink } } : undefined,
    tooltip: { trigger: 'axis', axisPointer: { type: kind === 'line' ? 'line' : 'shadow' }, valueFormatter: (v: unknown) => format(Number(v)) },
    xAxis: flat ? value : category, yAxis: flat ? category : value,
    series: series.map((s) => ({
      name: s.name, type: kind === 'line' ? 'line' : 'bar', data: s.values, color: tones[s.tone], barMaxWidth: flat ? 18 : 16, barGap: '10%',
      symbolSize: 7, lineStyle: { width: 2.5 },
      label: { show: flat, position: 'right', color: tones.ink, formatter: (p: { value: number }) => format(p.value) },
    })),
  };
}

export function Chart(props: Props) {
  const box = useRef<HTMLDivElement>(null);
  const dark = useDark();
  const lang = language();
  const content = JSON.stringify([props.kind, props.names, props.series, lang, dark]);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (!box.current) return undefined;
    const chart = init(box.current, null, { renderer: 'svg' });
    chart.setOption(optionOf(latest.current, dark ? TONES.dark : TONES.light));
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(box.current);
    return () => { watch.disconnect(); chart.dispose(); };
  }, [content, dark]);
  return <div ref={box} role="img" aria-label={props.label} className="chart" style={{ height: props.height }} />;
}
