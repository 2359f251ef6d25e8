package io.stabbur.platform.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which headers of another server's message are passed on.
class PassedHeadersTest {
  private static final String SANDBOX = "Content-Security-Policy";

  private static HttpHeaders headers(String... pairs) {
    var headers = new DefaultHttpHeaders();
    for (int i = 0; i < pairs.length; i += 2) {
      headers.add(pairs[i], pairs[i + 1]);
    }
    return headers;
  }

  private static String names(HttpHeaders headers) {
    return headers.names().stream().sorted().collect(Collectors.joining(","));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "transfer-encoding"
      })
  void whatSpeaksOfOneConnectionIsNotPassedOn(String name) {
    var headers = headers(name, "x", "X-A", "1");

    HopHeaders.remove(headers);

    assertThat(names(headers)).isEqualTo("X-A");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "close | Content-Length,X-A,X-B",
        "keep-alive, X-A | Content-Length,X-B",
        "x-a,x-b | Content-Length",
        "X-A , , X-B | Content-Length",
        ",, | Content-Length,X-A,X-B",
        "content-length, x-a | Content-Length,X-B",
        "Content-Length | Content-Length,X-A,X-B"
      })
  void whatAConnectionNamesIsItsOwnTooButForTheLength(String connection, String left) {
    var headers = headers("Connection", connection, "X-A", "1", "X-B", "2", "Content-Length", "5");

    HopHeaders.remove(headers);

    assertThat(names(headers)).isEqualTo(left);
  }

  @Test
  void severalHeadersOfConnectionsCount() {
    var headers = headers("Connection", "X-A", "connection", "X-B", "X-A", "1", "X-B", "2");

    HopHeaders.remove(headers);

    assertThat(headers.isEmpty()).isTrue();
  }

  @Test
  void cookiesOfTheApplianceAreNotSetByOthers() {
    var headers =
        headers(
            "Content-Type", "application/json",
            "Set-Cookie", "a=1",
            "set-cookie", "stabbur_session=x; Path=/",
            "Set-Cookie", "b=2; HttpOnly");

    ResponseHead.keepApart(headers);

    assertThat(headers.getAll("Set-Cookie")).containsExactly("a=1", "b=2; HttpOnly");
    assertThat(headers.contains(SANDBOX)).isFalse();
  }

  @Test
  void aPageIsOneOfNowhereBesideItsOwnPolicy() {
    var headers = headers("Content-Type", "text/html", SANDBOX, "default-src 'self'");

    ResponseHead.keepApart(headers);

    assertThat(headers.getAll(SANDBOX)).hasSize(2).contains("default-src 'self'");
    assertThat(headers.getAll(SANDBOX))
        .anyMatch(policy -> policy.startsWith("sandbox ") && !policy.contains("same-origin"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "html", "*/*", "text/xsl", "application/json, text/html"})
  void soIsWhatABrowserMayTakeForAPage(String type) {
    var headers = headers("Content-Type", type);

    ResponseHead.keepApart(headers);

    assertThat(headers.contains(SANDBOX)).isTrue();
  }

  @Test
  void soIsContentOfASecondTypeOrOfNone() {
    var second = headers("Content-Type", "application/json", "Content-Type", "text/html");
    var none = headers("X-A", "1");

    ResponseHead.keepApart(second);
    ResponseHead.keepApart(none);

    assertThat(second.contains(SANDBOX)).isTrue();
    assertThat(none.contains(SANDBOX)).isTrue();
  }
}
