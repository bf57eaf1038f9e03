package dev.athanor.augmentation.dataset;

/// A file in the staging bucket.
///
/// @param split `train`, `test` or `auto`
/// @param objectKey where its bytes lie
record Upload(String split, String file, long bytes, String sha256, String objectKey) {
  /// The object store's bucket of files that wait to be ingested.
  static final String BUCKET = "athanor-uploads";
}
