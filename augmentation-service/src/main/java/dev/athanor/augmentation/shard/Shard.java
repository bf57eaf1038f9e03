package dev.athanor.augmentation.shard;

/// One tar file of samples, as the manifest lists it. All positions are bytes from the start of the
/// file.
///
/// @param name `shard-00000.tar`
/// @param sha256 of the whole file, hexadecimal
/// @param chunks where each chunk starts, and last where the last one ends: the bytes of chunk `k`
///   are `[chunks[k], chunks[k + 1])`
/// @param offsets where each sample's encoded image starts
/// @param sizes bytes of each sample's encoded image
/// @param labels each sample's class number, -1 where it has none
@SuppressWarnings("ArrayRecordComponent") // Compact for millions of samples, and never compared.
public record Shard(
    String name,
    Split split,
    long bytes,
    String sha256,
    long[] chunks,
    long[] offsets,
    int[] sizes,
    int[] labels) {

  public int samples() {
    return offsets.length;
  }

  int chunkCount() {
    return chunks.length - 1;
  }
}
