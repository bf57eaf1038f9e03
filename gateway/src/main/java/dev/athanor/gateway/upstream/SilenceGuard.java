package dev.athanor.gateway.upstream;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/// Ends an exchange in which nothing moves any more. A limit on the whole exchange would not do: a
/// data set of many gigabytes takes as long as it takes, but each piece of it comes soon after the
/// one before, or never.
@Component
public class SilenceGuard implements DisposableBean {
  private final Duration limit;
  private final ScheduledThreadPoolExecutor alarm;

  SilenceGuard(UpstreamProperties properties) {
    this.limit = properties.silenceTimeout();
    this.alarm =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("silence-guard").factory());
    alarm.setRemoveOnCancelPolicy(true);
  }

  /// Watches from now on; `end` runs once, when nothing moved for the limit.
  public Watch watch(Runnable end) {
    return new Watch(end);
  }

  public Duration limit() {
    return limit;
  }

  @Override
  public void destroy() {
    alarm.shutdownNow();
  }

  /// One watched exchange.
  public final class Watch implements AutoCloseable {
    private volatile Runnable end;
    private volatile long moved = System.nanoTime();
    private volatile boolean silent;
    private volatile ScheduledFuture<?> check;

    private Watch(Runnable end) {
      this.end = end;
      this.check = alarm.schedule(this::check, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Something moved.
    public void moved() {
      moved = System.nanoTime();
    }

    /// What to end from now on.
    public void onSilence(Runnable end) {
      this.end = end;
      moved();
    }

    /// Whether the exchange was ended for its silence.
    public boolean silent() {
      return silent;
    }

    /// Watches no longer.
    @Override
    public void close() {
      check.cancel(false);
    }

    private void check() {
      var left = limit.toNanos() - (System.nanoTime() - moved);
      if (left > 0) {
        check = alarm.schedule(this::check, left, TimeUnit.NANOSECONDS);
        return;
      }
      silent = true;
      end.run();
    }
  }
}
