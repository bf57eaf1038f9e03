package dev.athanor.trainer.lease;

/// The tables whose rows can be leased. A candidate is a row worth leasing at all.
public enum LeaseTable {
  RUN("run", "run", "state in ('QUEUED', 'RUNNING', 'EVALUATING')"),
  APPRAISAL("appraisal", "evaluation", "state in ('QUEUED', 'RUNNING')"),
  IMPORT("model_import", "import", "state in ('QUEUED', 'RUNNING')"),
  MAILBOX("mailbox", "mailbox", "true");

  private final String table;
  private final String word;
  private final String candidate;

  LeaseTable(String table, String word, String candidate) {
    this.table = table;
    this.word = word;
    this.candidate = candidate;
  }

  /// The table's name.
  String title() {
    return table;
  }

  /// What a row is, for people.
  String word() {
    return word;
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
