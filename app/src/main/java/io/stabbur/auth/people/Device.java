package io.stabbur.auth.people;

import io.stabbur.auth.session.Session;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A session of somebody: a device or program that is signed in.
///
/// @param refreshedAt when it last got a new token; absent where it has its first one
/// @param endsAt when it ends whatever happens; absent where nothing says so
/// @param level `aal2` once a second factor was shown, else `aal1`
/// @param methods how the person proved to be themselves, such as `password` and `totp`
/// @param program what the device said of itself; empty where it said nothing
/// @param address from which the session began; empty where nobody knows
/// @param isOfClient whether it is an OAuth client's
public record Device(
    UUID id,
    Instant beganAt,
    @Nullable Instant refreshedAt,
    @Nullable Instant endsAt,
    String level,
    List<String> methods,
    String program,
    String address,
    boolean isOfClient) {
  public Device {
    methods = List.copyOf(methods);
  }

  static Device of(Session session) {
    var row = session.row();
    return new Device(
        session.id(),
        session.createdAt(),
        row.instant("refreshed_at"),
        row.instant("not_after"),
        session.aal(),
        session.methods().stream().map(Session.Method::name).sorted().toList(),
        row.text("user_agent"),
        row.text("ip"),
        session.clientId() != null);
  }
}
