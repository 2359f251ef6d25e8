package io.stabbur.auth.signin;

import io.stabbur.auth.account.Addresses;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.UserChange;
import io.stabbur.auth.account.UserColumn;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.code.CodeGuesses;
import io.stabbur.auth.code.Confirmations;
import io.stabbur.auth.code.OneTimeTokens;
import io.stabbur.auth.code.OneTimeTokens.Kind;
import io.stabbur.auth.code.OneTimeTokens.Pending;
import io.stabbur.auth.code.Ownership;
import io.stabbur.auth.code.Receiver;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.mail.Delivery;
import io.stabbur.auth.mail.MailKind;
import io.stabbur.auth.mail.Messages;
import io.stabbur.auth.mail.Outbox;
import io.stabbur.auth.password.Passwords;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.FlowStates;
import io.stabbur.auth.session.Grant;
import io.stabbur.auth.session.IssuedSession;
import io.stabbur.auth.session.Issuer;
import io.stabbur.auth.signup.Ownerships;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Uses up codes and links. Whatever a token proves, it proves once.
@Singleton
public final class Verification {
  private final AuthSettings settings;
  private final Passwords passwords;
  private final Issuer issuer;
  private final Ownerships ownerships;
  private final Messages messages;
  private final Delivery delivery;
  private final Audit audit;

  Verification(
      AuthSettings settings,
      Passwords passwords,
      Issuer issuer,
      Ownerships ownerships,
      Messages messages,
      Delivery delivery,
      Audit audit) {
    this.settings = settings;
    this.passwords = passwords;
    this.issuer = issuer;
    this.ownerships = ownerships;
    this.messages = messages;
    this.delivery = delivery;
    this.audit = audit;
  }

  /// What a code or link led to.
  public sealed interface Outcome {
    record SignedIn(IssuedSession session, String type) implements Outcome {}

    /// The client that began the flow fetches the session with this code.
    record Code(String code) implements Outcome {}

    /// One of two addresses has agreed to a change.
    record HalfWay(String message) implements Outcome {}
  }

  /// A user whose token was good, what the token was for after `email` was told apart, and who had
  /// been given it.
  private record Proved(User user, String type, Pending token, Receiver receiver) {}

  private static final Outcome.HalfWay HALF_WAY =
      new Outcome.HalfWay(
          "Confirmation link accepted. Please proceed to confirm link sent to the other email");

  /// `GET /verify`: a link was followed.
  public Outcome follow(AuthRequest authRequest, String type, String hash) {
    if (type.isEmpty()) {
      throw AuthError.invalid("Verify requires a verification type");
    }
    if (hash.isEmpty()) {
      throw AuthError.invalid("Verify requires a token or a token hash");
    }
    boolean pkce = hash.startsWith(OneTimeTokens.PKCE_PREFIX);
    return delivery.write(
        authRequest,
        (tx, outbox) -> {
          var proved = byHash(tx, authRequest, type, hash);
          var user = apply(tx, outbox, authRequest, proved);
          if (user.isEmpty()) {
            return HALF_WAY;
          }
          if (pkce) {
            var method = proved.type.equals("signup") ? "email/signup" : proved.type;
            return new Outcome.Code(new FlowStates(tx).issueCode(proved.user.id(), method));
          }
          return signedIn(tx, authRequest, user.get(), proved.type);
        });
  }

  /// `POST /verify`: a code was typed in, or a client followed a link itself.
  public Outcome verify(AuthRequest authRequest, JsonBody body) {
    var type = body.text("type");
    var token = body.text("token");
    var hash = body.text("token_hash");
    var email = body.text("email");
    var phone = body.text("phone");
    if (type.isEmpty()) {
      throw AuthError.invalid("Verify requires a verification type");
    }
    if (token.isEmpty() == hash.isEmpty()) {
      throw AuthError.invalid("Verify requires either a token or a token hash");
    }
    if (!hash.isEmpty() && (!email.isEmpty() || !phone.isEmpty())) {
      throw AuthError.invalid("Only the token_hash and type should be provided");
    }
    if (hash.isEmpty() && email.isEmpty() == phone.isEmpty()) {
      throw AuthError.invalid("Only an email address or phone number should be provided on verify");
    }
    var tried =
        hash.isEmpty() ? guess(authRequest, type, email, phone, token) : Optional.<Pending>empty();
    return delivery.write(
        authRequest,
        (tx, outbox) -> {
          var proved =
              hash.isEmpty()
                  ? byCode(tx, authRequest, type, phone, tried)
                  : byHash(tx, authRequest, type, hash);
          return apply(tx, outbox, authRequest, proved)
              .<Outcome>map(user -> signedIn(tx, authRequest, user, proved.type))
              .orElse(HALF_WAY);
        });
  }

  private Proved byHash(Transaction tx, AuthRequest authRequest, String type, String hash) {
    var tokens = new OneTimeTokens(tx);
    var token =
        tokens
            .find(hash, kinds(type))
            .orElseThrow(() -> expired("Email link is invalid or has expired"));
    var user = new Users(tx).get(token.userId());
    var actual = actual(type, user, hash);
    if (messages.expiredMail(user.time(sentAt(actual)), authRequest.now())) {
      throw expired("Email link is invalid or has expired");
    }
    return requireAllowed(authRequest, new Proved(user, actual, token, tokens.receiver(token)));
  }

  private static Kind[] kinds(String type) {
    return switch (type) {
      case "email" -> new Kind[] {Kind.CONFIRMATION, Kind.RECOVERY};
      case "signup", "invite" -> new Kind[] {Kind.CONFIRMATION};
      case "recovery", "magiclink" -> new Kind[] {Kind.RECOVERY};
      case "email_change" ->
          new Kind[] {Kind.EMAIL_CHANGE_TOKEN_CURRENT, Kind.EMAIL_CHANGE_TOKEN_NEW};
      default -> throw AuthError.invalid("Invalid email verification type");
    };
  }

  /// `email` stands for whichever mail the token came from.
  private static String actual(String type, User user, String hash) {
    if (!type.equals("email")) {
      return type;
    }
    return user.text("recovery_token").equals(hash) ? "magiclink" : "signup";
  }

  private static String sentAt(String type) {
    return switch (type) {
      case "signup", "invite", "sms" -> "confirmation_sent_at";
      case "recovery", "magiclink" -> "recovery_sent_at";
      case "email_change" -> "email_change_sent_at";
      case "phone_change" -> "phone_change_sent_at";
      default -> throw AuthError.invalid("Unsupported verification type");
    };
  }

  /// Counts the try against every code that was sent to the address, and finds the one it fits; a
  /// code that was tried too often fits no more, though its link still works.
  private Optional<Pending> guess(
      AuthRequest authRequest, String type, String email, String phone, String code) {
    var address = phone.isEmpty() ? Addresses.email(email) : Addresses.phone(phone);
    var kinds = phone.isEmpty() ? kinds(type) : new Kind[] {phoneKind(type)};
    var fitting = OneTimeTokens.hashes(authRequest.project(), address, code);
    return authRequest.write(
        tx -> {
          var pending = new OneTimeTokens(tx).pending(address, kinds);
          var guesses = new CodeGuesses(tx);
          if (pending.isEmpty()) {
            guesses.countNobody(address, authRequest.now());
          }
          boolean test = isTestCode(phone, code);
          var open =
              pending.stream()
                  .filter(p -> guesses.count(authRequest, p.userId(), p.kind().wire(), p.hash()))
                  .toList();
          guesses.forgetOld(authRequest.now());
          return open.stream().filter(p -> test || fitting.contains(p.hash())).findFirst();
        });
  }

  private boolean isTestCode(String phone, String code) {
    return !phone.isEmpty()
        && messages
            .testCode(Addresses.phone(phone))
            .filter(fixed -> Crypto.same(fixed, code))
            .isPresent();
  }

  private static Kind phoneKind(String type) {
    return switch (type) {
      case "sms" -> Kind.CONFIRMATION;
      case "phone_change" -> Kind.PHONE_CHANGE_TOKEN;
      default -> throw AuthError.invalid("Unsupported verification type");
    };
  }

  private Proved byCode(
      Transaction tx, AuthRequest authRequest, String type, String phone, Optional<Pending> tried) {
    var tokens = new OneTimeTokens(tx);
    // found again by its hash and locked, so that one code cannot be used twice at once
    var token =
        tried
            .flatMap(pending -> tokens.find(pending.hash(), pending.kind()))
            .orElseThrow(() -> expired("Token has expired or is invalid"));
    var user =
        new Users(tx)
            .byId(token.userId())
            .filter(found -> found.audience().equals(authRequest.audience()))
            .orElseThrow(() -> expired("Token has expired or is invalid"));
    var actual = phone.isEmpty() ? actual(type, user, token.hash()) : type;
    var sentAt = user.time(sentAt(actual));
    boolean late =
        phone.isEmpty()
            ? messages.expiredCode(sentAt, authRequest.now())
            : messages.expiredText(sentAt, authRequest.now())
                && messages.testCode(Addresses.phone(phone)).isEmpty();
    if (late) {
      throw expired("Token has expired or is invalid");
    }
    new CodeGuesses(tx).proved(authRequest, user.id(), token.kind().wire());
    return requireAllowed(authRequest, new Proved(user, actual, token, tokens.receiver(token)));
  }

  private static Proved requireAllowed(AuthRequest authRequest, Proved proved) {
    if (proved.user.banned(authRequest.now())) {
      throw AuthError.forbidden(AuthCode.USER_BANNED, "User is banned");
    }
    return proved;
  }

  /// The user after what was proved; empty when another address has to agree first.
  private Optional<User> apply(
      Transaction tx, Outbox outbox, AuthRequest authRequest, Proved proved) {
    var user =
        switch (proved.type) {
          case "signup", "invite" -> Optional.of(signedUp(tx, authRequest, proved));
          case "recovery", "magiclink" -> Optional.of(recovered(tx, authRequest, proved));
          case "email_change" -> emailChanged(tx, outbox, authRequest, proved);
          case "sms", "phone_change" -> Optional.of(phoneProved(tx, outbox, authRequest, proved));
          default -> throw AuthError.invalid("Unsupported verification type");
        };
    return user.map(u -> new Users(tx).syncProviders(new Users(tx).get(u.id())));
  }

  private User signedUp(Transaction tx, AuthRequest authRequest, Proved proved) {
    var users = new Users(tx);
    var user = proved.user;
    if (!user.hasPassword() && user.time("invited_at") != null) {
      var hash = passwords.hash(passwords.unguessable());
      users.write(user.id(), new UserChange().set(UserColumn.ENCRYPTED_PASSWORD, hash));
    }
    audit.write(
        tx,
        authRequest,
        Audit.Action.USER_SIGNEDUP,
        user,
        new Fields().put("provider", "email").node());
    for (var identity : user.identities()) {
      if (!identity.email().isEmpty() && identity.email().equals(user.email())) {
        users.updateIdentity(identity, new Fields().put("email_verified", true).node());
      }
    }
    var ownership = ownerships.in(tx);
    var inviter = ownership.invitedBy(user.id());
    var confirmed = new Confirmations(ownership, authRequest.now()).email(user);
    ownership.tokenUsed(user, proved.token.kind(), proved.receiver);
    inviter.ifPresent(organization -> ownership.followInvitation(user.id(), organization));
    return confirmed;
  }

  private User recovered(Transaction tx, AuthRequest authRequest, Proved proved) {
    var user = proved.user;
    var ownership = ownerships.in(tx);
    var confirmations = new Confirmations(ownership, authRequest.now());
    var after = confirmations.recovered(user);
    if (user.emailConfirmed()) {
      audit.write(tx, authRequest, Audit.Action.LOGIN, user);
    } else {
      var traits = new Fields().put("provider", "email").node();
      audit.write(tx, authRequest, Audit.Action.USER_SIGNEDUP, user, traits);
      after = confirmations.email(after);
    }
    ownership.tokenUsed(user, proved.token.kind(), proved.receiver);
    return after;
  }

  private Optional<User> emailChanged(
      Transaction tx, Outbox outbox, AuthRequest authRequest, Proved proved) {
    var user = proved.user;
    boolean both = settings.secureEmailChange() && !user.email().isEmpty();
    if (both && user.row().number("email_change_confirm_status") == 0) {
      agree(tx, proved.token);
      return Optional.empty();
    }
    var newAddress = user.text("email_change");
    if (new Users(tx).emailTaken(newAddress, user.id())) {
      throw Addresses.emailExists();
    }
    audit.write(tx, authRequest, Audit.Action.USER_MODIFIED, user);
    var changed = changeEmail(tx, authRequest, proved, newAddress);
    messages.notice(
        tx,
        outbox,
        authRequest,
        changed,
        MailKind.EMAIL_CHANGED,
        new Fields().put("OldEmail", user.email()),
        user.email());
    return Optional.of(changed);
  }

  /// An account that is proven stays so where the new address agreed by what was sent to it.
  private User changeEmail(
      Transaction tx, AuthRequest authRequest, Proved proved, String newAddress) {
    var ownership = ownerships.in(tx);
    var user = proved.user;
    var receiver =
        proved.token.kind() == Kind.EMAIL_CHANGE_TOKEN_NEW
            ? proved.receiver
            : new OneTimeTokens(tx).lastReceiver(user.id(), Kind.EMAIL_CHANGE_TOKEN_NEW);
    if (receiver == Receiver.ADDRESS) {
      if (!ownership.isProven(user.id())) {
        ownership.doubt(user.id());
        ownership.prove(user.id(), Ownership.Proof.OTHER, Optional.empty());
      }
      return new Confirmations(ownership, authRequest.now())
          .changeEmail(new Users(tx).get(user.id()), newAddress);
    }
    var changed = new Confirmations(ownership, authRequest.now()).changeEmail(user, newAddress);
    ownership.readdressed(user.id());
    return changed;
  }

  /// One address agrees: its token is gone, the other one's still stands.
  private static void agree(Transaction tx, Pending token) {
    var tokens = new OneTimeTokens(tx);
    boolean current = token.kind() == Kind.EMAIL_CHANGE_TOKEN_CURRENT;
    tokens.clear(token.userId(), token.kind());
    new Users(tx)
        .write(
            token.userId(),
            new UserChange()
                .set(UserColumn.EMAIL_CHANGE_CONFIRM_STATUS, 1)
                .set(
                    current
                        ? UserColumn.EMAIL_CHANGE_TOKEN_CURRENT
                        : UserColumn.EMAIL_CHANGE_TOKEN_NEW,
                    ""));
  }

  private User phoneProved(Transaction tx, Outbox outbox, AuthRequest authRequest, Proved proved) {
    var user = proved.user;
    var ownership = ownerships.in(tx);
    var confirmations = new Confirmations(ownership, authRequest.now());
    if (proved.type.equals("sms")) {
      var action = user.phoneConfirmed() ? Audit.Action.LOGIN : Audit.Action.USER_SIGNEDUP;
      audit.write(tx, authRequest, action, user, new Fields().put("provider", "phone").node());
      var confirmed = confirmations.phone(user);
      // a phone says nothing of whose the account's mailbox is
      if (user.email().isEmpty()) {
        ownership.tokenUsed(user, proved.token.kind(), proved.receiver);
      }
      return confirmed;
    }
    var newPhone = user.text("phone_change");
    if (new Users(tx).phoneTaken(newPhone, user.id())) {
      throw Addresses.phoneExists();
    }
    audit.write(tx, authRequest, Audit.Action.USER_MODIFIED, user);
    if (user.email().isEmpty() && !ownership.isProven(user.id())) {
      ownership.doubt(user.id());
      ownership.prove(user.id(), Ownership.Proof.OTHER, Optional.empty());
    }
    var changed = confirmations.changePhone(new Users(tx).get(user.id()), newPhone);
    messages.notice(
        tx,
        outbox,
        authRequest,
        changed,
        MailKind.PHONE_CHANGED,
        new Fields().put("OldPhone", user.phone()),
        user.email());
    return changed;
  }

  private Outcome signedIn(Transaction tx, AuthRequest authRequest, User user, String type) {
    return new Outcome.SignedIn(issuer.in(tx, authRequest).begin(Grant.of(user, "otp")), type);
  }

  private static ApiException expired(String message) {
    return AuthError.forbidden(AuthCode.OTP_EXPIRED, message);
  }
}
