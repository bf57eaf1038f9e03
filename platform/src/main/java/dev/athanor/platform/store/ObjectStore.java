package dev.athanor.platform.store;

import dev.athanor.platform.digest.Sha256;
import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Objects in buckets. Every failure is a [StoreException] that names the bucket and the key; calls
/// end within the configured time-outs. Safe for use by many threads.
public final class ObjectStore {
  /// Held in memory while a stream of unknown length is sent, part by part.
  private static final long PART_BYTES = 8 << 20;

  private final MinioClient client;

  public ObjectStore(MinioClient client) {
    this.client = client;
  }

  /// An object's key, its size in bytes and when it was last written.
  public record Stat(String key, long bytes, Instant modified) {}

  /// Copies an object into a file and proves that it is the one that was stored.
  ///
  /// @throws ObjectLost where it is gone or another
  /// @throws IOException where the file cannot be written
  public void fetch(String bucket, String key, String sha256, Path into) throws IOException {
    try (var from = openStored(bucket, key);
        var to = Files.newOutputStream(into)) {
      var found = Sha256.copy(from, to);
      if (!found.equals(sha256)) {
        throw new ObjectLost(
            "%s/%s: SHA-256 %s (expected: %s)".formatted(bucket, key, found, sha256));
      }
    }
  }

  private InputStream openStored(String bucket, String key) throws ObjectLost {
    try {
      return open(bucket, key);
    } catch (StoreException failure) {
      if (isMissing(failure)) {
        throw new ObjectLost("%s/%s: not there (expected: what was stored)".formatted(bucket, key));
      }
      throw failure;
    }
  }

  private static boolean isMissing(StoreException failure) {
    return failure.getCause() instanceof ErrorResponseException answer
        && "NoSuchKey".equals(answer.errorResponse().code());
  }

  /// Makes the bucket if it is not there; two callers at once are fine.
  public void ensureBucket(String bucket) {
    call(
        bucket,
        "",
        () -> {
          if (!client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
            makeBucket(bucket);
          }
          return bucket;
        });
  }

  private void makeBucket(String bucket) throws MinioException {
    try {
      client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
    } catch (ErrorResponseException failure) {
      var code = failure.errorResponse().code();
      if (!"BucketAlreadyOwnedByYou".equals(code) && !"BucketAlreadyExists".equals(code)) {
        throw failure;
      }
    }
  }

  public void put(String bucket, String key, byte[] bytes) {
    put(bucket, key, new ByteArrayInputStream(bytes), bytes.length);
  }

  public void put(String bucket, String key, Path file) {
    try (var stream = Files.newInputStream(file)) {
      put(bucket, key, stream, Files.size(file));
    } catch (IOException failure) {
      throw new StoreException(bucket, key, failure);
    }
  }

  /// Sends a stream; `size` is -1 where it is not known, and then at most one part is in memory at
  /// a time. The object appears whole or not at all.
  public void put(String bucket, String key, InputStream stream, long size) {
    call(
        bucket,
        key,
        () ->
            client.putObject(
                PutObjectArgs.builder().bucket(bucket).object(key).stream(
                        stream, size, size < 0 || size > PART_BYTES ? PART_BYTES : -1L)
                    .build()));
  }

  /// The object's bytes as a stream, which the caller closes.
  public InputStream open(String bucket, String key) {
    return call(
        bucket,
        key,
        () -> client.getObject(GetObjectArgs.builder().bucket(bucket).object(key).build()));
  }

  public byte[] get(String bucket, String key) {
    try (var stream = open(bucket, key)) {
      return stream.readAllBytes();
    } catch (IOException failure) {
      throw new StoreException(bucket, key, failure);
    }
  }

  /// Bytes `[offset, offset + length)` of the object.
  public byte[] get(String bucket, String key, long offset, int length) {
    var range =
        GetObjectArgs.builder()
            .bucket(bucket)
            .object(key)
            .offset(offset)
            .length((long) length)
            .build();
    try (var stream = call(bucket, key, () -> client.getObject(range))) {
      var bytes = new byte[length];
      int read = stream.readNBytes(bytes, 0, length);
      if (read != length) {
        throw new IOException("%d bytes at %d (expected: %d)".formatted(read, offset, length));
      }
      return bytes;
    } catch (IOException failure) {
      throw new StoreException(bucket, key, failure);
    }
  }

  public Optional<Stat> stat(String bucket, String key) {
    var object = StatObjectArgs.builder().bucket(bucket).object(key).build();
    try {
      var stat = call(bucket, key, () -> client.statObject(object));
      return Optional.of(new Stat(key, stat.size(), stat.lastModified().toInstant()));
    } catch (StoreException failure) {
      if (isMissing(failure)) {
        return Optional.empty();
      }
      throw failure;
    }
  }

  /// Everything below `prefix`, in the order of the keys.
  public List<Stat> list(String bucket, String prefix) {
    return call(
        bucket,
        prefix,
        () -> {
          var found = new ArrayList<Stat>();
          var arguments =
              ListObjectsArgs.builder().bucket(bucket).prefix(prefix).recursive(true).build();
          for (var result : client.listObjects(arguments)) {
            var item = result.get();
            found.add(new Stat(item.objectName(), item.size(), item.lastModified().toInstant()));
          }
          return found;
        });
  }

  /// Deletes the object; that it is not there is no error.
  public void delete(String bucket, String key) {
    call(
        bucket,
        key,
        () -> {
          client.removeObject(RemoveObjectArgs.builder().bucket(bucket).object(key).build());
          return key;
        });
  }

  public void deleteAll(String bucket, String prefix) {
    list(bucket, prefix).forEach(object -> delete(bucket, object.key()));
  }

  private static <T> T call(String bucket, String key, Call<T> call) {
    try {
      return call.run();
    } catch (MinioException | IllegalStateException failure) {
      // The client wraps a refused connection in the latter.
      throw new StoreException(bucket, key, failure);
    }
  }

  private interface Call<T> {
    T run() throws MinioException;
  }
}
