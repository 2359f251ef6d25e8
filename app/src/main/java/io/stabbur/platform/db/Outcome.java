package io.stabbur.platform.db;

import io.stabbur.platform.error.ApiException;

/// What became of one of several asks.
public sealed interface Outcome<T> {
  record Answered<T>(T value) implements Outcome<T> {}

  record Failed<T>(ApiException failure) implements Outcome<T> {}
}
