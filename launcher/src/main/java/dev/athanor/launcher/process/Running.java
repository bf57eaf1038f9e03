package dev.athanor.launcher.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// The record of a running platform. A process counts as ours only if its start time agrees as
/// well, since the system gives process numbers again.
///
/// @param state `starting`, `up`, `stopping`, or `failed: <reason>`
public record Running(
    Ports ports, String state, ProcessId supervisor, Map<String, ProcessId> children) {
  static final String STARTING = "starting";
  static final String UP = "up";
  static final String STOPPING = "stopping";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// A process number with the time at which its process started, in milliseconds since the epoch.
  public record ProcessId(long pid, long startedAtMs) {
    /// Since the system tells the time by its clock, which is put right now and then; and within a
    /// minute no number is given again.
    private static final long CLOCK_MAY_MOVE_MS = 60_000;

    static ProcessId of(ProcessHandle process) {
      return new ProcessId(
          process.pid(), process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
    }

    /// The process, if it still runs.
    public Optional<ProcessHandle> handle() {
      return ProcessHandle.of(pid)
          .filter(process -> Math.abs(of(process).startedAtMs - startedAtMs) < CLOCK_MAY_MOVE_MS);
    }
  }

  /// What the folder's record says, alive or not.
  public static Optional<Running> read(DataFolder folder) {
    try {
      return Files.exists(folder.record())
          ? Optional.of(JSON.readValue(Files.readString(folder.record()), Running.class))
          : Optional.empty();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Whether the supervisor of this record lives.
  public boolean alive() {
    return supervisor.handle().isPresent();
  }

  public boolean up() {
    return state.equals(UP);
  }

  void write(DataFolder folder) {
    try {
      Files.createDirectories(folder.root());
      var draft = folder.record().resolveSibling("running.json.new");
      Files.writeString(draft, JSON.writeValueAsString(this));
      Files.move(
          draft,
          folder.record(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static void forget(DataFolder folder) {
    try {
      Files.deleteIfExists(folder.record());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
