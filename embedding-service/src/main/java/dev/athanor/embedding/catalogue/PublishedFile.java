package dev.athanor.embedding.catalogue;

/// A file of a published version.
///
/// @param key in [#BUCKET]
/// @param sha256 64 lower-case hexadecimal digits
public record PublishedFile(String key, long bytes, String sha256) {
  public static final String BUCKET = "athanor-models";
}
