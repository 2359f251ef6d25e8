package io.stabbur.control.api;

import io.stabbur.control.operator.OperatorDesk;
import jakarta.inject.Singleton;
import java.util.Optional;

/// The invitation of the first owner, which a start prints while there is no operator.
@Singleton
public final class FirstOwner {
  private final OperatorDesk desk;
  private final InvitationLink link;

  FirstOwner(OperatorDesk desk, InvitationLink link) {
    this.desk = desk;
    this.link = link;
  }

  /// A link that makes the first owner, once; empty where there are operators.
  public Optional<String> invite() {
    return desk.inviteFirst().map(link::of);
  }
}
