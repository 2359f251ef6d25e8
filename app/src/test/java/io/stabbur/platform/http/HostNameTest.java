package io.stabbur.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostNameTest {
  @ParameterizedTest
  @CsvSource({
    "a.example.org, a.example.org",
    "A.Example.ORG, a.example.org",
    "a.example.org:443, a.example.org",
    "a.example.org., a.example.org",
    "a.example.org.:443, a.example.org",
    "127.0.0.1:54321, 127.0.0.1",
    "[::1], [::1]",
    "[::1]:54321, [::1]",
    "., .",
    "'', ''"
  })
  void aNameIsReadWithoutWhatHostsOfSettingsDoNotHave(String header, String name) {
    assertThat(HostName.of(header)).isEqualTo(name);
  }

  @Test
  void aRequestWithSeveralHostsIsBroken() throws IOException {
    var server = TestServer.shared();
    var port = URI.create(server.url()).getPort();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      var head =
          "GET /auth/v1/settings HTTP/1.1\r\nHost: a.example.org\r\nHost: b.example.org\r\napikey: %s\r\nConnection: close\r\n\r\n"
              .formatted(server.project().keys().anonKey().reveal());
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400 ");
    }
  }
}
