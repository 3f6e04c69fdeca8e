import { useState } from 'react';

/** A row as it was last seen: what somebody is editing does not vanish from under their hands when the row is withdrawn. */
export function useLastRow<R>(row: R | undefined): R | undefined {
  const [last, setLast] = useState(row);
  if (row !== undefined && row !== last) setLast(row);
  return row ?? last;
}
