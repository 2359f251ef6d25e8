package io.stabbur.functions.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.ApiException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies of deployments as they stand on the wire.
class MultipartFormTest {
  private static final String TYPE = "multipart/form-data; boundary=b";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void partsKeepTheirBytesAndTheirPaths() {
    var body =
        """
        --b\r
        Content-Disposition: form-data; name="metadata"\r
        \r
        {}\r
        --b\r
        Content-Disposition: form-data; name="file"; filename="../a/b.ts"\r
        Content-Type: text/plain\r
        \r
        \r
        --not\0\u00ff\r
        --b--\r
        """;

    var parts = MultipartForm.parse(TYPE, bytes(body));

    assertThat(parts).hasSize(2);
    assertThat(parts.getFirst().name()).isEqualTo("metadata");
    assertThat(parts.getFirst().file()).isNull();
    assertThat(parts.get(1).file()).isEqualTo("../a/b.ts");
    assertThat(parts.get(1).bytes()).isEqualTo(bytes("\r\n--not\u0000\u00ff"));
  }

  @Test
  void aPreambleAndAnEmptyPartAreFine() {
    var body = "hello\r\n--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\r\n--b--";

    assertThat(MultipartForm.parse("Multipart/Form-Data; boundary=\"b\"", bytes(body)))
        .singleElement()
        .satisfies(part -> assertThat(part.bytes()).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--b",
        "--b\r\n",
        "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nno end",
        "--b\r\nContent-Type: text/plain\r\n\r\nno name\r\n--b--",
        "--b\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--b--",
        "--other\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--other--"
      })
  void brokenBodiesAreRefused(String body) {
    assertThatThrownBy(() -> MultipartForm.parse(TYPE, bytes(body)))
        .isInstanceOf(ApiException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "application/json", "multipart/form-data", "multipart/mixed; boundary=b"})
  void otherTypesAreRefused(String type) {
    assertThatThrownBy(() -> MultipartForm.parse(type, bytes("--b--")))
        .isInstanceOf(ApiException.class);
  }
}
