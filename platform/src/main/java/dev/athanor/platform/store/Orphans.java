package dev.athanor.platform.store;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The objects of a bucket that no row names: left by a process that died between the two.
///
/// @param ours the keys that rows of this kind name; others are left alone
/// @param name by which rows name the object with a key: the key itself, or its [#folder]
/// @param named asks the rows for all the names
public record Orphans(
    ObjectStore store,
    String bucket,
    Predicate<String> ours,
    UnaryOperator<String> name,
    Supplier<? extends Collection<String>> named) {
  private static final Logger log = LoggerFactory.getLogger(Orphans.class);

  /// What stands before an object's own name, with the slash.
  public static String folder(String key) {
    return key.substring(0, key.lastIndexOf('/') + 1);
  }

  /// Deletes those that were written before `oldest`; younger ones may be on their way into a row.
  ///
  /// Objects are listed before the rows are read: one whose row is written in between is found
  /// named.
  public void deleteBefore(Instant oldest) {
    var old =
        store.list(bucket, "").stream()
            .filter(object -> ours.test(object.key()) && object.modified().isBefore(oldest))
            .toList();
    var names = new HashSet<>(named.get());
    for (var object : old) {
      if (!names.contains(name.apply(object.key()))) {
        store.delete(bucket, object.key());
        log.info("{}/{} is named by no row and is deleted", bucket, object.key());
      }
    }
  }
}
