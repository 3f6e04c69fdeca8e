import { z } from 'zod';

const QUERY = z.object({
  scope: z.string().optional().meta({ description: 'What is subscribed to, once for each; absent: all that the viewer holds' }),
  user: z.string().optional().meta({ description: 'Id of the user for whom the client takes itself; another one is refused' }),
  cursor: z.string().max(1_024).optional().meta({ description: 'Where to go on from' }),
});

/** The stream of changes, in both its forms, for its description. */
export const STREAM = {
  tag: 'synchronisation',
  summary: 'The stream of changes',
  description:
    'What the viewer may see of the scopes asked for, then every change of it in batches, as Server-Sent Events: docs/protocol.md says how. ' +
    'Who has no session sees the catalogue.',
  who: 'everybody',
  query: QUERY.extend({
    as: z.literal('events').optional().meta({ description: 'Short messages of what changed, instead of rows' }),
    wait: z.coerce
      .number()
      .int()
      .min(0)
      .max(20)
      .optional()
      .meta({ description: 'A poll: ends with the first thing it says, a heartbeat counting after so many seconds' }),
  }),
  answers: { 200: { says: 'Ends when the session does, and when access changes.', type: 'text/event-stream' } },
  problems: ['not_signed_in', 'forbidden_scope', 'too_many_scopes', 'too_many_connections', 'cursor_invalid', 'shutting_down'],
} as const;

export const WEB_SOCKET = {
  ...STREAM,
  summary: 'The stream of changes over a WebSocket',
  query: QUERY,
  answers: { 101: { says: 'The same messages, each in a frame.' } },
} as const;
