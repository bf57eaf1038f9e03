package dev.athanor.trainer.lease;

/// Where leased work stands.
///
/// @param <S> the states of one kind of work
public interface LeasedState<S extends LeasedState<S>> {
  boolean isFinal();

  boolean mayBecome(S next);
}
