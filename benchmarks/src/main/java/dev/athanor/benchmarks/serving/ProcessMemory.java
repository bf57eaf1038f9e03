package dev.athanor.benchmarks.serving;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/// What a Java process on this machine has in memory, as the kernel and its own management beans
/// say.
final class ProcessMemory implements AutoCloseable {
  private static final String RESIDENT = "VmRSS:";
  private static final String ANONYMOUS = "RssAnon:";

  private final long pid;
  private final JMXConnector connector;
  private final MemoryMXBean memory;
  private final ThreadMXBean threads;

  @SuppressWarnings("BanJNDI") // the address is that of our own child process
  ProcessMemory(long pid) throws IOException {
    this.pid = pid;
    this.connector = JMXConnectorFactory.connect(new JMXServiceURL(agent(pid)));
    var beans = connector.getMBeanServerConnection();
    this.memory = ManagementFactory.getPlatformMXBean(beans, MemoryMXBean.class);
    this.threads = ManagementFactory.getPlatformMXBean(beans, ThreadMXBean.class);
  }

  private static String agent(long pid) throws IOException {
    try {
      var machine = VirtualMachine.attach(Long.toString(pid));
      try {
        return machine.startLocalManagementAgent();
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException failure) {
      throw new IOException("process %d cannot be looked into".formatted(pid), failure);
    }
  }

  /// At one moment.
  ///
  /// @param resident bytes of the whole process
  /// @param anonymous of these, what is no page of a file, which the kernel reads in and drops as
  ///   it sees fit
  /// @param liveHeap bytes that a collection just now could not free
  /// @param threads platform threads
  record Sample(long resident, long anonymous, long liveHeap, int threads) {
    /// What the process holds beside a heap that is wholly resident.
    long nativeBytes() {
      return anonymous - ServedPlatform.HEAP_BYTES;
    }

    String written() {
      return "resident %.1f MiB, native %.1f MiB, live heap %.1f MiB, %d threads"
          .formatted(mebi(resident), mebi(nativeBytes()), mebi(liveHeap), threads);
    }

    static double mebi(long bytes) {
      return bytes / (double) (1 << 20);
    }
  }

  /// Collects, then looks.
  Sample sample() throws IOException {
    memory.gc();
    return new Sample(
        resident(),
        bytes(ANONYMOUS),
        memory.getHeapMemoryUsage().getUsed(),
        threads.getThreadCount());
  }

  /// Bytes of the whole process, without a collection before.
  long resident() {
    return bytes(RESIDENT);
  }

  private long bytes(String of) {
    try {
      for (var line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
        if (line.startsWith(of)) {
          return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      throw new IOException("/proc/%d/status: no %s".formatted(pid, of));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
