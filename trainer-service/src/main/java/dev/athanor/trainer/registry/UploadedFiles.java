package dev.athanor.trainer.registry;

import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.identity.IdSource;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.StoreException;
import dev.athanor.platform.upload.MeasuredInput;
import dev.athanor.trainer.file.StoredFile;
import dev.athanor.trainer.role.ApiRole;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// The parts of a form on their way into the object store, under a name of the upload's own. What
/// no row names in the end goes at once, or with the sweeper where the service died.
@Component
@ApiRole
class UploadedFiles {
  /// What the second part of every upload's prefix begins with; a version's that was made here is a
  /// number.
  static final String FOLDER = "upload-";

  private static final Logger log = LoggerFactory.getLogger(UploadedFiles.class);

  private final ObjectStore store;
  private final IdSource ids;

  UploadedFiles(ObjectStore store, IdSource ids) {
    this.store = store;
    this.ids = ids;
  }

  /// The prefix of a new upload's objects.
  String begin(String model) {
    store.ensureBucket(Models.BUCKET);
    return "%s/%s%s/".formatted(model, FOLDER, ids.next());
  }

  /// Stores a part as it comes.
  ///
  /// @param name of the object below `prefix`
  /// @throws Problem where it is empty, too large or breaks off
  StoredFile store(String prefix, String name, UploadForm.Part part, long limit) {
    var input = new MeasuredInput(part.content(), limit);
    try {
      store.put(Models.BUCKET, prefix + name, input, -1);
    } catch (StoreException failure) {
      if (input.exceeded() || input.broken()) {
        throw refusal(part.name(), input, limit, failure);
      }
      throw failure;
    }
    return whole(part, new StoredFile(name, input.bytes(), input.sha256()));
  }

  /// Reads a part that is small, or must be looked into.
  ///
  /// @throws Problem where it is too large or breaks off
  static byte[] read(UploadForm.Part part, long limit) {
    var input = new MeasuredInput(part.content(), limit);
    try {
      return input.readAllBytes();
    } catch (IOException failure) {
      throw refusal(part.name(), input, limit, failure);
    }
  }

  /// Stores what was read of a part.
  ///
  /// @throws Problem where it is empty
  StoredFile store(String prefix, String name, UploadForm.Part part, byte[] content) {
    store.put(Models.BUCKET, prefix + name, content);
    return whole(part, new StoredFile(name, content.length, Sha256.hex(content)));
  }

  private static StoredFile whole(UploadForm.Part part, StoredFile file) {
    if (file.bytes() == 0) {
      throw Problem.badRequest("%s: 0 bytes (expected: a file)".formatted(part.name()));
    }
    return file;
  }

  private static Problem refusal(String part, MeasuredInput input, long limit, Exception failure) {
    return input.exceeded()
        ? Problem.tooLarge(
            "%s: more than %d bytes (expected: at most %d)".formatted(part, limit, limit))
        : UploadForm.broken(failure);
  }

  void discard(String prefix) {
    discard(store, prefix);
  }

  /// Deletes what was uploaded, or leaves it to the sweeper.
  static void discard(ObjectStore store, String prefix) {
    try {
      store.deleteAll(Models.BUCKET, prefix);
    } catch (StoreException failure) {
      log.warn("{} is left to the sweeper: {}", prefix, failure.getMessage());
    }
  }
}
