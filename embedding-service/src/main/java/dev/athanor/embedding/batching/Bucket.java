package dev.athanor.embedding.batching;

import dev.athanor.embedding.caller.Urgency;
import java.util.function.Predicate;

/// Inputs of one lane that share forward passes, by class: they all cost the same.
final class Bucket {
  private final int cost;
  private final Rotation interactive = new Rotation();
  private final Rotation bulk = new Rotation();

  /// @param cost of each input
  Bucket(int cost) {
    this.cost = cost;
  }

  int cost() {
    return cost;
  }

  void add(Item item) {
    of(item.call().caller().urgency()).add(item);
  }

  /// Takes the input of a class whose turn it is.
  Item take(Urgency urgency) {
    return of(urgency).take();
  }

  /// Takes out what `gone` says yes to; asked once of each input.
  void removeIf(Predicate<Item> gone) {
    interactive.removeIf(gone);
    bulk.removeIf(gone);
  }

  boolean has(Urgency urgency) {
    return !of(urgency).isEmpty();
  }

  boolean isEmpty() {
    return interactive.isEmpty() && bulk.isEmpty();
  }

  int size(Urgency urgency) {
    return of(urgency).size();
  }

  /// @param most units of cost of a batch
  boolean isFull(int most) {
    return (long) size() * cost >= most;
  }

  int size() {
    return interactive.size() + bulk.size();
  }

  /// How long until a batch of these is due, in nanoseconds: it is when it is full, or when one of
  /// its inputs waits no longer.
  long nanosUntilDue(int most, long now) {
    return isFull(most) ? 0 : Math.min(interactive.due(), bulk.due()) - now;
  }

  private Rotation of(Urgency urgency) {
    return switch (urgency) {
      case INTERACTIVE -> interactive;
      case BULK -> bulk;
    };
  }
}
