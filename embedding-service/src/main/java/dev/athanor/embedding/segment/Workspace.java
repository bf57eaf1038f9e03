package dev.athanor.embedding.segment;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This process's folder of local copies. Beside it lies a file that the process holds locked as
/// long as it lives, so that the next one can tell what a killed one left behind, and delete it.
public final class Workspace implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Workspace.class);
  private static final String LOCK = ".lock";

  private final Path folder;
  private final Path lockFile;
  private final FileChannel lock;
  private final AtomicLong copies = new AtomicLong();

  private Workspace(Path folder, Path lockFile, FileChannel lock) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /// @param name of this process, like no other's
  public static Workspace open(Path root, String name) throws IOException {
    Files.createDirectories(root);
    clearDead(root);
    var lockFile = root.resolve(name + LOCK);
    var channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (lock(channel) == null) {
      throw new IOException("%s: locked (expected: new)".formatted(lockFile));
    }
    return new Workspace(Files.createDirectories(root.resolve(name)), lockFile, channel);
  }

  private static void clearDead(Path root) throws IOException {
    try (var locks = Files.newDirectoryStream(root, "*" + LOCK)) {
      for (var file : locks) {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          if (lock(channel) != null) {
            var name = String.valueOf(file.getFileName());
            log.info("clearing what {} left behind", name);
            deleteAll(root.resolve(name.substring(0, name.length() - LOCK.length())));
            Files.deleteIfExists(file);
          }
        }
      }
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException ours) {
      return null;
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /// A folder for one copy, which does not exist yet.
  public Path next() {
    return folder.resolve(Long.toString(copies.incrementAndGet()));
  }

  @Override
  public void close() throws IOException {
    deleteAll(folder);
    lock.close();
    Files.deleteIfExists(lockFile);
  }
}
