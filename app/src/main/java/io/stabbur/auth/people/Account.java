package io.stabbur.auth.people;

import io.stabbur.auth.account.User;
import java.util.List;

/// An account with all that belongs to its sign-in.
///
/// @param devices sessions, the newest first
public record Account(User user, List<Device> devices) {
  public Account {
    devices = List.copyOf(devices);
  }
}
