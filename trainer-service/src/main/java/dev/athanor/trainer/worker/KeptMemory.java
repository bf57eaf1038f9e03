package dev.athanor.trainer.worker;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/// The native memory that malloc keeps for tensors to come. A worker has it keep all of it, for the
/// sake of speed (`GLIBC_TUNABLES` where services are started), so what the last run needed at its
/// highest would stay with an idle worker.
final class KeptMemory {
  private KeptMemory() {}

  /// Gives what is free of it back to the system.
  ///
  /// @return what the JVM says of it, such as how much there was before and after
  static String giveBack() {
    try {
      var commands = ObjectName.getInstance("com.sun.management", "type", "DiagnosticCommand");
      var answer =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  commands,
                  "systemTrimNativeHeap",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
      return answer.toString().strip();
    } catch (JMException unknown) {
      return "not by this JVM on this system: " + unknown;
    }
  }
}
