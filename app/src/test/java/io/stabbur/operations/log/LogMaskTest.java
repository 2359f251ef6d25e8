package io.stabbur.operations.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Secrets are taken out of lines of the log in each form that they have there.
class LogMaskTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          postgres://owner:hunter2@db.example/x | postgres://owner:***@db.example/x
          postgres://u:p@ss@host/x              | postgres://u:***@host/x
          postgres://u:p/s?s@host               | postgres://u:***@host
          jdbc of u:p@ss@host failed            | jdbc of u:***@host failed
          redis://:hunter2@cache:6379           | redis://:***@cache:6379
          url=http://user:hunter2@host          | url=http://user:***@host
          {"password":"x","name":"y"}           | {"password":***,"name":"y"}
          {"password": "x \\" y", "name": 1}    | {"password": ***, "name": 1}
          {\\"password\\":\\"hunter2\\"}        | {\\"password\\":***
          {"apikey" : "x"}                      | {"apikey" : ***}
          password: x                           | password: ***
          password='x y' and more               | password=*** and more
          PGPASSWORD=x PGUSER=y                 | PGPASSWORD=*** PGUSER=y
          new_password = x                      | new_password = ***
          token_hash=abc&type=email             | token_hash=***&type=email
          Key (token_hash)=(abc) already exists | Key (token_hash)=***) already exists
          accessToken=abc, refresh_token: def   | accessToken=***, refresh_token: ***
          service_role_key: abc                 | service_role_key: ***
          x-api-key: abc                        | x-api-key: ***
          client_secret=abc;x=1                 | client_secret=***;x=1
          Authorization: Bearer abcdefghijkl    | Authorization: ***
          sent Bearer abcdefghijkl on           | sent Bearer *** on
          Set-Cookie: a=b; c=d                  | Set-Cookie:***
          X-Amz-Signature=abc                   | X-Amz-Signature=***
          sb_secret_abc and sbp_abc             | *** and ***
          eyJhbGciOiJIUzI1.eyJzdWIiOiIx.c2ln    | ***
          mail to kari@people.example           | mail to ***@people.example
          {"password":"cut off                  | {"password":***
          """)
  void isTakenOut(String line, String shown) {
    assertThat(LogMask.of(line)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET http://localhost:5432/x took 12:30 min",
        "io.stabbur.X: a token is wrong\n\tat io.stabbur.X.run(X.java:12)",
        "backup of 2026-12-01T04:30:00Z ended, 5 keys, token_type bearer",
        "expires_at=1, name: y",
      })
  void whatIsNoSecretStays(String line) {
    assertThat(LogMask.of(line)).isEqualTo(line);
  }

  @Test
  void longLinesEnd() {
    for (var part : List.of(":", "a:", "\\\"", "password:\"", "a@", "://", "eyJ", "x")) {
      assertThat(RecentLines.shown(part.repeat(32_000 / part.length()))).as(part).isNotEmpty();
    }
  }

  @Test
  void aLineIsMaskedBeforeItIsCut() {
    var password = "hunter2" + "x".repeat(3_000);
    var line = "y".repeat(1_900) + " postgres://u:" + password.substring(0, 400) + "@host";
    assertThat(RecentLines.shown(line)).contains("postgres://u:***@host");
    assertThat(RecentLines.shown("y".repeat(1_980) + " password=" + password))
        .endsWith("y password=***");
    assertThat(RecentLines.shown("y ".repeat(5_000))).hasSize(2_002).endsWith(" …");
  }

  @Test
  void numbersGoOnWhenTheServerIsStartedAnew() {
    var start = Instant.parse("2026-12-01T04:30:00Z");
    long last = RecentLines.number(0, start);
    assertThat(RecentLines.number(last, start)).isEqualTo(last + 1);
    assertThat(RecentLines.number(last, start.minusSeconds(1))).isEqualTo(last + 1);
    assertThat(RecentLines.number(0, start.plus(Duration.ofMillis(1)))).isGreaterThan(last);
  }
}
