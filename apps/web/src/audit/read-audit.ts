import { request } from '../data/request.ts';
import { auditQuery, type AuditFilters } from './audit-filters.ts';
import type { Timeline } from './timeline.ts';

/** A page of the audit, the newest first, of one course or of everything; `before` is the entry to go on from. */
export async function readAudit(filters: AuditFilters, before?: string): Promise<Timeline> {
  const path = filters.course === undefined ? '/api/admin/audit' : `/api/admin/courses/${filters.course}/audit`;
  return (await request('GET', path + auditQuery(filters, before))) as Timeline;
}
