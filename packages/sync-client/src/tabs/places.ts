/** Where a store stands: after which step of which leadership. */
export type Place = { readonly term: string; readonly number: number };

/** A store's way, the newest place last. */
export type Places = readonly Place[];

/** Most places that are remembered; leaderships before them are strangers. */
export const PLACES = 16;

/** The same way, gone on to this place. */
export function goneOn(way: Places, place: Place): Places {
  return [...way.filter(({ term }) => term !== place.term), place].slice(-PLACES);
}

/**
 * Whether a follower's state is one that the leader has been through, or beyond. Cursors cannot be compared; but a tab that took step 5 of a leadership
 * is beyond one that took over from it after step 4, and must not be taken back there.
 */
export function relationOf(follower: Places, leader: Places): 'behind' | 'ahead' | 'unknown' {
  const last = follower.at(-1);
  const known = leader.find(({ term }) => term === last?.term);
  if (last === undefined || known === undefined) return 'unknown';
  return last.number <= known.number ? 'behind' : 'ahead';
}
