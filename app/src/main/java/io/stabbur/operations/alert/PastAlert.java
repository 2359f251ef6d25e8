package io.stabbur.operations.alert;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An alert that fired, with what was told of it and what silenced it.
record PastAlert(Alert alert, List<Delivery> deliveries, List<Silence> silences) {
  PastAlert {
    deliveries = List.copyOf(deliveries);
    silences = List.copyOf(silences);
  }

  /// What the people of one project may know of it.
  ///
  /// @param own which silences are the project's own
  PastAlert forProject(Predicate<Silence> own) {
    return new PastAlert(
        alert,
        deliveries.stream().map(Delivery::withoutReceiver).toList(),
        silences.stream().filter(own).toList());
  }

  /// What one receiver was told, or is to be told.
  ///
  /// @param receiver absent where it is not to be known
  /// @param status `firing` or `resolved`
  /// @param deliveredAt absent where it was not taken yet
  /// @param failure why it was not taken the last time
  record Delivery(
      @Nullable String receiver,
      String status,
      int attempts,
      @Nullable Instant deliveredAt,
      @Nullable String failure) {
    Delivery withoutReceiver() {
      return new Delivery(null, status, attempts, deliveredAt, null);
    }
  }
}
