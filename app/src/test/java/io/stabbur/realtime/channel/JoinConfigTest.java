package io.stabbur.realtime.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.realtime.channel.JoinConfig.Replay;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client asks for when it joins.
class JoinConfigTest {
  /// Older clients send less, and others send anything.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "5",
        "{\"config\":null}",
        "{\"config\":[]}",
        "{\"config\":{\"broadcast\":true,\"presence\":[],\"postgres_changes\":{},\"private\":1}}",
        "{\"config\":{\"private\":\"yes\",\"broadcast\":{\"ack\":\"TRUE\",\"self\":1}}}"
      })
  void whatCannotBeUnderstoodIsAsIfItWereAbsent(String payload) {
    var config = of(payload);
    assertThat(config.isPrivate()).isFalse();
    assertThat(config.acknowledges()).isFalse();
    assertThat(config.sendsSelf()).isFalse();
    assertThat(config.asksForReplication()).isFalse();
    assertThat(config.presence()).isTrue();
    assertThat(config.presenceKey()).hasSize(36);
    assertThat(config.replay()).isNull();
    assertThat(config.changes()).isEmpty();
    assertThat(config.waits()).isNull();
    assertThat(config.token()).isNull();
  }

  @Test
  void everythingIsRead() {
    var config =
        of(
            """
            {"access_token": "t", "config": {
              "private": true,
              "broadcast": {"ack": "true", "self": true, "replication_ready": true,
                "replay": {"since": 1700000000000, "limit": 10}},
              "presence": {"enabled": false, "key": "kari"},
              "postgres_changes": [{"event": "*"}, 5, {"event": "INSERT"}],
              "postgres_changes_options": {"wait": true, "timeout": 3000}}}\
            """);
    assertThat(config.isPrivate()).isTrue();
    assertThat(config.acknowledges()).isTrue();
    assertThat(config.sendsSelf()).isTrue();
    assertThat(config.asksForReplication()).isTrue();
    assertThat(config.presence()).isFalse();
    assertThat(config.presenceKey()).isEqualTo("kari");
    assertThat(config.replay()).isEqualTo(new Replay(1_700_000_000_000L, 10));
    assertThat(config.changes()).hasSize(2);
    assertThat(config.waits()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.token()).isEqualTo("t");
    assertThat(config.settled().changes()).isEmpty();
    assertThat(config.settled().token()).isEqualTo("t");
  }

  @ParameterizedTest
  @CsvSource({"'', 36", "5, 1", "true, 4", "null, 36", "[], 36"})
  void aKeyIsAnyValueThatIsNotEmpty(String key, int length) {
    var text = key.isEmpty() ? "\"\"" : key;
    assertThat(of("{\"config\":{\"presence\":{\"key\":" + text + "}}}").presenceKey())
        .hasSize(length);
  }

  @ParameterizedTest
  @CsvSource({"1000, 25", "25, 25", "1, 1", "0, 0", "-3, 0", "\"5\", 25", "null, 25"})
  void fewMessagesAreSentAgain(String limit, int most) {
    var payload = "{\"config\":{\"broadcast\":{\"replay\":{\"since\":1,\"limit\":" + limit + "}}}}";
    assertThat(of(payload).replay()).isEqualTo(new Replay(1L, most));
  }

  @Test
  void aReplayWithoutATimeIsKnownAsOne() {
    assertThat(of("{\"config\":{\"broadcast\":{\"replay\":{\"since\":\"now\"}}}}").replay())
        .isEqualTo(new Replay(null, 25));
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"wait\":true}', 15000",
    "'{\"wait\":true,\"timeout\":\"1\"}', 15000",
    "'{\"wait\":true,\"timeout\":0}', 0",
    "'{\"wait\":true,\"timeout\":-5}', 0",
    "'{\"wait\":\"true\",\"timeout\":20001}', 20000",
    "'{\"wait\":true,\"timeout\":9223372036854775807}', 20000"
  })
  void aJoinWaitsForALimitedTime(String options, long millis) {
    assertThat(of("{\"config\":{\"postgres_changes_options\":" + options + "}}").waits())
        .isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void theFirstTokenThatIsATextCounts() {
    assertThat(of("{\"access_token\":5,\"user_token\":\"u\"}").token()).isEqualTo("u");
    assertThat(of("{\"access_token\":\"a\",\"user_token\":\"u\"}").token()).isEqualTo("a");
  }

  private static JoinConfig of(String payload) {
    return JoinConfig.of(Json.parse(payload));
  }
}
