package dev.athanor.launcher.demo;

import java.io.PrintWriter;
import java.time.Duration;

/// Progress of long work: one line that rewrites itself on a terminal, and elsewhere a new line
/// every few seconds.
final class ProgressLine {
  private static final int BAR = 28;
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final PrintWriter out;
  private final boolean terminal;
  private long lastLineAt = Long.MIN_VALUE;
  private String lastSaid = "";
  private int widest;

  ProgressLine(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /// @param done of 1
  void show(String what, double done, String figures) {
    int full = (int) Math.round(BAR * Math.clamp(done, 0, 1));
    var line =
        "  %-11s [%s%s] %3.0f %%  %s"
            .formatted(
                what,
                "█".repeat(full),
                "░".repeat(BAR - full),
                100 * Math.clamp(done, 0, 1),
                figures);
    if (terminal) {
      rewrite(line);
    } else if (lastLineAt == Long.MIN_VALUE
        || System.nanoTime() - lastLineAt > BETWEEN_LINES.toNanos()) {
      lastLineAt = System.nanoTime();
      out.println(line);
      out.flush();
    }
  }

  /// Work of which nobody knows how far it is: a line when there is something new to say.
  void say(String what, String doing) {
    var line = "  %-11s %s".formatted(what, doing);
    if (terminal) {
      rewrite(line);
    } else if (!line.equals(lastSaid)) {
      out.println(line);
      out.flush();
    }
    lastSaid = line;
  }

  private void rewrite(String line) {
    widest = Math.max(widest, line.length());
    out.print("\r" + line + " ".repeat(widest - line.length()));
    out.flush();
  }

  /// Ends the line with what has come out of the work.
  void end(String result) {
    if (terminal && widest > 0) {
      out.print("\r" + " ".repeat(widest) + "\r");
    }
    out.println("  " + result);
    out.flush();
    widest = 0;
    lastSaid = "";
    lastLineAt = Long.MIN_VALUE;
  }
}
