package io.stabbur.identity;

/// Hears of each request when its answer is decided. A bean; called on the thread that answers, so
/// it must not wait for anything.
@FunctionalInterface
public interface RequestObserver {
  void answered(AnsweredRequest request);
}
