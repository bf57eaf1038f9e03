package dev.athanor.trainer.lease;

/// The tables whose rows can be leased. A candidate is a row worth leasing at all.
public enum LeaseTable {
  RUN("run", "run", "state in ('QUEUED', 'RUNNING', 'EVALUATING')", LeaseTable.DEATHS),
  APPRAISAL("appraisal", "evaluation", "state in ('QUEUED', 'RUNNING')", LeaseTable.DEATHS),
  IMPORT("model_import", "import", "state in ('QUEUED', 'RUNNING')", LeaseTable.DEATHS),
  MAILBOX("mailbox", "mailbox", "true", "");

  /// A row that still has an owner when it is taken was never given back: its owner died, and the
  /// row may be why.
  private static final String DEATHS =
      ", fruitless_takes = fruitless_takes + case when owner is null then 0 else 1 end";

  private final String table;
  private final String word;
  private final String candidate;
  private final String count;

  /// @param count what a take changes besides the lease
  LeaseTable(String table, String word, String candidate, String count) {
    this.table = table;
    this.word = word;
    this.candidate = candidate;
    this.count = count;
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
        update %s set owner = :owner, fence = fence + 1, renewals = 0%s
        where id = :id and fence = :fence and renewals = :renewals and owner is not distinct from :seenOwner and %s
        returning id, owner, fence, renewals"""
        .formatted(table, count, candidate);
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
