package io.stabbur.platform.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.stabbur.platform.client.PinnedCalls.Answer;
import io.stabbur.platform.client.PinnedCalls.Call;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls to servers that somebody else chose, which may answer anything. In the tables `\r\n`
/// stands for the end of a line.
class PinnedCallsTest {
  private static final int MOST = 32;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final byte[] NOTHING = {};
  private static final byte[] BODY = "body".getBytes(StandardCharsets.UTF_8);
  private static final String BODY_LENGTH = "content-length: " + BODY.length;

  /// A server that answers one call with the same bytes, whatever is asked.
  private static final class Peer implements AutoCloseable {
    private final ServerSocket listener;
    private final FutureTask<String> head;

    Peer(String answer) throws IOException {
      listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      head = new FutureTask<>(() -> serve(answer));
      Thread.ofVirtual().start(head);
    }

    private String serve(String answer) throws IOException {
      try (var socket = listener.accept()) {
        var asked = new ByteArrayOutputStream();
        var in = new BufferedInputStream(socket.getInputStream());
        for (int next = in.read(); next >= 0; next = in.read()) {
          asked.write(next);
          if (asked.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            break;
          }
        }
        if (asked.toString(StandardCharsets.UTF_8).contains(BODY_LENGTH)) {
          in.skipNBytes(BODY.length);
        }
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        return asked.toString(StandardCharsets.UTF_8);
      }
    }

    URI address(String rest) {
      return URI.create("http://127.0.0.1:" + listener.getLocalPort() + rest);
    }

    /// The lines of the request without its body.
    List<String> asked() throws ExecutionException, InterruptedException {
      return head.get().strip().lines().toList();
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }

  private static Call get(URI uri) {
    return new Call("GET", uri, Map.of(), NOTHING);
  }

  private static Answer send(Call call) throws IOException {
    return PinnedCalls.send(call, _ -> true, MOST, PATIENCE, _ -> {});
  }

  private static String plain(String text) {
    return text.replace("\\r\\n", "\r\n").replace("\\t", "\t");
  }

  private static Answer answered(String method, String answer) throws IOException {
    try (var peer = new Peer(plain(answer))) {
      return send(new Call(method, peer.address("/"), Map.of(), NOTHING));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET  | HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello                               | 200 | hello
          GET  | HTTP/1.0 200\\r\\ncontent-length:5\\r\\n\\r\\nhello                                   | 200 | hello
          GET  | HTTP/1.1 500 Internal Server Error\\r\\nCONTENT-LENGTH: 1\\r\\n\\r\\n!                | 500 | !
          GET  | HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhello                               | 200 | he
          GET  | HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\nhello                               | 200 | ''
          GET  | HTTP/1.1 200 OK\\r\\nContent-Length: 5, 5\\r\\n\\r\\nhello                            | 200 | hello
          GET  | HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\nContent-Length: 5\\r\\n\\r\\nhello        | 200 | hello
          GET  | HTTP/1.1 200 OK\\r\\n\\r\\nuntil the end                                              | 200 | until the end
          GET  | HTTP/1.1 200 OK\\r\\n\\r\\n                                                           | 200 | ''
          GET  | HTTP/1.1 204 No Content\\r\\nContent-Length: 5\\r\\n\\r\\nhello                       | 204 | ''
          GET  | HTTP/1.1 304 Not Modified\\r\\nContent-Length: 5\\r\\n\\r\\nhello                     | 304 | ''
          HEAD | HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello                               | 200 | ''
          GET  | HTTP/1.1 100 Continue\\r\\n\\r\\nHTTP/1.1 103\\r\\na: b\\r\\n\\r\\nHTTP/1.1 201\\r\\n\\r\\nx | 201 | x
          GET  | HTTP/1.1 302 Found\\r\\nLocation: http://127.0.0.1:1/\\r\\nContent-Length: 0\\r\\n\\r\\n | 302 | ''
          """)
  void theBodyIsAsLongAsTheAnswerSays(String method, String answer, int status, String body)
      throws IOException {
    var read = answered(method, answer);

    assertThat(read.status()).isEqualTo(status);
    assertThat(new String(read.body(), StandardCharsets.ISO_8859_1)).isEqualTo(body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5\\r\\nhello\\r\\n0\\r\\n\\r\\n                       | hello
          2\\r\\nhe\\r\\n3\\r\\nllo\\r\\n0\\r\\n\\r\\n           | hello
          5;name="a;b"\\r\\nhello\\r\\n0;last\\r\\n\\r\\n       | hello
          05 \\r\\nhello\\r\\n000\\r\\n\\r\\n                   | hello
          a\\r\\n0123456789\\r\\n0\\r\\n\\r\\n                  | 0123456789
          A\\r\\n0123456789\\r\\n0\\r\\n\\r\\n                  | 0123456789
          2\\r\\n\\r\\n\\r\\n0\\r\\nTrailer: x\\r\\n\\r\\n       | \\r\\n
          0\\r\\n\\r\\n                                         | ''
          """)
  void chunksAreJoined(String chunks, String body) throws IOException {
    var read = answered("GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n" + chunks);

    assertThat(new String(read.body(), StandardCharsets.ISO_8859_1)).isEqualTo(plain(body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8000000000000000\\r\\nhello\\r\\n0\\r\\n\\r\\n",
        "ffffffffffffffffff\\r\\nhello\\r\\n0\\r\\n\\r\\n",
        "+5\\r\\nhello\\r\\n0\\r\\n\\r\\n",
        "-5\\r\\nhello\\r\\n0\\r\\n\\r\\n",
        "0x5\\r\\nhello\\r\\n0\\r\\n\\r\\n",
        "g\\r\\nhello\\r\\n0\\r\\n\\r\\n",
        "\\r\\nhello\\r\\n0\\r\\n\\r\\n",
        "5\\r\\nhello, more than was said\\r\\n0\\r\\n\\r\\n",
        "5\\r\\nhello\\r\\n",
        "5\\r\\nhel",
        "5\\r\\nhello\\r\\n0\\r\\n",
      })
  void chunksOfAnotherLengthThanTheySayAreNoAnswer(String chunks) {
    assertThatIOException()
        .isThrownBy(
            () ->
                answered("GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\\r\\n\\r\\n",
        "HTTP/1.1\\r\\n\\r\\n",
        "HTTP/1.1 20 OK\\r\\n\\r\\n",
        "HTTP/1.1 2000 OK\\r\\n\\r\\n",
        "HTTP/1.1 2٠0 OK\\r\\n\\r\\n",
        "HTTP/2 200 OK\\r\\n\\r\\n",
        "ICY 200 OK\\r\\n\\r\\n",
        "SSH-2.0-OpenSSH_9.2\\r\\n",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhell",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 5, 6\\r\\n\\r\\nhello",
        "HTTP/1.1 200 OK\\r\\nContent-Length: +5\\r\\n\\r\\nhello",
        "HTTP/1.1 200 OK\\r\\nContent-Length: -1\\r\\n\\r\\nhello",
        "HTTP/1.1 200 OK\\r\\nContent-Length: five\\r\\n\\r\\nhello",
        "HTTP/1.1 200 OK\\r\\nContent-Length: \\r\\n\\r\\nhello",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 9223372036854775808\\r\\n\\r\\nhello",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 99999999999999999999\\r\\n\\r\\nhello",
      })
  void whatIsNoWholeAnswerIsAnError(String answer) {
    assertThatIOException().isThrownBy(() -> answered("GET", answer));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 33\r\n\r\n",
        "Content-Length: 9223372036854775807\r\n\r\n",
        "\r\n012345678901234567890123456789012",
        "Transfer-Encoding: chunked\r\n\r\n21\r\n",
        "Transfer-Encoding: chunked\r\n\r\n10\r\n0123456789012345\r\n11\r\n",
        "Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n",
      })
  void aLongerAnswerThanItsLimitIsNotRead(String rest) {
    assertThatExceptionOfType(PinnedCalls.TooLarge.class)
        .isThrownBy(() -> answered("GET", "HTTP/1.1 200 OK\r\n" + rest));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 32\r\n\r\n",
        "\r\n",
        "Transfer-Encoding: chunked\r\n\r\n20\r\n",
      })
  void anAnswerAsLongAsItsLimitIsRead(String rest) throws IOException {
    var body = "01234567890123456789012345678901";

    var read =
        answered(
            "GET",
            "HTTP/1.1 200 OK\r\n" + rest + body + (rest.contains("20") ? "\r\n0\r\n\r\n" : ""));

    assertThat(new String(read.body(), StandardCharsets.ISO_8859_1)).isEqualTo(body);
  }

  @Test
  void memoryIsAskedForBeforeABodyGrows() throws IOException {
    var asked = new ArrayList<Integer>();
    try (var peer = new Peer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) {
      var _ = PinnedCalls.send(get(peer.address("/")), _ -> true, MOST, PATIENCE, asked::add);
    }
    assertThat(asked).containsExactly(MOST);

    try (var peer = new Peer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) {
      var call = get(peer.address("/"));
      assertThatIOException()
          .isThrownBy(
              () ->
                  PinnedCalls.send(
                      call,
                      _ -> true,
                      MOST,
                      PATIENCE,
                      _ -> {
                        throw new IOException("no memory is left");
                      }))
          .withMessage("no memory is left");
    }
  }

  @Test
  void headersOfOneNameAreJoinedAndTheirNamesAreLowerCase() throws IOException {
    var headers =
        answered(
                "GET",
                """
                HTTP/1.1 200 OK
                X-One: a
                x-one:  b
                no colon
                : no name
                Empty:
                Content-Length: 0

                """
                    .replace("\n", "\r\n"))
            .headers();

    assertThat(headers)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("x-one", "a, b", "empty", "", "content-length", "0"));
  }

  @Test
  void headersWithoutEndAreNotRead() {
    var many = "a: 0123456789012345678901234567890123456789\r\n".repeat(2_000);
    assertThatIOException()
        .isThrownBy(() -> answered("GET", "HTTP/1.1 200 OK\r\n" + many + "\r\n"))
        .withMessage("the headers of the answer are too long");
    assertThatIOException()
        .isThrownBy(() -> answered("GET", "HTTP/1.1 200 " + "O".repeat(20_000)))
        .withMessage("a line of the answer is too long");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''            | GET / HTTP/1.1
          /             | GET / HTTP/1.1
          ?a=b          | GET /?a=b HTTP/1.1
          /a%20b/?c=%26 | GET /a%20b/?c=%26 HTTP/1.1
          /a#fragment   | GET /a HTTP/1.1
          """)
  void aTargetIsSentAsItIsWritten(String rest, String line) throws Exception {
    try (var peer = new Peer("HTTP/1.1 204\r\n\r\n")) {
      var _ = send(get(peer.address(rest)));

      assertThat(peer.asked().getFirst()).isEqualTo(line);
    }
  }

  @Test
  void headersOfTheConnectionAreOurs() throws Exception {
    var given = new HashMap<String, String>();
    for (var name :
        List.of("Host", "Connection", "Transfer-Encoding", "Content-Length", "TE", "Expect")) {
      given.put(name, "given");
    }
    given.put("X-Own", "å");
    try (var peer = new Peer("HTTP/1.1 204\r\n\r\n")) {
      var _ = send(new Call("POST", peer.address("/"), given, BODY));

      assertThat(peer.asked().subList(1, peer.asked().size()))
          .containsExactlyInAnyOrder(
              "x-own: å",
              "host: " + peer.address("/").getAuthority(),
              "connection: close",
              "accept-encoding: identity",
              "accept: */*",
              BODY_LENGTH);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET                      | a b | c
          GET                      | ''  | c
          GET                      | a:  | c
          GET                      | å   | c
          GET                      | a   | c\\r\\nd: e
          GET                      | a   | c\\td
          GET /other HTTP/1.1\\r\\n | a  | c
          GET /other               | a   | c
          ''                       | a   | c
          """)
  void nothingIsSentThatWouldBeAnotherRequest(String method, String name, String value)
      throws IOException {
    try (var peer = new Peer("HTTP/1.1 204\r\n\r\n")) {
      var headers = Map.of(name, plain(value));
      var call = new Call(plain(method), peer.address("/"), headers, NOTHING);

      assertThatIOException().isThrownBy(() -> send(call)).withMessageContaining("not one of HTTP");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://127.0.0.1/", "file:///etc/passwd", "http:///a", "http://a_b/", "/a"})
  void onlyServersOfHttpAreCalled(String address) {
    assertThatIOException()
        .isThrownBy(() -> send(get(URI.create(address))))
        .withMessage("the address is not of an HTTP server");
  }

  @Test
  void anAddressIsAskedAboutBeforeItIsConnectedTo() throws IOException {
    try (var peer = new Peer("HTTP/1.1 204\r\n\r\n")) {
      var seen = new ArrayList<InetSocketAddress>();
      Predicate<InetSocketAddress> none = target -> !seen.add(target);
      var call = get(peer.address("/"));

      assertThatExceptionOfType(PinnedCalls.Denied.class)
          .isThrownBy(() -> PinnedCalls.send(call, none, MOST, PATIENCE, _ -> {}));

      assertThat(seen)
          .containsExactly(
              new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), call.uri().getPort()));
    }
  }

  @Test
  void aServerThatDoesNotAnswerInTimeIsLeft() throws IOException {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var call = get(URI.create("http://127.0.0.1:" + silent.getLocalPort()));

      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(
              () -> PinnedCalls.send(call, _ -> true, MOST, Duration.ofMillis(200), _ -> {}));
    }
  }
}
