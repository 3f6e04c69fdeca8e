import type { Command } from './command.ts';
export const sqlCommand: Command = { name: 'sql', usage: '', summary: 'tbd', run: async () => 1 };
