package io.stabbur.management.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// First messages of clients of Postgres, as anybody may send them. In the tables `0` stands for
/// the byte that ends a text.
class StartupTest {
  private static final int VERSION_3 = 196608;
  private static final int CANCEL = 80877102;

  private static byte[] message(int length, int code, String body) {
    var bytes = body.replace('0', '\0').getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + bytes.length).putInt(length).putInt(code).put(bytes).array();
  }

  private static Startup read(byte[] message) throws IOException {
    return Startup.read(new DataInputStream(new ByteArrayInputStream(message)));
  }

  private static Startup login(String body) throws IOException {
    int length = 8 + body.getBytes(StandardCharsets.UTF_8).length;
    return read(message(length, VERSION_3, body));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          user0kari00                          | {user=kari}
          user0kari0database0app00             | {user=kari, database=app}
          user0kåri 😀0options0-c a=b00        | {user=kåri 😀, options=-c a=b}
          user00database0app00                 | {user=, database=app}
          user0a0user0b00                      | {user=b}
          0                                    | {}
          """)
  void parametersArePairsOfTexts(String body, String parameters) throws IOException {
    var startup = login(body);

    assertThat(startup.isLogin()).isTrue();
    assertThat(startup.code()).isEqualTo(VERSION_3);
    assertThat(startup.parameters()).hasToString(parameters);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "user",
        "user0",
        "user0kari",
        "user0kari0",
        "user0kari0database",
        "user0kari0database0",
        "user0kari0database00app00",
        "user0kari000",
        "00"
      })
  void parametersWithoutTheirEndOrWithSomethingBehindItAreNone(String body) {
    assertThatIOException().isThrownBy(() -> login(body));
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 4, 7, 10_001, Integer.MAX_VALUE})
  void aLengthThatNoMessageHasIsRefused(int length) {
    assertThatIOException()
        .isThrownBy(() -> read(message(length, VERSION_3, "user0kari00")))
        .withMessage("no message of Postgres' protocol");
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 21, 10_000})
  void aMessageThatIsCutShortIsRefused(int length) {
    assertThatIOException().isThrownBy(() -> read(message(length, VERSION_3, "user0kari00")));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 7})
  void aConnectionThatEndsBeforeItsMessageIsRefused(int length) {
    var cut = Arrays.copyOf(message(19, VERSION_3, "user0kari00"), length);

    assertThatIOException().isThrownBy(() -> read(cut));
  }

  @Test
  void aLongMessageIsReadWhole() throws IOException {
    var name = "n".repeat(10_000 - 8 - "user00".length() - 1);

    assertThat(login("user0" + name + "00").user()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(ints = {Startup.TLS, Startup.GSS, CANCEL})
  void whatIsAskedForInPlaceOfALoginHasNoParameters(int code) throws IOException {
    var startup = read(message(16, code, "user0kari00"));

    assertThat(startup.isLogin()).isFalse();
    assertThat(startup.parameters()).isEmpty();
    assertThat(startup.user()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          user0kari0database0other0application_name0psql00 | {user=postgres, database=app, application_name=psql}
          application_name0psql00                          | {application_name=psql, user=postgres, database=app}
          0                                                | {user=postgres, database=app}
          """)
  void theSameLoginOfAnotherUserIsReadAgain(String body, String parameters) throws IOException {
    var again = read(login(body).as("postgres", "app").bytes());

    assertThat(again.code()).isEqualTo(VERSION_3);
    assertThat(again.parameters()).hasToString(parameters);
  }

  @Test
  void whatIsWrittenIsAMessage() {
    assertThat(new Startup(VERSION_3, Map.of("user", "kåri")).bytes())
        .isEqualTo(message(20, VERSION_3, "user0kåri00"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "The password is wrong", "Passordet er galt: blåbær 😀"})
  void aRefusalIsAnErrorOfThePostgresProtocol(String sentence) {
    var refusal = ByteBuffer.wrap(Startup.refusal("28P01", sentence));

    assertThat((char) refusal.get()).isEqualTo('E');
    assertThat(refusal.getInt()).isEqualTo(refusal.capacity() - 1);
    assertThat(StandardCharsets.UTF_8.decode(refusal).toString())
        .isEqualTo("SFATAL\0VFATAL\0C28P01\0M" + sentence + "\0\0");
  }
}
