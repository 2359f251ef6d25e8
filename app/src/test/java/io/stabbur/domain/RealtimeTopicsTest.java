package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Batch;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Private topics of organisations and people: the policies on `realtime.messages` of the shipped
/// schema, asked as the callers.
class RealtimeTopicsTest {
  private final World world = new World(TestServer.shared());

  @Test
  void topicsBelongToAnOrganizationOrAPerson() {
    var north = world.organization("admin");
    var mentor = world.member(north, "mentor", "peer_mentor");
    world.member(north, "coordinator", "coordinator");
    var south = world.organization("stranger");

    for (var member : List.of("admin", "mentor", "coordinator")) {
      assertThat(reads(member, "org:" + north + ":board")).as(member).isTrue();
      assertThat(writes(member, "org:" + north + ":board")).as(member).isTrue();
      assertThat(reads(member, "org:" + south + ":board")).as(member).isFalse();
      assertThat(writes(member, "org:" + south + ":board")).as(member).isFalse();
    }
    assertThat(reads("mentor", "user:" + mentor + ":inbox")).isTrue();
    assertThat(writes("mentor", "user:" + mentor)).isTrue();
    assertThat(reads("coordinator", "user:" + mentor + ":inbox")).isFalse();
    assertThat(writes("coordinator", "user:" + mentor + ":inbox")).isTrue();
    assertThat(writes("stranger", "user:" + mentor + ":inbox")).isFalse();
    assertThat(reads("stranger", "user:" + mentor + ":inbox")).isFalse();
    for (var odd :
        List.of(
            "org:" + north + "x",
            "org:",
            "org",
            "org:not-an-id:board",
            "team:" + north,
            "",
            "org:" + north.toUpperCase(Locale.ROOT),
            " org:" + north)) {
      assertThat(reads("admin", odd)).as(odd).isFalse();
      assertThat(writes("admin", odd)).as(odd).isFalse();
    }
  }

  private boolean reads(String person, String topic) {
    var caller = caller(person);
    return world
        .server
        .project()
        .api()
        .exchange(
            caller.actor().with("realtime.topic", topic),
            Access.READ,
            Statement.of("select private.may_read_topic()"),
            rows -> rows.next() && rows.getBoolean(1));
  }

  /// Inserts a message as the caller and takes it back.
  private boolean writes(String person, String topic) {
    var insert =
        Statement.of(
            "insert into realtime.messages (id, topic, extension, event, private, payload)"
                + " values (?::uuid, ?, 'broadcast', 'e', true, '{}')",
            UUID.randomUUID().toString(),
            topic);
    try {
      return world
          .server
          .project()
          .api()
          .exchange(
              caller(person).actor().with("realtime.topic", topic),
              Access.WRITE,
              new Batch(List.of(insert), null, Batch.Ending.ROLLBACK),
              _ -> true);
    } catch (ApiException e) {
      return false;
    }
  }

  private Caller caller(String person) {
    var payload =
        new String(
            Base64.getUrlDecoder().decode(world.as(person).token().split("\\.", -1)[1]),
            StandardCharsets.UTF_8);
    return new Caller(
        world.server.project(), "authenticated", Claims.of(Json.parse(payload)), true);
  }
}
