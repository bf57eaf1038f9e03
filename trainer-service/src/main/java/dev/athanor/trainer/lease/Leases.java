package dev.athanor.trainer.lease;

import dev.athanor.trainer.time.Ticker;
import java.time.Duration;
import java.util.Optional;
import org.springframework.jdbc.core.SimplePropertyRowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Takes, renews and gives back the leases of one table. Owned by one thread, but for
/// [#renew(Lease)].
public final class Leases {
  private final LeaseTable table;
  private final JdbcClient jdbc;
  private final String owner;
  private final Duration timeToLive;
  private final Ticker ticker;
  private final LeaseWatch watch;

  /// @param owner names this process in the rows that it holds; for people, and so that a renewal
  ///   is surely our own
  public Leases(
      LeaseTable table, JdbcClient jdbc, String owner, Duration timeToLive, Ticker ticker) {
    this.table = table;
    this.jdbc = jdbc;
    this.owner = owner;
    this.timeToLive = timeToLive;
    this.ticker = ticker;
    this.watch = new LeaseWatch(timeToLive, ticker);
  }

  /// Takes the first row that is free, if there is one. A row whose owner died becomes free only
  /// after this has been called throughout its time to live, so call it about every second.
  public Optional<Lease> takeAny() {
    var marks =
        jdbc.sql(table.candidates()).query(new SimplePropertyRowMapper<>(Mark.class)).list();
    return watch.free(marks).stream().flatMap(mark -> take(mark).stream()).findFirst();
  }

  /// Succeeds for one of those who saw the same mark.
  private Optional<Lease> take(Mark seen) {
    long sent = ticker.nanos();
    return jdbc.sql(table.take())
        .param("owner", owner)
        .param("id", seen.id())
        .param("fence", seen.fence())
        .param("renewals", seen.renewals())
        .param("seenOwner", seen.owner())
        .query(Mark.class)
        .optional()
        .map(taken -> new Lease(table, taken, owner, timeToLive, ticker, sent));
  }

  /// Proves the lease for another time to live, or marks it lost where it is somebody else's.
  void renew(Lease lease) {
    long sent = ticker.nanos();
    if (change(lease, table.renew())) {
      lease.proven(sent);
    } else {
      lease.lose();
    }
  }

  /// Lets the next one take it without waiting.
  public void release(Lease lease) {
    lease.lose();
    change(lease, table.release());
  }

  /// Lets others take it, but not us, for a while that grows: taken again at once it would only be
  /// given back again.
  public void rest(Lease lease) {
    watch.rest(lease.id());
  }

  private boolean change(Lease lease, String sql) {
    return jdbc.sql(sql)
            .param("id", lease.id())
            .param("fence", lease.fence())
            .param("owner", lease.owner())
            .update()
        == 1;
  }
}
