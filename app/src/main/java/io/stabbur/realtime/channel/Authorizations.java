package io.stabbur.realtime.channel;

import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Batch;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.room.TopicName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the policies on `realtime.messages` what a caller may do on a private topic: may he see a
/// message of it, may he insert one? Each question is one exchange as the caller, and is always
/// rolled back. Blocks.
final class Authorizations {
  private static final String DENIED = "42501";
  private static final String UNKNOWN_FUNCTION = "42883";
  private static final Logger LOG = LoggerFactory.getLogger(Authorizations.class);

  private Authorizations() {}

  /// What the caller may read. A policy that fails allows nothing.
  ///
  /// @throws ApiException where the database does not answer, or the token no longer holds
  static Rights read(Caller caller, TopicName topic) {
    var broadcast = UUID.randomUUID();
    var presence = UUID.randomUUID();
    var actor =
        placing(
            actor(caller, topic),
            Statement.of(
                "stabbur.place_realtime_probes(?,?::uuid,?::uuid)",
                topic.name(),
                broadcast,
                presence));
    var probes =
        Statement.of(
            "select extension from realtime.messages where id in (?::uuid,?::uuid)",
            broadcast,
            presence);
    try {
      var seen =
          caller
              .project()
              .api()
              .exchange(
                  actor,
                  Access.WRITE,
                  undone(probes),
                  results ->
                      results.read(
                          rows -> {
                            var extensions = new HashSet<String>();
                            while (rows.next()) {
                              extensions.add(rows.getString(1));
                            }
                            return extensions;
                          }));
      return new Rights(
          seen.contains(Extension.BROADCAST.sql()), seen.contains(Extension.PRESENCE.sql()));
    } catch (ApiException e) {
      return denied(e, "read", Rights.NONE);
    }
  }

  /// Whether the caller may write messages of the extension.
  static boolean write(Caller caller, TopicName topic, Extension extension) {
    var insert =
        Statement.of(
            "insert into realtime.messages (topic, extension, private) values (?,?,true)",
            topic.name(),
            extension.sql());
    try {
      return caller
          .project()
          .api()
          .exchange(actor(caller, topic), Access.WRITE, undone(insert), _ -> true);
    } catch (ApiException e) {
      return denied(e, "write", false);
    }
  }

  private static <T> T denied(ApiException e, String what, T nothing) {
    if (!(e.error() instanceof Failure.Database failure)) {
      throw e;
    }
    if (!failure.sqlState().equals(DENIED)) {
      LOG.warn(
          "Policies on realtime.messages failed, which counts as denied: asked for {}, SQLSTATE"
              + " {}{}",
          what,
          failure.sqlState(),
          failure.sqlState().equals(UNKNOWN_FUNCTION)
              ? "; the database was not prepared by Stabbur (prepare: true)"
              : "");
    }
    return nothing;
  }

  private static Batch undone(Statement statement) {
    return new Batch(List.of(statement), null, Batch.Ending.ROLLBACK);
  }

  private static Actor actor(Caller caller, TopicName topic) {
    return caller
        .actor()
        .with("request.jwt.claim.sub", caller.claims().text("sub").orElse(""))
        .with("request.jwt.claim.role", caller.role())
        .with("realtime.topic", topic.name());
  }

  /// The actor, whose transactions begin with two messages that nobody else ever sees. They are
  /// placed with a right that only the login role has, after the check of the token.
  private static Actor placing(Actor actor, Statement placing) {
    var check = actor.check();
    if (check == null) {
      return actor.checkedBy(placing);
    }
    var values = new ArrayList<@Nullable Object>(check.values());
    values.addAll(placing.values());
    return actor.checkedBy(new Statement(check.sql() + "," + placing.sql(), values));
  }
}
