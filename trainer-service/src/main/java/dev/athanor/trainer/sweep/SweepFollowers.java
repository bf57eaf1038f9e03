package dev.athanor.trainer.sweep;

import dev.athanor.trainer.follow.EventRow;
import dev.athanor.trainer.follow.Followed;
import dev.athanor.trainer.follow.Followers;
import dev.athanor.trainer.role.ApiRole;
import dev.athanor.trainer.run.RunState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

/// Tells followers of a sweep how its cells stand, each time that something has happened to some.
///
/// The events of a sweep are those of its runs, and how many these are is the number that a
/// follower may come back with. What it is told is where the cells stand now and not each step on
/// the way, so one who missed some misses nothing.
@Component
@ApiRole
class SweepFollowers {
  private final Sweeps sweeps;
  private final SweepDocuments documents;
  private final Followers followers;
  private final JsonMapper json;

  SweepFollowers(Sweeps sweeps, SweepDocuments documents, Followers followers, JsonMapper json) {
    this.sweeps = sweeps;
    this.documents = documents;
    this.followers = followers;
    this.json = json;
  }

  /// @param lastEventId what the follower heard last, or null to hear of all cells
  SseEmitter follow(String sweep, @Nullable String lastEventId) {
    return followers.follow(new Cells(), sweep, lastEventId);
  }

  /// @param cells those to which something has happened since the event before
  private record Standing(
      SweepState state, Map<RunState, Integer> runs, List<SweepDocument.Cell> cells) {}

  /// What one follower is told; remembers what that was.
  private final class Cells implements Followed {
    private final Map<Integer, Long> told = new HashMap<>();

    @Override
    public boolean hasEnded(String sweep) {
      return sweeps.marks(sweep).stream().allMatch(mark -> mark.state().isFinal());
    }

    @Override
    public List<EventRow> after(String sweep, long sequence, int limit) {
      var marks = sweeps.marks(sweep);
      long now = marks.stream().mapToLong(Sweeps.Mark::lastEvent).sum();
      if (now == sequence) {
        return List.of();
      }
      var found = sweeps.get(sweep);
      var changed =
          marks.stream()
              .filter(mark -> !Long.valueOf(mark.lastEvent()).equals(told.get(mark.cell())))
              .toList();
      changed.forEach(mark -> told.put(mark.cell(), mark.lastEvent()));
      var standing =
          new Standing(
              found.state(),
              found.counts(),
              changed.stream().map(mark -> documents.cell(found, mark.cell(), null)).toList());
      return List.of(new EventRow(now, "cells", json.writeValueAsString(standing)));
    }
  }
}
