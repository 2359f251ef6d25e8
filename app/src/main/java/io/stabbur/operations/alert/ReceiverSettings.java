package io.stabbur.operations.alert;

import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Who is told of alerts, under `stabbur.operations.alerts.receivers.NAME`.
///
/// @param kind in which form
/// @param to addresses of a mail
/// @param url of all others: where it is sent, the home server for Matrix
/// @param token sent as `Authorization: Bearer`
/// @param room of Matrix
@EachProperty("stabbur.operations.alerts.receivers")
public record ReceiverSettings(
    @Parameter String name,
    Kind kind,
    @Nullable List<String> to,
    @Nullable URI url,
    @Nullable String token,
    @Nullable String room) {
  /// The form in which a receiver is told.
  public enum Kind {
    MAIL,
    WEBHOOK,
    SLACK,
    TEAMS,
    MATRIX,
    ALERTMANAGER
  }

  public ReceiverSettings {
    boolean isComplete =
        switch (kind) {
          case MAIL -> to != null && !to.isEmpty();
          case MATRIX -> url != null && room != null && token != null;
          case WEBHOOK, SLACK, TEAMS, ALERTMANAGER -> url != null;
        };
    if (!isComplete) {
      throw new IllegalArgumentException(
          "stabbur.operations.alerts.receivers.%s lacks %s"
              .formatted(
                  name,
                  switch (kind) {
                    case MAIL -> "to";
                    case MATRIX -> "url, room or token";
                    case WEBHOOK, SLACK, TEAMS, ALERTMANAGER -> "url";
                  }));
    }
  }

  /// One for each address of a mail: who refuses it does not make the others get it again. The
  /// first keeps the name.
  Stream<ReceiverSettings> each() {
    var addresses = to == null ? List.<String>of() : to;
    if (kind != Kind.MAIL || addresses.size() < 2) {
      return Stream.of(this);
    }
    return addresses.stream()
        .distinct()
        .map(
            address ->
                new ReceiverSettings(
                    address.equals(addresses.getFirst()) ? name : name + " " + address,
                    kind,
                    List.of(address),
                    url,
                    token,
                    room));
  }

  /// The header that shows the token; empty without one.
  String authorization() {
    return token == null ? "" : "Bearer " + token;
  }
}
