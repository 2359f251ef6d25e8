package io.stabbur.realtime.channel;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.RealtimeSettings.SignOut;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Whose channel it is, and what policies allow: what may be read is asked at the join and with
/// each new token, what may be written when it is first written, and remembered until the next
/// token.
final class ChannelAccess {
  private static final Statement NOTHING = Statement.of("select 1");

  private final Channel channel;
  private final Map<Extension, Boolean> writes = new EnumMap<>(Extension.class);
  private @Nullable String token;
  private volatile Caller caller;
  private Rights reads = Rights.NONE;
  private Instant expires = Instant.MAX;
  private Instant checked = Instant.now();

  /// Who reads what.
  private record Reader(Caller caller, Rights reads) {}

  ChannelAccess(Channel channel) {
    this.channel = channel;
    this.caller = channel.socket.opened;
  }

  Caller caller() {
    return caller;
  }

  Rights reads() {
    return reads;
  }

  /// Verifies the token and asks what its bearer may read; the key of the socket counts where the
  /// token is none of a user.
  void authorize(@Nullable String shown, Runnable granted, Consumer<ChannelError> refused) {
    channel.await(
        reader(shown),
        reader -> {
          if (reader.reads.any()) {
            accept(shown, reader);
            granted.run();
          } else {
            refused.accept(ChannelError.mayNotRead(channel.name.name()));
          }
        },
        failure -> refused.accept(error(failure)));
  }

  private void accept(@Nullable String shown, Reader reader) {
    token = shown;
    caller = reader.caller;
    reads = reader.reads;
    writes.clear();
    checked = Instant.now();
    expires = ChannelTokens.expires(caller.claims());
  }

  private CompletionStage<Reader> reader(@Nullable String shown) {
    var socket = channel.socket;
    if (shown == null || ChannelTokens.isKey(shown) || shown.equals(socket.key)) {
      return reader(socket.opened);
    }
    return verified(shown).thenCompose(this::reader);
  }

  private CompletableFuture<Caller> verified(String shown) {
    return CompletableFuture.supplyAsync(
        () -> channel.project().tokens.verify(channel.socket.opened, shown),
        work -> Thread.ofVirtual().name("realtime token").start(work));
  }

  private CompletionStage<Reader> reader(Caller bearer) {
    return reads(bearer).thenApply(rights -> new Reader(bearer, rights));
  }

  private CompletionStage<Rights> reads(Caller bearer) {
    return channel.config.isPrivate()
        ? channel.project().questions.read(bearer, channel.name)
        : CompletableFuture.completedFuture(Rights.ALL);
  }

  /// The event `access_token`: another token for the open channel. It has no reply.
  void change(Push push) {
    var shown = token(push);
    if (shown == null || ChannelTokens.isKey(shown)) {
      if (channel.project().settings.signOut() == SignOut.KEY && token != null) {
        judge(null);
      }
    } else if (!shown.equals(token)) {
      judge(shown);
    }
  }

  private static @Nullable String token(Push push) {
    try {
      var payload =
          push.payload() instanceof Push.Payload.Json(var utf8)
              ? Json.parse(utf8)
              : JsonNode.nullNode();
      var node = payload.isObject() ? payload.get("access_token") : null;
      return node != null && node.isString() ? node.getStringValue() : null;
    } catch (ApiException e) {
      return null;
    }
  }

  private void judge(@Nullable String shown) {
    channel.await(
        reader(shown),
        reader -> changed(shown, reader),
        failure -> channel.fail(error(failure).text()));
  }

  /// A right that is gone closes the channel; one that is new counts from now on.
  private void changed(@Nullable String shown, Reader reader) {
    boolean lost =
        (reads.broadcast() && !reader.reads.broadcast())
            || (reads.presence() && !reader.reads.presence());
    if (lost || !reader.reads.any()) {
      channel.fail(ChannelError.mayNotRead(channel.name.name()).text());
      return;
    }
    boolean seesPresence = !reads.presence();
    accept(shown, reader);
    channel.reauthorized(caller);
    if (seesPresence) {
      channel.presence.tellState();
    }
  }

  /// Whether the caller may write, asked at most once for each token.
  void write(Extension extension, Consumer<Boolean> then) {
    var known = channel.config.isPrivate() ? writes.get(extension) : Boolean.TRUE;
    if (known != null) {
      then.accept(known);
      return;
    }
    var asked = caller;
    channel.await(
        channel
            .project()
            .questions
            .ask(asked.share(), () -> Authorizations.write(asked, channel.name, extension)),
        may -> {
          writes.put(extension, may);
          then.accept(may);
        },
        _ -> then.accept(false));
  }

  /// Closes the channel if its token has expired, and judges it again where its account has changed
  /// or it was not verified for long.
  void check(Check check) {
    if (!expires.isAfter(check.now())) {
      channel.fail(ChannelError.expired(caller.claims(), check.now()).text());
    } else if (isDue(check)) {
      checked = check.now();
      judgeClosely();
    }
  }

  private boolean isDue(Check check) {
    return caller.userId().filter(check::concerns).isPresent()
        || Duration.between(checked, check.now()).compareTo(channel.project().settings.tokenCheck())
            > 0;
  }

  private void judgeClosely() {
    var shown = token;
    var verified =
        shown == null || ChannelTokens.isKey(shown) || shown.equals(channel.socket.key)
            ? CompletableFuture.completedFuture(channel.socket.opened)
            : verified(shown);
    channel.await(
        verified.thenCompose(this::confirmed),
        reader -> changed(shown, reader),
        this::failedClosely);
  }

  /// Where the database does not answer now, nothing is known: the next sweep asks again.
  private void failedClosely(Throwable failure) {
    if (failure instanceof ChannelRefusal || isRefusal(failure)) {
      channel.fail(error(failure).text());
    } else {
      checked = Instant.MIN;
    }
  }

  private static boolean isRefusal(Throwable failure) {
    return failure instanceof ApiException e
        && (e.error() instanceof Failure.Revoked || e.error() instanceof Refused);
  }

  private CompletionStage<Reader> confirmed(Caller bearer) {
    var closely = channel.project().tokens.closely(bearer);
    if (closely.userId().isEmpty()) {
      return reader(bearer);
    }
    return channel
        .project()
        .questions
        .ask(
            closely.share(),
            () ->
                channel.config.isPrivate()
                    ? Authorizations.read(closely, channel.name)
                    : confirm(closely))
        .thenApply(rights -> new Reader(bearer, rights));
  }

  /// Refused by the database where the token no longer holds.
  private static Rights confirm(Caller closely) {
    return closely.project().api().exchange(closely.actor(), Access.READ, NOTHING, _ -> Rights.ALL);
  }

  /// Why a question had no answer, in the original's words.
  private static ChannelError error(Throwable failure) {
    if (failure instanceof ChannelRefusal refusal) {
      return refusal.error();
    }
    if (!(failure instanceof ApiException e)) {
      return new ChannelError("UnknownErrorOnChannel", "Unknown Error on Channel");
    }
    return switch (e.error()) {
      case Failure.Revoked(var reason) -> new ChannelError("InvalidJWTToken", reason);
      case Refused refused -> new ChannelError("Unauthorized", refused.message());
      case Failure.Busy _, Failure.Crowded _ ->
          new ChannelError("IncreaseConnectionPool", "Please increase your connection pool size");
      case Failure.Timeout _ -> new ChannelError("QueryCanceled", "The policies took too long");
      default ->
          new ChannelError(
              "UnableToConnectToProject", "Realtime was unable to connect to the project database");
    };
  }
}
