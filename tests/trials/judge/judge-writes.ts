import { PROBLEMS, type ProblemCode } from '@elira/protocol';
import type { Entry } from '../history.ts';
import { canonical } from './canonical.ts';
import type { Finding } from './finding.ts';

type Sent = Extract<Entry, { kind: 'sent' }>;
type Answered = Extract<Entry, { kind: 'answered' }>;
type Written = Extract<Entry, { kind: 'written' }>;

/** What a mutation of a device came to, as far as the device was told. */
type Fate = { readonly sent: Sent; requests: number; doubled: boolean; told: Answered | undefined; unsettled: boolean };

/** Each adds one row to `trial_deeds`, which nothing but the door keeps from being added twice. */
const DEEDS: ReadonlySet<string> = new Set(['deed.do', 'deed.count']);
const SLATES: ReadonlySet<string> = new Set(['slate.write']);

/** What must have happened to mutations, for a trial of them to have tried anything. */
export const WRITE_WAYS = {
  applied: 'a mutation was applied',
  refused: 'a mutation was refused',
  again: 'a mutation was sent again, not knowing its outcome, and applied once',
  doubled: 'a mutation was sent twice at once, and applied once',
  shown: 'an author was shown what they wrote',
} as const;

/**
 * I6, I7, I8 and I10, from what the devices were told and what is in the database at the end. Pure.
 *
 *   I6   what was acknowledged is there
 *   I7   once, in the name of who sent it, and answered alike however often it is asked for
 *   I8   what was refused has had no effect; every outcome is known in the end; nothing is there that nobody sent
 *   I10  whoever was told that it is written never again sees what was there before
 */
export function judgeWrites(entries: readonly Entry[]): { findings: Finding[]; happened: string[]; decided: number } {
  const findings: Finding[] = [];
  const fates = new Map<string, Fate>();
  const made = new Map<string, string>();
  const slates = new Slates();
  for (const entry of entries) {
    switch (entry.kind) {
      case 'made':
        made.set(entry.id, entry.client);
        break;
      case 'sent':
        if (!made.has(entry.id))
          findings.push({ rule: 'I7', detail: `${entry.client} sent ${entry.name} as ${entry.id}, which nobody made` });
        note(fates, entry);
        break;
      case 'answered':
        findings.push(...answered(fates.get(entry.id), entry));
        slates.answered(fates.get(entry.id)?.sent, entry);
        break;
      case 'unsettled': {
        const fate = fates.get(entry.id);
        if (fate !== undefined) fate.unsettled = true;
        break;
      }
      case 'shows':
        findings.push(...slates.shows(entry));
        break;
      default:
        break;
    }
  }
  const written = entries.findLast((entry) => entry.kind === 'written');
  if (written?.kind === 'written')
    findings.push(...judgeStored(fates, written), ...judgeLost(made, fates, written), ...judgeOrder(entries));
  else if (fates.size > 0) findings.push({ rule: 'trial', detail: 'nobody looked what became of the mutations' });
  return {
    findings,
    happened: happenings([...fates.values()], slates.seen),
    decided: [...fates.values()].filter(({ told }) => isDecided(told)).length,
  };
}

function note(fates: Map<string, Fate>, sent: Sent): void {
  const fate = fates.get(sent.id) ?? { sent, requests: 0, doubled: false, told: undefined, unsettled: false };
  fate.requests += 1;
  fate.doubled ||= sent.times > 1;
  fates.set(sent.id, fate);
}

function isDecided(told: Answered | undefined): told is Answered {
  return told !== undefined && told.status !== 'unknown';
}

/** A server that cannot reach its database knows nothing, whatever another one has told: what was sent twice at once may hear both. */
function passes({ problem }: Answered): boolean {
  return problem !== undefined && problem in PROBLEMS && PROBLEMS[problem as ProblemCode].client === 'retry';
}

function answered(fate: Fate | undefined, told: Answered): Finding[] {
  if (fate === undefined) return [{ rule: 'I8', detail: `${told.client} was told of ${told.id}, which it never sent` }];
  const before = fate.told;
  if (told.status === 'unknown') {
    return isDecided(before) && !passes(told)
      ? [{ rule: 'I7', detail: `${told.client}: ${told.id} was ${before.status}, and is unknown when asked again` }]
      : [];
  }
  fate.told = told;
  if (!isDecided(before)) return [];
  const [was, is] = [before, told].map(({ status, result, problem }) => canonical({ status, result, problem }));
  return was === is
    ? []
    : [{ rule: 'I7', detail: `${told.client}: ${told.id} was answered differently: ${was} and then ${is}` }];
}

function judgeStored(fates: ReadonlyMap<string, Fate>, { ledger, deeds }: Written): Finding[] {
  const findings: Finding[] = [];
  const entered = new Map(ledger.map((row) => [row.id, row]));
  const done = new Map<string, Written['deeds'][number][]>();
  for (const deed of deeds) done.set(deed.mutation, [...(done.get(deed.mutation) ?? []), deed]);
  for (const [id, fate] of fates) {
    const found = (rule: string, detail: string): void => {
      findings.push({ rule, detail: `${fate.sent.client}: ${fate.sent.name} ${id}: ${detail}` });
    };
    const [entry, effects] = [entered.get(id), done.get(id) ?? []];
    if (isDecided(fate.told)) {
      const { status } = fate.told;
      if (entry === undefined) found('I6', `was answered ${status}, and the ledger has nothing of it`);
      else if (entry.status !== status) found('I6', `was answered ${status}, and the ledger says ${entry.status}`);
      if (status === 'applied' && DEEDS.has(fate.sent.name) && effects.length === 0)
        found('I6', 'was acknowledged, and its effect is gone');
      if (status === 'refused' && effects.length > 0) found('I8', 'was refused, and has had an effect');
    } else if (fate.unsettled) found('I8', 'its outcome was never known');
    if (entry === undefined && effects.length > 0) found('I8', 'has had an effect without an entry in the ledger');
    if (entry?.status === 'refused' && effects.length > 0) found('I8', 'is refused in the ledger, and has had an effect');
    if (effects.length > 1) found('I7', `has had its effect ${effects.length} times`);
    if (entry !== undefined && entry.user !== fate.sent.user) found('I7', `was applied in the name of ${entry.user}`);
    for (const { user, amount } of effects)
      if (user !== fate.sent.user || amount !== fate.sent.args['amount'])
        found('I7', `was applied as ${amount} of ${user}, not as it was sent`);
  }
  for (const id of new Set([...entered.keys(), ...done.keys()]))
    if (!fates.has(id)) findings.push({ rule: 'I8', detail: `${id} is in the database, and nobody sent it` });
  return findings;
}

/** What was made and is not decided in the end was lost on its way, whether or not its device still knows of it. */
function judgeLost(made: ReadonlyMap<string, string>, fates: ReadonlyMap<string, Fate>, { ledger, deeds }: Written): Finding[] {
  const entered = new Set(ledger.map(({ id }) => id));
  const lost = [...made].filter(
    ([id]) => !entered.has(id) && !isDecided(fates.get(id)?.told) && fates.get(id)?.unsettled !== true,
  );
  const times = new Map<string, number>();
  for (const { deed } of deeds) times.set(deed, (times.get(deed) ?? 0) + 1);
  return [
    ...lost.map(([id, client]) => ({ rule: 'I8', detail: `${client} made ${id}, and nothing became of it` })),
    ...[...times]
      .filter(([, count]) => count > 1)
      .map(([deed, count]) => ({ rule: 'I7', detail: `the deed ${deed} was done ${count} times, under one id or several` })),
  ];
}

/** A write that came late, after one that was made later and had been acknowledged, has no effect any more. */
function judgeOrder(entries: readonly Entry[]): Finding[] {
  const last = new Map<string, number>();
  const findings: Finding[] = [];
  const lines = entries.filter((entry) => entry.kind === 'history' && entry.tbl === 'trial_slates');
  for (const entry of lines.toSorted((a, b) => ordOf(a) - ordOf(b))) {
    if (entry.kind !== 'history') continue;
    const [body] = Object.values(entry.views) as { seq?: number }[];
    const [before, now] = [last.get(entry.key) ?? -1, body?.seq ?? -1];
    if (now < before) findings.push({ rule: 'I7', detail: `slate ${entry.key} went from ${before} back to ${now}` });
    last.set(entry.key, now);
  }
  return findings;
}

const ordOf = (entry: Entry): number => (entry.kind === 'history' ? entry.ord : 0);

/** What each device was told to have written on its slates, against what it shows of them. */
class Slates {
  readonly #written = new Map<string, number>();
  seen = 0;

  answered(sent: Sent | undefined, { status }: Answered): void {
    if (sent === undefined || status !== 'applied' || !SLATES.has(sent.name)) return;
    const name = `${sent.client} ${String(sent.args['slate'])}`;
    this.#written.set(name, Math.max(this.#written.get(name) ?? 0, Number(sent.args['seq'])));
  }

  shows({ client, slate, seq }: Extract<Entry, { kind: 'shows' }>): Finding[] {
    const written = this.#written.get(`${client} ${slate}`);
    if (written === undefined) return [];
    this.seen += 1;
    if (seq >= written) return [];
    return [{ rule: 'I10', detail: `${client} shows ${seq} on slate ${slate} after ${written} was acknowledged` }];
  }
}

function happenings(fates: readonly Fate[], shown: number): string[] {
  const applied = fates.filter(({ told }) => told?.status === 'applied');
  return [
    ...(applied.length > 0 ? [WRITE_WAYS.applied] : []),
    ...(fates.some(({ told }) => told?.status === 'refused') ? [WRITE_WAYS.refused] : []),
    ...(applied.some(({ requests }) => requests > 1) ? [WRITE_WAYS.again] : []),
    ...(applied.some(({ doubled }) => doubled) ? [WRITE_WAYS.doubled] : []),
    ...(shown > 0 ? [WRITE_WAYS.shown] : []),
  ];
}
