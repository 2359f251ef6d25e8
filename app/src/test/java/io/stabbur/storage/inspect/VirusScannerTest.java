package io.stabbur.storage.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.storage.inspect.VirusScanner.Verdict;
import io.stabbur.testing.ScannerPeer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
