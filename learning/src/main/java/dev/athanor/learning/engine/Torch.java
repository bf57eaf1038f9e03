package dev.athanor.learning.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.function.Supplier;

/// DJL's PyTorch engine as a whole: where tensors live, how many threads compute, and automatic
/// differentiation.
///
/// Differentiation goes straight to the engine and not through DJL's gradient collector, of which a
/// process may hold only one: gradients belong to a thread, so two sessions on two threads do not
/// disturb each other.
public final class Torch {

  private static final Engine ENGINE = Engine.getEngine("PyTorch");

  static {
    // Named explicitly, even if it is the same: MKL takes fewer threads at times where nobody named
    // a number, and other sums come out.
    useThreads(threads());
    resolveVectorMath();
  }

  private Torch() {}

  /// The first GPU if the engine finds one, else the CPU.
  public static Device device() {
    return ENGINE.defaultDevice();
  }

  /// A new root of native memory on [#device]; who asks for it closes it.
  public static NDManager newManager() {
    return ENGINE.newBaseManager(device());
  }

  /// Threads that compute one operation. Results are bit-identical only for one number of threads.
  public static int threads() {
    return JniUtils.getNumThreads();
  }

  /// Sets the number of threads for all work that starts after this call.
  public static void useThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: %d (expected: > 0)".formatted(threads));
    }
    JniUtils.setNumThreads(threads);
  }

  /// What computes here, for a run's record: engine, its version and the device.
  public static String description() {
    return "%s %s on %s".formatted(ENGINE.getEngineName(), ENGINE.getVersion(), device());
  }

  /// Runs `work` without recording operations for differentiation. A thread records unless told
  /// otherwise.
  public static <T> T withoutGradient(Supplier<T> work) {
    return withGradientMode(false, work);
  }

  /// Computes `loss`, (), and adds its gradient to every parameter that it depends on.
  public static NDArray differentiate(Supplier<NDArray> loss) {
    return withGradientMode(
        true,
        () -> {
          var value = loss.get();
          var one = value.getManager().ones(value.getShape(), value.getDataType());
          JniUtils.backward((PtNDArray) value, (PtNDArray) one, false, false);
          return value;
        });
  }

  /// MKL 2024 chooses the kernel of an elementwise function in the function's first call, and where
  /// that is made by two threads at once, one of them may compute its share to 11 bits
  /// (https://github.com/pytorch/pytorch/issues/188792). So the functions that are used here, which
  /// the optimiser's square root belongs to, are called once by one thread before all others.
  private static void resolveVectorMath() {
    try (var manager = ENGINE.newBaseManager(Device.cpu())) {
      for (var type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
        var one = manager.ones(new Shape(1), type);
        one.sqrt();
        one.exp();
        one.cos();
        one.sin();
      }
    }
  }

  private static <T> T withGradientMode(boolean mode, Supplier<T> work) {
    var before = JniUtils.isGradMode();
    JniUtils.setGradMode(mode);
    try {
      return work.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }
}
