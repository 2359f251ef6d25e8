package io.stabbur.auth.self;

import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.User;
import io.stabbur.auth.code.AccountEvent;
import io.stabbur.auth.code.Revocations;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.mail.Delivery;
import io.stabbur.auth.mail.Messages;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.SignedIn;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

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

  User user(AuthRequest authRequest) {
    var user = bearers.requireUser(authRequest);
    if (!user.audience().equals(authRequest.audience())) {
      throw AuthError.invalid("Token audience doesn't match request audience");
    }
    return user;
  }

  void logout(AuthRequest authRequest, String scope) {
    authRequest.write(
        tx -> {
          var signedIn = bearers.requireAny(tx, authRequest);
          var user = signedIn.user();
          var revocations = new Revocations(tx);
          // an OAuth client ends what is its own
          switch (signedIn.isOfClient() ? "local" : scope) {
            case "global" -> revocations.after(AccountEvent.SIGNED_OUT, user.id());
            case "local" ->
                revocations.after(AccountEvent.SIGNED_OUT_HERE, user.id(), session(signedIn));
            case "others" ->
                revocations.after(AccountEvent.SIGNED_OUT_ELSEWHERE, user.id(), session(signedIn));
            default -> throw AuthError.invalid("Unsupported logout scope");
          }
          audit.write(tx, authRequest, Audit.Action.LOGOUT, user);
          return true;
        });
  }

  private static Optional<UUID> session(SignedIn signedIn) {
    return Optional.of(signedIn.sessionOrThrow().id());
  }

  void reauthenticate(AuthRequest authRequest) {
    delivery.write(
        authRequest,
        (tx, outbox) -> {
          var user = bearers.require(tx, authRequest).user();
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
          audit.write(tx, authRequest, Audit.Action.USER_REAUTHENTICATE_REQUESTED, user);
          messages.reauthentication(tx, outbox, authRequest, user);
          return true;
        });
  }
}
