package dev.athanor.augmentation.format;

import java.util.Arrays;

/// An uploaded file in memory.
record Uploaded(String name, byte[] content) implements Blob {
  @Override
  public long bytes() {
    return content.length;
  }

  @Override
  public byte[] read(long offset, int length) {
    return Arrays.copyOfRange(content, (int) offset, (int) offset + length);
  }
}
