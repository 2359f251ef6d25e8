package io.stabbur.auth.user;

import io.stabbur.auth.Audit;
import io.stabbur.auth.AuthCode;
import io.stabbur.auth.AuthError;
import io.stabbur.auth.Visit;
import io.stabbur.auth.mail.Delivery;
import io.stabbur.auth.mail.Messages;
import io.stabbur.auth.token.Bearers;
import io.stabbur.auth.token.Sessions;
import jakarta.inject.Singleton;

/// What people do with their own account besides changing it.
@Singleton
final class OwnAccount {
  private final Bearers bearers;
  private final Messages messages;
  private final Delivery delivery;
  private final Audit audit;

  OwnAccount(Bearers bearers, Messages messages, Delivery delivery, Audit audit) {
    this.bearers = bearers;
    this.messages = messages;
    this.delivery = delivery;
    this.audit = audit;
  }

  User user(Visit visit) {
    var user = visit.read(tx -> bearers.require(tx, visit)).user();
    if (!user.audience().equals(visit.audience())) {
      throw AuthError.invalid("Token audience doesn't match request audience");
    }
    return user;
  }

  void logout(Visit visit, String scope) {
    visit.write(
        tx -> {
          var signedIn = bearers.require(tx, visit);
          var user = signedIn.user();
          var sessions = new Sessions(tx);
          switch (scope) {
            case "global" -> sessions.endAll(user.id());
            case "local" -> sessions.end(signedIn.sessionOrThrow().id());
            case "others" -> sessions.endOthers(user.id(), signedIn.sessionOrThrow().id());
            default -> throw AuthError.invalid("Unsupported logout scope");
          }
          audit.write(tx, visit, Audit.Action.LOGOUT, user);
          return true;
        });
  }

  void reauthenticate(Visit visit) {
    delivery.write(
        visit,
        (tx, outbox) -> {
          var user = bearers.require(tx, visit).user();
          if (user.email().isEmpty() && user.phone().isEmpty()) {
            throw AuthError.invalid(
                "Reauthentication requires the user to have an email or a phone number");
          }
          if (!user.email().isEmpty() && !user.emailConfirmed()) {
            throw AuthError.unprocessable(
                AuthCode.EMAIL_NOT_CONFIRMED, "Please verify your email first.");
          }
          if (user.email().isEmpty() && !user.phoneConfirmed()) {
            throw AuthError.unprocessable(
                AuthCode.PHONE_NOT_CONFIRMED, "Please verify your phone first.");
          }
          audit.write(tx, visit, Audit.Action.USER_REAUTHENTICATE_REQUESTED, user);
          messages.reauthentication(tx, outbox, visit, user);
          return true;
        });
  }
}
