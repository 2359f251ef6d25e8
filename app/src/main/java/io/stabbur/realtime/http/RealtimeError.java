package io.stabbur.realtime.http;

import io.stabbur.platform.error.ApiError;

/// What is wrong with a broadcast by REST.
sealed interface RealtimeError extends ApiError {
  /// 422: what it says cannot be sent.
  record Invalid(String what) implements RealtimeError {}

  /// 429: the project sends more messages than it may.
  record TooManyMessages() implements RealtimeError {}

  /// 403: policies do not let the caller write to the topic.
  record MayNotWrite() implements RealtimeError {}
}
