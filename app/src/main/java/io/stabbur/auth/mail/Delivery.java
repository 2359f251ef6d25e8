package io.stabbur.auth.mail;

import io.stabbur.auth.account.UserChange;
import io.stabbur.auth.account.UserColumn;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.hook.Hooks;
import io.stabbur.auth.request.AuthMeters;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.share.Share;
import jakarta.inject.Singleton;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a transaction and then sends what it put into the outbox. What could not be sent is as if
/// it had never been asked for: the person may ask again at once.
///
/// Whoever is known is told how it went. A stranger is answered before anything is sent, since the
/// time it takes would tell whether there was something to send.
@Singleton
public final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private final Templates templates;
  private final Smtp smtp;
  private final SmsSender sms;
  private final Hooks hooks;
  private final SendQueue queue;
  private final AuthMeters meters;
  private final SentMessages sent;

  Delivery(
      Templates templates,
      Smtp smtp,
      SmsSender sms,
      Hooks hooks,
      SendQueue queue,
      AuthMeters meters,
      SentMessages sent) {
    this.meters = meters;
    this.sent = sent;
    this.templates = templates;
    this.smtp = smtp;
    this.sms = sms;
    this.hooks = hooks;
    this.queue = queue;
  }

  /// The transaction, then what it wants sent, then the answer.
  public <T> T write(AuthRequest authRequest, BiFunction<Transaction, Outbox, T> body) {
    var outbox = new Outbox(Outbox.Permit.TO_BE_ASKED);
    var result = authRequest.write(tx -> body.apply(tx, outbox));
    send(authRequest, outbox);
    return result;
  }

  /// The transaction, then the answer, then what it wants sent. For strangers, who have asked
  /// [SendPermits].
  public <T> T writeBeforeSending(
      AuthRequest authRequest, BiFunction<Transaction, Outbox, T> body) {
    queue.requireRoom(authRequest.caller().share());
    var outbox = new Outbox(Outbox.Permit.ASKED_BEFORE);
    var result = authRequest.write(tx -> body.apply(tx, outbox));
    if (!outbox.isEmpty()) {
      queue.add(authRequest.caller().share(), () -> send(authRequest, outbox));
    }
    return result;
  }

  /// The answer, then everything. For strangers, who have asked [SendPermits].
  public void writeLater(AuthRequest authRequest, BiConsumer<Transaction, Outbox> body) {
    queue.requireRoom(authRequest.caller().share());
    queue.add(
        authRequest.caller().share(),
        () -> {
          var outbox = new Outbox(Outbox.Permit.ASKED_BEFORE);
          var _ =
              authRequest.write(
                  tx -> {
                    body.accept(tx, outbox);
                    return true;
                  });
          send(authRequest, outbox);
        });
  }

  /// For a transaction of another room, whose mails are sent by [#sendLater]. Refused before the
  /// transaction begins while too much waits to be sent.
  ///
  /// @param share on whose behalf the mails are sent
  public Outbox outbox(Share share) {
    queue.requireRoom(share);
    return new Outbox(Outbox.Permit.ASKED_BEFORE);
  }

  /// Sends after the answer what a transaction of another room wants sent.
  public void sendLater(AuthRequest authRequest, Share share, Outbox outbox) {
    if (!outbox.isEmpty()) {
      queue.add(share, () -> send(authRequest, outbox));
    }
  }

  private void send(AuthRequest authRequest, Outbox outbox) {
    for (var letter : outbox.letters) {
      send(authRequest, letter);
    }
    for (var text : outbox.texts) {
      send(authRequest, text);
    }
    for (var handOver : outbox.handOvers) {
      send(authRequest, handOver);
    }
  }

  private void send(AuthRequest authRequest, Letter letter) {
    try {
      smtp.send(letter.to(), templates.render(letter));
      meters.message(authRequest.project(), AuthMeters.Channel.MAIL, true);
      sent.note(authRequest.project(), letter.kind().action(), letter.to(), "");
    } catch (MessagingException e) {
      meters.message(authRequest.project(), AuthMeters.Channel.MAIL, false);
      sent.note(
          authRequest.project(), letter.kind().action(), letter.to(), e.getClass().getSimpleName());
      LOG.warn("A {} mail could not be sent: {}", letter.kind(), e.getClass().getSimpleName());
      if (letter.sentAt().isPresent()) {
        forget(authRequest, letter.userId(), letter.sentAt().get());
        throw AuthError.unexpected("Error sending " + letter.kind().action() + " email");
      }
    }
  }

  private void send(AuthRequest authRequest, TextMessage message) {
    try {
      var _ = sms.send(message);
      meters.message(authRequest.project(), AuthMeters.Channel.SMS, true);
      sent.note(authRequest.project(), "sms", "", "");
    } catch (IOException e) {
      meters.message(authRequest.project(), AuthMeters.Channel.SMS, false);
      sent.note(authRequest.project(), "sms", "", e.getClass().getSimpleName());
      LOG.warn("A text message could not be sent: {}", e.getClass().getSimpleName());
      message.sentAt().ifPresent(column -> forget(authRequest, message.userId(), column));
      throw failed();
    }
  }

  private void send(AuthRequest authRequest, HandOver handOver) {
    try {
      hooks.tell(authRequest, handOver.point(), handOver.input());
      meters.message(authRequest.project(), AuthMeters.Channel.HOOK, true);
      sent.note(authRequest.project(), "hook", "", "");
    } catch (ApiException e) {
      meters.message(authRequest.project(), AuthMeters.Channel.HOOK, false);
      sent.note(authRequest.project(), "hook", "", e.getClass().getSimpleName());
      LOG.warn("The {} hook did not take a message", handOver.point());
      handOver.sentAt().ifPresent(column -> forget(authRequest, handOver.userId(), column));
      throw e;
    }
  }

  private static ApiException failed() {
    return AuthError.unprocessable(
        AuthCode.SMS_SEND_FAILED, "Error sending the code to the SMS provider");
  }

  private static void forget(AuthRequest authRequest, UUID user, UserColumn sentAt) {
    authRequest.write(
        tx -> {
          new Users(tx).write(user, new UserChange().clear(sentAt));
          return true;
        });
  }
}
