package io.stabbur.operations.alert;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An alert that fired, with what was told of it and what silenced it.
record PastAlert(Alert alert, List<Delivery> deliveries, List<Silence> silences) {
  PastAlert {
    deliveries = List.copyOf(deliveries);
    silences = List.copyOf(silences);
  }

  /// What one receiver was told, or is to be told.
  ///
  /// @param status `firing` or `resolved`
  /// @param deliveredAt absent where it was not taken yet
  /// @param failure why it was not taken the last time
  record Delivery(
      String receiver,
      String status,
      int attempts,
      @Nullable Instant deliveredAt,
      @Nullable String failure) {}
}
