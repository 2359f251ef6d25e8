package io.stabbur.identity;

import io.micronaut.http.HttpRequest;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What the token check and the rooms add to a verified caller.
@Singleton
final class CallerEnrichers {
  private final TokenChecks checks;
  private final List<CallerEnricher> rooms;

  CallerEnrichers(TokenChecks checks, List<CallerEnricher> rooms) {
    this.checks = checks;
    this.rooms = List.copyOf(rooms);
  }

  /// The caller, whose token the database is going to check, acting as the request asks.
  Caller enrich(HttpRequest<?> request, Caller caller) {
    var enriched = checks.apply(caller);
    for (var room : rooms) {
      enriched = room.enrich(request, enriched);
    }
    return enriched;
  }

  void answered(HttpRequest<?> request, Caller caller) {
    for (var room : rooms) {
      room.answered(request, caller);
    }
  }

  Set<String> headers(Project project) {
    return rooms.stream()
        .flatMap(room -> room.headers(project).stream())
        .collect(Collectors.toUnmodifiableSet());
  }
}
