package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.format.Blob;
import dev.athanor.platform.store.ObjectStore;
import java.util.function.LongConsumer;

/// An uploaded file in the staging bucket.
///
/// @param read told how many bytes each read fetched
record StagedBlob(ObjectStore store, Upload upload, LongConsumer read) implements Blob {
  @Override
  public String name() {
    return upload.file();
  }

  @Override
  public long bytes() {
    return upload.bytes();
  }

  @Override
  public byte[] read(long offset, int length) {
    var bytes = store.get(Upload.BUCKET, upload.objectKey(), offset, length);
    read.accept(length);
    return bytes;
  }
}
