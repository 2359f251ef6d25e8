package io.stabbur.storage.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.storage.inspect.VirusScanner.Verdict;
import io.stabbur.testing.ScannerPeer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Both protocols, spoken with a peer that reads them strictly.
class VirusScannerTest {
  private static Verdict scan(URI address, byte[] bytes) throws IOException {
    return VirusScanner.at(address).scan(new ByteArrayInputStream(bytes), bytes.length);
  }

  @ParameterizedTest
  @EnumSource
  void harmlessBytesPassAndTheTestVirusIsFound(ScannerPeer.Protocol protocol) throws IOException {
    try (var peer = ScannerPeer.start(protocol)) {
      var zeros = new byte[200_000];
      assertThat(scan(peer.address(), zeros)).isEqualTo(new Verdict.Clean());
      assertThat(peer.seen()).isEqualTo(zeros);
      assertThat(scan(peer.address(), new byte[0])).isEqualTo(new Verdict.Clean());
      var test = ScannerPeer.TEST_VIRUS.getBytes(StandardCharsets.US_ASCII);
      assertThat(scan(peer.address(), test)).isEqualTo(new Verdict.Infected("Eicar-Test"));
    }
  }

  private static Verdict handedBack(String head, String body) throws IOException {
    var answer =
        "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=%d\r\n\r\n%s%x\r\n%s\r\n0\r\n\r\n"
            .formatted(head.length(), head, body.length(), body);
    try (var peer = ScannerPeer.startAnswering(ScannerPeer.Protocol.ICAP, answer)) {
      return scan(peer.address(), "the file".getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Test
  void onlyTheSameFileHandedBackPasses() throws IOException {
    var ok = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
    assertThat(handedBack(ok, "the file")).isEqualTo(new Verdict.Clean());
    for (var other : List.of("the f1le", "the file ", "<html>blocked</html>")) {
      assertThat(handedBack(ok, other)).as(other).isEqualTo(new Verdict.Infected("unnamed"));
    }
    var none =
        "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, null-body=19\r\n\r\nHTTP/1.1 200 OK\r\n\r\n";
    try (var peer = ScannerPeer.startAnswering(ScannerPeer.Protocol.ICAP, none)) {
      assertThat(scan(peer.address(), new byte[10])).isEqualTo(new Verdict.Infected("unnamed"));
    }
  }

  @Test
  void aFileLargerThanTheScannerTakesIsToldApart() throws IOException {
    var answer = "INSTREAM size limit exceeded. ERROR\0";
    try (var peer = ScannerPeer.startAnswering(ScannerPeer.Protocol.CLAMD, answer)) {
      assertThat(scan(peer.address(), new byte[10])).isEqualTo(new Verdict.TooLarge());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aScannerThatGivesNoVerdictIsAnError(ScannerPeer.Protocol protocol) throws IOException {
    try (var peer = ScannerPeer.startBroken(protocol)) {
      assertThatThrownBy(() -> scan(peer.address(), new byte[10])).isInstanceOf(IOException.class);
    }
    var gone = ScannerPeer.nowhere(protocol);
    assertThatThrownBy(() -> scan(gone, new byte[10])).isInstanceOf(IOException.class);
  }
}
