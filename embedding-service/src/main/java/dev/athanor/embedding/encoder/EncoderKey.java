package dev.athanor.embedding.encoder;

import dev.athanor.embedding.catalogue.EncoderVersion;

/// What tells encoders apart. A version published anew under the same number (a registry restored,
/// say) has other bytes.
///
/// @param id `name@version`
record EncoderKey(String id, String sha256) {
  static EncoderKey of(EncoderVersion version) {
    return new EncoderKey(version.id(), version.sha256());
  }
}
