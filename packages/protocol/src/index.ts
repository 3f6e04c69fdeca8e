export type { Brand } from './brand.ts';
export { bucketsFor, Digest, isBucketCount, MOST_BUCKETS, type DigestRow } from './digest.ts';
export {
  readIntegrityRequest,
  type DigestQuestion,
  type IntegrityAnswer,
  type IntegrityRequest,
  type RowsQuestion,
} from './integrity-request.ts';
export { LIMITS, type Limits } from './limits.ts';
export {
  PROTOCOL_VERSION,
  type Heartbeat,
  type Hello,
  type Row,
  type ScopeDelta,
  type StreamMessage,
  type Withdraw,
} from './messages.ts';
export { contains, formatPosition, makePosition, parsePosition, samePosition, sees, type Position } from './position.ts';
export { decodePosition, encodePosition, type EncodedPosition } from './position-codec.ts';
export { PROBLEMS, Problem, problemDocument, type ProblemCode, type ProblemDocument } from './problem.ts';
export { bucketOf, canonicalJson, formatHash, hashRow, parseHash, type RowHash } from './row-hash.ts';
export { scopeKey, type ScopeKey } from './scope-key.ts';
export { makeUuidV7, timeOfUuidV7 } from './uuid-v7.ts';
