import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef, type ReactNode } from 'react';
import uPlot from 'uplot';
import type { Days } from './per-day.ts';

/** Pixels. */
const HEIGHT = 224;
const TIME_ZONE = 'Etc/UTC';

/** Two lines over days, in the colours of the theme. Drawn anew when its data, its width or the theme changes. */
export function DayChart({ days }: { readonly days: Days }): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const latest = useRef(days);
  useEffect(() => {
    latest.current = days;
    chart.current?.setData(dataOf(days));
  }, [days]);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const made = new uPlot(optionsFor(element), dataOf(latest.current), element);
    chart.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    const redraw = (): void => made.redraw(false, true);
    const themed = new MutationObserver(redraw);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', redraw);
    return () => {
      resized.disconnect();
      themed.disconnect();
      dark.removeEventListener('change', redraw);
      made.destroy();
      chart.current = undefined;
    };
  }, []);
  return (
    <div ref={place} aria-hidden="true" className="relative h-56 w-full overflow-hidden">
      {['text-accent', 'text-warn', 'text-soft', 'text-line'].map((name) => (
        <i key={name} data-colour={name} className={`${name} absolute size-0`} />
      ))}
    </div>
  );
}

function dataOf({ days, counts }: Days): uPlot.AlignedData {
  return [[...days], ...counts.map((series) => [...series])];
}

function optionsFor(element: HTMLElement): uPlot.Options {
  // A canvas takes no variables: elements of the theme's colours tell what these are at the moment.
  const colour = (name: string) => (): string => {
    const probe = element.querySelector(`[data-colour="${name}"]`);
    return probe === null ? 'gray' : getComputedStyle(probe).color;
  };
  const axis = {
    stroke: colour('text-soft'),
    grid: { stroke: colour('text-line'), width: 1 },
    ticks: { show: false },
    font: '12px Inter Variable',
  };
  const line = (name: string): uPlot.Series => ({
    stroke: colour(name),
    width: 2,
    points: { show: true, size: 5, fill: colour(name) },
  });
  return {
    width: element.clientWidth,
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), TIME_ZONE),
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_chart, _low, high) => [0, Math.max(5, high * 1.1)] } },
    axes: [axis, { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000] }],
    series: [{}, line('text-accent'), line('text-warn')],
  };
}
