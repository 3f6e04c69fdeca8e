import type { ReactNode } from 'react';
import { Badge, type BadgeTone } from '../design/badge.tsx';
import { SectionTitle } from '../design/surface.tsx';
import type { Health, ServerHealth } from './sync-health.ts';
import { TEXT } from './text.ts';

const TONES: Readonly<Record<Health, BadgeTone>> = { good: 'good', behind: 'warn', failing: 'danger', stopped: 'danger' };
const HEADS = [TEXT.name, TEXT.state, TEXT.uptime, TEXT.connected, TEXT.messages, TEXT.errors, TEXT.delay];

/** What each server says of itself; on a narrow screen it is scrolled sideways. */
export function ServerTable({ servers }: { readonly servers: readonly ServerHealth[] }): ReactNode {
  const cell = 'px-4 py-3 text-left whitespace-nowrap';
  return (
    <section>
      <SectionTitle>{TEXT.servers}</SectionTitle>
      <div
        className="overflow-x-auto rounded-2xl border border-line bg-surface"
        role="region"
        aria-label={TEXT.servers}
        tabIndex={0}
      >
        <table className="w-full text-[0.9375rem] tabular-nums">
          <thead className="bg-sunken text-sm text-soft">
            <tr>
              {HEADS.map((name) => (
                <th key={name} scope="col" className={`${cell} font-medium`}>
                  {name}
                  {name === TEXT.delay && <span className="block text-xs font-normal">{TEXT.delayHint}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {servers.map((server, index) => (
              <tr key={server.id} className="border-t border-line">
                <th scope="row" className={`${cell} font-medium`}>
                  {TEXT.server(index + 1)}
                </th>
                <td className={cell}>
                  <Badge tone={TONES[server.health]}>{TEXT.serverHealth[server.health]}</Badge>
                </td>
                <td className={cell} title={new Date(server.startedAt).toLocaleString()}>
                  {TEXT.span(server.uptime)}
                </td>
                <td className={cell}>{server.connectedClients.toLocaleString()}</td>
                <td className={cell}>{server.messagesSent.toLocaleString()}</td>
                <td className={cell}>{server.errors.toLocaleString()}</td>
                <td className={cell}>
                  <DelayWords delays={server.delays} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function DelayWords({ delays: { p50, p95, p99 } }: { readonly delays: ServerHealth['delays'] }): ReactNode {
  if (p50 === undefined || p95 === undefined || p99 === undefined) return <span className="text-faint">{TEXT.noDelay}</span>;
  return [p50, p95, p99].map(TEXT.milliseconds).join(' · ');
}
