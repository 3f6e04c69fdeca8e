import { useOutbox } from '@elira/sync-react';
import { useIsCutOff } from './use-is-cut-off.ts';

/** Whether a mutation about this waits for a connection: made on this device, and not at the server as far as is known. */
export function useWaits(name: string, argument: string, value: string): boolean {
  const { entries } = useOutbox();
  const isCutOff = useIsCutOff();
  const isAbout = (args: unknown): boolean =>
    typeof args === 'object' && args !== null && Reflect.get(args, argument) === value;
  return (
    isCutOff &&
    entries.some(({ name: of, args, state }) => of === name && (state === 'waiting' || state === 'sending') && isAbout(args))
  );
}
