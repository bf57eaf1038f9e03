package dev.athanor.platform.identity;

/// Where identifiers come from, so that tests can fix them.
@FunctionalInterface
public interface IdSource {
  /// A new identifier: 26 characters of `[0-9a-z]`, ordered by the time of its making.
  String next();
}
