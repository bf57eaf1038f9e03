package dev.athanor.trainer.lease;

/// The tables whose rows can be leased. A candidate is a row worth leasing at all.
public enum LeaseTable {
  RUN("run", "state in ('QUEUED', 'RUNNING', 'EVALUATING')"),
  APPRAISAL("appraisal", "state in ('QUEUED', 'RUNNING')"),
  IMPORT("model_import", "state in ('QUEUED', 'RUNNING')"),
  MAILBOX("mailbox", "true");

  private final String table;
  private final String candidate;

  LeaseTable(String table, String candidate) {
    this.table = table;
    this.candidate = candidate;
  }

  String word() {
    return table;
  }

  String candidates() {
    return "select id, owner, fence, renewals from %s where %s order by id"
        .formatted(table, candidate);
  }

  String take() {
    return """
        update %s set owner = :owner, fence = fence + 1, renewals = 0
        where id = :id and fence = :fence and renewals = :renewals and owner is not distinct from :seenOwner and %s
        returning id, owner, fence, renewals"""
        .formatted(table, candidate);
  }

  String renew() {
    return "update %s set renewals = renewals + 1 where id = :id and fence = :fence and owner = :owner"
        .formatted(table);
  }

  String release() {
    return "update %s set owner = null where id = :id and fence = :fence and owner = :owner"
        .formatted(table);
  }
}
