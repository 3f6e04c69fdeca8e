/** Who changed which field of what. The stream brings the newest; a page of older ones also tells names. */
export type AuditEntry = {
  readonly id: string;
  readonly courseId: string | null;
  readonly changedBy: string | null;
  readonly changedByName?: string | null;
  readonly entityType: string;
  readonly entityId: string;
  readonly entityName?: string | null;
  readonly fieldName: string;
  readonly oldValue: string | null;
  readonly newValue: string | null;
  readonly textOffset: number | null;
  readonly cut: boolean;
  readonly changedAt: string;
};
