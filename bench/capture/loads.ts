/** How updates arrive. Each statement is a transaction of its own, committed durably. */
export const LOADS = [
  { name: '1 writer', writers: 1, rowsPerStatement: 1 },
  { name: '8 writers', writers: 8, rowsPerStatement: 1 },
  { name: '32 writers', writers: 32, rowsPerStatement: 1 },
  { name: '100 rows', writers: 1, rowsPerStatement: 100 },
] as const;
