package dev.athanor.learning.training;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/// What glibc's allocator has given out and not got back, over all its arenas: the engine's tensors
/// are in it, Java's heap is not.
final class NativeHeap {

  /// `struct mallinfo2`: ten numbers, see `man mallinfo2`.
  private static final StructLayout MALLINFO =
      MemoryLayout.structLayout(MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG));

  /// Bytes in mapped blocks.
  private static final int HBLKHD = 4;

  /// Bytes in use in the arenas.
  private static final int UORDBLKS = 7;

  private NativeHeap() {}

  static boolean isKnown() {
    return Linker.nativeLinker().defaultLookup().find("mallinfo2").isPresent();
  }

  static long bytesInUse() {
    var linker = Linker.nativeLinker();
    var mallinfo =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("mallinfo2"), FunctionDescriptor.of(MALLINFO));
    try (var arena = Arena.ofConfined()) {
      var info = (MemorySegment) mallinfo.invokeExact((SegmentAllocator) arena);
      return info.getAtIndex(ValueLayout.JAVA_LONG, HBLKHD)
          + info.getAtIndex(ValueLayout.JAVA_LONG, UORDBLKS);
    } catch (Throwable e) {
      throw new AssertionError("mallinfo2", e);
    }
  }
}
