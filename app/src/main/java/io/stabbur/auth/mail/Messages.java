package io.stabbur.auth.mail;

import io.stabbur.auth.account.User;
import io.stabbur.auth.account.UserChange;
import io.stabbur.auth.account.UserColumn;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.code.OneTimeTokens;
import io.stabbur.auth.code.OneTimeTokens.Kind;
import io.stabbur.auth.code.Receiver;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.hook.Hooks;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.session.FlowStates;
import io.stabbur.auth.session.Pkce;
import io.stabbur.platform.db.Transaction;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes the codes and links people are sent, stores their hashes and puts the mail or message into
/// the outbox. The code and the link of one mail are two forms of one token.
@Singleton
public final class Messages {
  private final AuthSettings settings;
  private final MailSettings mail;
  private final SmsSettings sms;
  private final Hooks hooks;
  private final SendLimits limits;
  private final Template text;

  Messages(
      AuthSettings settings, MailSettings mail, SmsSettings sms, Hooks hooks, SendLimits limits) {
    this.settings = settings;
    this.mail = mail;
    this.sms = sms;
    this.hooks = hooks;
    this.limits = limits;
    this.text = Template.parse(sms.template(), java.util.Set.of("Code"));
  }

  /// A code, and its hash as it is stored and mailed.
  public record Code(String code, String hash) {}

  public Code code(AuthRequest authRequest, String address, Optional<Pkce> pkce) {
    var code = OneTimeTokens.code(mail.codeLength());
    var hash = OneTimeTokens.hash(authRequest.project(), address, code);
    return new Code(code, pkce.isPresent() ? OneTimeTokens.PKCE_PREFIX + hash : hash);
  }

  public void confirmation(
      Transaction tx, Outbox outbox, AuthRequest authRequest, User user, Optional<Pkce> pkce) {
    requireInterval(outbox, authRequest, user.time("confirmation_sent_at"));
    flow(tx, user, pkce, "email", "email/signup");
    var code = code(authRequest, user.email(), pkce);
    new Users(tx)
        .write(
            user.id(),
            new UserChange()
                .set(UserColumn.CONFIRMATION_TOKEN, code.hash())
                .set(UserColumn.CONFIRMATION_SENT_AT, authRequest.now()));
    new OneTimeTokens(tx)
        .replace(user.id(), Kind.CONFIRMATION, user.email(), code.hash(), Receiver.ADDRESS);
    queue(
        tx,
        outbox,
        authRequest,
        user,
        MailKind.CONFIRMATION,
        "signup",
        code,
        UserColumn.CONFIRMATION_SENT_AT);
  }

  public void invite(Transaction tx, Outbox outbox, AuthRequest authRequest, User user) {
    var code = code(authRequest, user.email(), Optional.empty());
    new Users(tx)
        .write(
            user.id(),
            new UserChange()
                .set(UserColumn.CONFIRMATION_TOKEN, code.hash())
                .set(UserColumn.CONFIRMATION_SENT_AT, authRequest.now())
                .set(UserColumn.INVITED_AT, authRequest.now()));
    new OneTimeTokens(tx)
        .replace(user.id(), Kind.CONFIRMATION, user.email(), code.hash(), Receiver.ADDRESS);
    queue(
        tx,
        outbox,
        authRequest,
        user,
        MailKind.INVITE,
        "invite",
        code,
        UserColumn.CONFIRMATION_SENT_AT);
  }

  /// The code by which the owner of an account accepts a membership. It is no token of this API.
  public void membership(
      Transaction tx, Outbox outbox, AuthRequest authRequest, User user, String code) {
    var hooked = new Fields().put("token", code).put("token_hash", "");
    if (!handOver(tx, outbox, authRequest, user, MailKind.MEMBERSHIP, hooked, null)) {
      var values = new Fields().put("Token", code);
      letter(outbox, authRequest, user, user.email(), MailKind.MEMBERSHIP, values, null);
    }
  }

  public void recovery(
      Transaction tx, Outbox outbox, AuthRequest authRequest, User user, Optional<Pkce> pkce) {
    recover(tx, outbox, authRequest, user, pkce, MailKind.RECOVERY, "recovery");
  }

  public void magicLink(
      Transaction tx, Outbox outbox, AuthRequest authRequest, User user, Optional<Pkce> pkce) {
    recover(tx, outbox, authRequest, user, pkce, MailKind.MAGIC_LINK, "magiclink");
  }

  private void recover(
      Transaction tx,
      Outbox outbox,
      AuthRequest authRequest,
      User user,
      Optional<Pkce> pkce,
      MailKind kind,
      String type) {
    requireInterval(outbox, authRequest, user.time("recovery_sent_at"));
    flow(tx, user, pkce, type, type);
    var code = code(authRequest, user.email(), pkce);
    new Users(tx)
        .write(
            user.id(),
            new UserChange()
                .set(UserColumn.RECOVERY_TOKEN, code.hash())
                .set(UserColumn.RECOVERY_SENT_AT, authRequest.now()));
    new OneTimeTokens(tx)
        .replace(user.id(), Kind.RECOVERY, user.email(), code.hash(), Receiver.ADDRESS);
    queue(tx, outbox, authRequest, user, kind, type, code, UserColumn.RECOVERY_SENT_AT);
  }

  /// Asks the new address, and the old one too unless the settings say otherwise.
  public void emailChange(
      Transaction tx,
      Outbox outbox,
      AuthRequest authRequest,
      User user,
      String newAddress,
      Optional<Pkce> pkce) {
    requireInterval(outbox, authRequest, user.time("email_change_sent_at"));
    flow(tx, user, pkce, "email_change", "email_change");
    var forNew = code(authRequest, newAddress, pkce);
    var change =
        new UserChange()
            .set(UserColumn.EMAIL_CHANGE, newAddress)
            .set(UserColumn.EMAIL_CHANGE_TOKEN_NEW, forNew.hash())
            .set(UserColumn.EMAIL_CHANGE_TOKEN_CURRENT, "")
            .set(UserColumn.EMAIL_CHANGE_SENT_AT, authRequest.now())
            .set(UserColumn.EMAIL_CHANGE_CONFIRM_STATUS, 0);
    var tokens = new OneTimeTokens(tx);
    tokens.replace(
        user.id(), Kind.EMAIL_CHANGE_TOKEN_NEW, newAddress, forNew.hash(), Receiver.ADDRESS);
    var forOld =
        settings.secureEmailChange() && !user.email().isEmpty()
            ? code(authRequest, user.email(), pkce)
            : null;
    if (forOld != null) {
      change.set(UserColumn.EMAIL_CHANGE_TOKEN_CURRENT, forOld.hash());
      tokens.replace(
          user.id(),
          Kind.EMAIL_CHANGE_TOKEN_CURRENT,
          user.email(),
          forOld.hash(),
          Receiver.ADDRESS);
    }
    new Users(tx).write(user.id(), change);
    var hooked = hookedChange(user, newAddress, forNew, forOld);
    if (handOver(
        tx,
        outbox,
        authRequest,
        user,
        MailKind.EMAIL_CHANGE,
        hooked,
        UserColumn.EMAIL_CHANGE_SENT_AT)) {
      return;
    }
    if (forOld != null) {
      letter(
          outbox,
          authRequest,
          user,
          user.email(),
          MailKind.EMAIL_CHANGE,
          link(authRequest, "email_change", forOld).put("NewEmail", newAddress),
          UserColumn.EMAIL_CHANGE_SENT_AT);
    }
    letter(
        outbox,
        authRequest,
        user,
        newAddress,
        MailKind.EMAIL_CHANGE,
        link(authRequest, "email_change", forNew).put("NewEmail", newAddress),
        UserColumn.EMAIL_CHANGE_SENT_AT);
  }

  // wire: with two addresses the hook's token_hash belongs to the new one and token to the old one
  private static Fields hookedChange(
      User user, String newAddress, Code forNew, @Nullable Code forOld) {
    var fields = new Fields().put("old_email", user.email()).put("new_email", newAddress);
    return forOld == null
        ? fields
            .put("token", forNew.code())
            .put("token_hash", forNew.hash())
            .put("token_new", "")
            .put("token_hash_new", "")
        : fields
            .put("token", forOld.code())
            .put("token_hash", forNew.hash())
            .put("token_new", forNew.code())
            .put("token_hash_new", forOld.hash());
  }

  /// A code that proves again who sits there: by mail, else by text message.
  public void reauthentication(Transaction tx, Outbox outbox, AuthRequest authRequest, User user) {
    requireInterval(outbox, authRequest, user.time("reauthentication_sent_at"));
    var address = user.email().isEmpty() ? user.phone() : user.email();
    var code = code(authRequest, address, Optional.empty());
    store(
        tx,
        user,
        Kind.REAUTHENTICATION,
        UserColumn.REAUTHENTICATION_TOKEN,
        UserColumn.REAUTHENTICATION_SENT_AT,
        address,
        code.hash(),
        authRequest.now());
    if (user.email().isEmpty()) {
      text(
          tx,
          outbox,
          authRequest,
          user,
          address,
          code.code(),
          "sms",
          UserColumn.REAUTHENTICATION_SENT_AT);
    } else {
      queue(
          tx,
          outbox,
          authRequest,
          user,
          MailKind.REAUTHENTICATION,
          "reauthentication",
          code,
          UserColumn.REAUTHENTICATION_SENT_AT);
    }
  }

  /// A code to a phone number, to sign in or to confirm it.
  public void phoneCode(
      Transaction tx, Outbox outbox, AuthRequest authRequest, User user, String channel) {
    requireTextInterval(outbox, authRequest, user.time("confirmation_sent_at"));
    var code = OneTimeTokens.code(sms.codeLength());
    store(
        tx,
        user,
        Kind.CONFIRMATION,
        UserColumn.CONFIRMATION_TOKEN,
        UserColumn.CONFIRMATION_SENT_AT,
        user.phone(),
        OneTimeTokens.hash(authRequest.project(), user.phone(), code),
        authRequest.now());
    text(
        tx,
        outbox,
        authRequest,
        user,
        user.phone(),
        code,
        channel,
        UserColumn.CONFIRMATION_SENT_AT);
  }

  public void phoneChange(
      Transaction tx,
      Outbox outbox,
      AuthRequest authRequest,
      User user,
      String newPhone,
      String channel) {
    requireTextInterval(outbox, authRequest, user.time("phone_change_sent_at"));
    var code = OneTimeTokens.code(sms.codeLength());
    new Users(tx).write(user.id(), new UserChange().set(UserColumn.PHONE_CHANGE, newPhone));
    store(
        tx,
        user,
        Kind.PHONE_CHANGE_TOKEN,
        UserColumn.PHONE_CHANGE_TOKEN,
        UserColumn.PHONE_CHANGE_SENT_AT,
        newPhone,
        OneTimeTokens.hash(authRequest.project(), newPhone, code),
        authRequest.now());
    text(tx, outbox, authRequest, user, newPhone, code, channel, UserColumn.PHONE_CHANGE_SENT_AT);
  }

  /// The code of a second factor on a phone.
  public void factorCode(
      Transaction tx,
      Outbox outbox,
      AuthRequest authRequest,
      User user,
      String phone,
      String code,
      String channel) {
    text(tx, outbox, authRequest, user, phone, code, channel, null);
  }

  /// Tells a user that something changed, if the settings want such notices.
  public void notice(
      Transaction tx,
      Outbox outbox,
      AuthRequest authRequest,
      User user,
      MailKind kind,
      Fields values,
      String to) {
    if (!to.isEmpty() && mail.wants(kind)) {
      if (!handOver(tx, outbox, authRequest, user, kind, new Fields(), null)) {
        letter(outbox, authRequest, user, to, kind, values, null);
      }
    }
  }

  /// The fixed code of a number that is there for tests.
  public Optional<String> testCode(String phone) {
    return sms.testCode(phone);
  }

  public boolean expiredMail(@Nullable Instant sentAt, Instant now) {
    return sentAt == null || now.isAfter(sentAt.plus(mail.codeLife()));
  }

  /// A code that is typed in can be guessed, so it lives no longer than the settings say of those.
  public boolean expiredCode(@Nullable Instant sentAt, Instant now) {
    return expiredMail(sentAt, now)
        || sentAt == null
        || now.isAfter(sentAt.plus(mail.typedCodeLife()));
  }

  public boolean expiredText(@Nullable Instant sentAt, Instant now) {
    return sentAt == null || now.isAfter(sentAt.plus(sms.codeLife()));
  }

  private static void store(
      Transaction tx,
      User user,
      Kind kind,
      UserColumn token,
      UserColumn sentAt,
      String address,
      String hash,
      Instant now) {
    new Users(tx).write(user.id(), new UserChange().set(token, hash).set(sentAt, now));
    new OneTimeTokens(tx).replace(user.id(), kind, address, hash, Receiver.ADDRESS);
  }

  private static void flow(
      Transaction tx, User user, Optional<Pkce> pkce, String provider, String method) {
    pkce.ifPresent(p -> new FlowStates(tx).begin(user.id(), p, provider, method));
  }

  private void queue(
      Transaction tx,
      Outbox outbox,
      AuthRequest authRequest,
      User user,
      MailKind kind,
      String type,
      Code code,
      UserColumn sentAt) {
    var hooked =
        new Fields()
            .put("token", code.code())
            .put("token_hash", code.hash())
            .put("token_new", "")
            .put("token_hash_new", "");
    if (!handOver(tx, outbox, authRequest, user, kind, hooked, sentAt)) {
      letter(outbox, authRequest, user, user.email(), kind, link(authRequest, type, code), sentAt);
    }
  }

  private static Fields link(AuthRequest authRequest, String type, Code code) {
    return new Fields()
        .put("ConfirmationURL", Links.verify(authRequest, code.hash(), type))
        .put("Token", code.code())
        .put("TokenHash", code.hash());
  }

  private void letter(
      Outbox outbox,
      AuthRequest authRequest,
      User user,
      String to,
      MailKind kind,
      Fields values,
      @Nullable UserColumn sentAt) {
    limits.mail(authRequest);
    values
        .put("SiteURL", authRequest.redirects().siteUrl())
        .put("Email", user.email())
        .put("SendingTo", to)
        .put("Phone", user.phone())
        .put("Data", user.userMetadata())
        .put("RedirectTo", authRequest.redirectTo());
    if (!mail.sends()) {
      throw AuthError.unprocessable(
          AuthCode.EMAIL_PROVIDER_DISABLED,
          "Error sending " + kind.action() + " email: no mail server is set up");
    }
    outbox.letters.add(
        new Letter(
            kind,
            to,
            language(authRequest, user),
            values.node(),
            user.id(),
            Optional.ofNullable(sentAt)));
  }

  private void text(
      Transaction tx,
      Outbox outbox,
      AuthRequest authRequest,
      User user,
      String phone,
      String code,
      String channel,
      @Nullable UserColumn sentAt) {
    if (testCode(phone).isPresent()) {
      return;
    }
    limits.text(authRequest);
    var input = new Fields().put("otp", code).put("phone", phone).put("sms_type", channel);
    if (hooks.listens(Hooks.Point.SEND_SMS)) {
      handOver(
          tx,
          outbox,
          authRequest,
          Hooks.Point.SEND_SMS,
          new Fields().put("user", user.json()).put("sms", input.node()),
          user,
          sentAt);
      return;
    }
    if (!sms.sends()) {
      throw AuthError.unprocessable(
          AuthCode.SMS_SEND_FAILED, "Error sending the code: no SMS provider is set up");
    }
    var words = text.render(new Fields().put("Code", code).node(), Template.Escape.NONE);
    outbox.texts.add(
        new TextMessage(phone, words, channel, user.id(), Optional.ofNullable(sentAt)));
  }

  /// Whether the project sends its mails itself: a function in Postgres is asked in this
  /// transaction, an address after it.
  private boolean handOver(
      Transaction tx,
      Outbox outbox,
      AuthRequest authRequest,
      User user,
      MailKind kind,
      Fields values,
      @Nullable UserColumn sentAt) {
    if (!hooks.listens(Hooks.Point.SEND_EMAIL)) {
      return false;
    }
    limits.mail(authRequest);
    values
        .put("redirect_to", authRequest.redirectTo())
        .put("email_action_type", kind.action())
        .put("site_url", authRequest.api());
    var input = new Fields().put("user", user.json()).put("email_data", values.node());
    handOver(tx, outbox, authRequest, Hooks.Point.SEND_EMAIL, input, user, sentAt);
    return true;
  }

  private void handOver(
      Transaction tx,
      Outbox outbox,
      AuthRequest authRequest,
      Hooks.Point point,
      Fields input,
      User user,
      @Nullable UserColumn sentAt) {
    if (hooks.isRemote(point)) {
      outbox.handOvers.add(new HandOver(point, input, user.id(), Optional.ofNullable(sentAt)));
    } else {
      var _ = hooks.ask(tx, authRequest, point, input);
    }
  }

  private void requireInterval(Outbox outbox, AuthRequest authRequest, @Nullable Instant sentAt) {
    requireInterval(
        outbox, authRequest, sentAt, mail.interval(), AuthCode.OVER_EMAIL_SEND_RATE_LIMIT);
  }

  private void requireTextInterval(
      Outbox outbox, AuthRequest authRequest, @Nullable Instant sentAt) {
    requireInterval(outbox, authRequest, sentAt, sms.interval(), AuthCode.OVER_SMS_SEND_RATE_LIMIT);
  }

  private static void requireInterval(
      Outbox outbox,
      AuthRequest authRequest,
      @Nullable Instant sentAt,
      Duration interval,
      AuthCode code) {
    if (outbox.permit == Outbox.Permit.TO_BE_ASKED
        && sentAt != null
        && authRequest.now().isBefore(sentAt.plus(interval))) {
      throw SendPermits.tooEarly(authRequest.now(), sentAt.plus(interval), code);
    }
  }

  /// The user's own language if they named one, else the client's.
  private static String language(AuthRequest authRequest, User user) {
    for (var name : new String[] {"preferred_locale", "locale", "language"}) {
      var value = user.userMetadata().get(name);
      if (value != null && value.isString()) {
        return value.getStringValue();
      }
    }
    return authRequest.language();
  }
}
