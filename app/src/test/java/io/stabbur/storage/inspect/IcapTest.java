package io.stabbur.storage.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.stabbur.storage.inspect.VirusScanner.Verdict;
import io.stabbur.testing.ScannerPeer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of scanners behind ICAP to a file that says `the file`. In the tables `/` ends a line.
class IcapTest {
  private static final String HANDED_BACK =
      "ICAP/1.0 200 OK/Encapsulated: res-hdr=0, res-body=19//";
  private static final String HEAD = "HTTP/1.1 200 OK//";

  private static Verdict scan(String answer) throws IOException {
    var lines =
        answer
            .replace("ICAP/1", "ICAP1")
            .replace("HTTP/1", "HTTP1")
            .replace("/", "\r\n")
            .replace("ICAP1", "ICAP/1")
            .replace("HTTP1", "HTTP/1");
    try (var peer = ScannerPeer.startAnswering(ScannerPeer.Protocol.ICAP, lines)) {
      var file = "the file".getBytes(StandardCharsets.US_ASCII);
      return VirusScanner.at(peer.address()).scan(new ByteArrayInputStream(file), file.length);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ICAP/1.0 204 No Content//",
        "ICAP/1.0 204//",
        "ICAP/1.0 204 Unmodified/Encapsulated: null-body=0/ISTag: \"a:b\"//",
        "ICAP/1.0 204 No Content/X-Infection-Found: 0//",
        "ICAP/1.0 204 No Content/X-Violations-Found: 0/X-Virus-ID:  0 //"
      })
  void aFileIsLetPass(String answer) throws IOException {
    assertThat(scan(answer)).isEqualTo(new Verdict.Clean());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          X-Infection-Found: Type=0; Resolution=2; Threat=Eicar-Test;        | Eicar-Test
          x-infection-found: Threat=Win.Test: 1                              | Win.Test: 1
          X-INFECTION-FOUND:Threat=a;Threat=b;                               | b
          X-Infection-Found: Type=0; Threat=;                                | Type=0; Threat=;
          X-Infection-Found: yes                                             | yes
          X-Virus-ID: Eicar-Test                                             | Eicar-Test
          X-Virus-ID: 00                                                     | 00
          X-Virus-ID: Eicar-Test/X-Infection-Found: Threat=Other;            | Other
          """)
  void whatWasFoundIsNamed(String header, String name) throws IOException {
    for (var status : new String[] {"200 OK", "204 No Content", "403 Forbidden"}) {
      assertThat(scan("ICAP/1.0 " + status + '/' + header + "//"))
          .as(status)
          .isEqualTo(new Verdict.Infected(name));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          X-Violations-Found: 1/\\t-/\\tEicar-Test/\\t0/\\t2                 | 1 - Eicar-Test 0 2
          X-Infection-Found: Type=0;/ Threat=Eicar-Test;                     | Eicar-Test
          ISTag: a:b/ c d/X-Virus-ID: Eicar-Test                             | Eicar-Test
          X-Virus-ID:/ Eicar-Test                                            | Eicar-Test
          """)
  void aHeaderOfSeveralLinesIsOne(String header, String name) throws IOException {
    assertThat(scan("ICAP/1.0 200 OK/" + header.replace("\\t", "\t") + "//"))
        .isEqualTo(new Verdict.Infected(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8/the file/0//",
        "3/the/5/ file/0//",
        "08 ;note=x/the file/00//",
        "8/the file/0/",
        "1/t/1/h/1/e/1/ /1/f/1/i/1/l/1/e/0//"
      })
  void theSameFileHandedBackPasses(String chunks) throws IOException {
    assertThat(scan(HANDED_BACK + HEAD + chunks)).isEqualTo(new Verdict.Clean());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0//", "7/the fil/0//", "9/the file /0//", "8/THE FILE/0//"})
  void anotherFileHandedBackIsARefusal(String chunks) throws IOException {
    assertThat(scan(HANDED_BACK + HEAD + chunks)).isEqualTo(new Verdict.Infected("unnamed"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "8",
        "8/the f",
        "8/the file",
        "8/the file/",
        "-8/the file/0//",
        "+8/the file/0//",
        "8/the file/-1//",
        "x/the file/0//",
        "8/the file, and more/0//",
        "7fffffffffffffff/the file",
        "fffffffffffffffff/the file/0//"
      })
  void chunksOfAnotherLengthThanTheySayAreNoVerdict(String chunks) {
    assertThatIOException().isThrownBy(() -> scan(HANDED_BACK + HEAD + chunks));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ICAP/1.0 204",
        "ICAP/1.0 204 No Content/",
        "ICAP/1.0 204 No Content/no colon//",
        "ICAP/1.0 204 No Content/: no name//",
        "ICAP/1.0 204 No Content/ goes on before it began//",
        "ICAP/1.0 2040 No Content//",
        "ICAP/1.0 2000 OK//",
        "ICAP/1.0 100 Continue//",
        "ICAP/1.0 404 Service not found//",
        "ICAP/1.0 500 Server Error//",
        "HTTP/1.1 204 No Content//",
        "HTTP/1.1 200 OK//"
      })
  void whatIsNoAnswerIsNoVerdict(String answer) {
    assertThatIOException().isThrownBy(() -> scan(answer));
  }

  @ParameterizedTest
  @ValueSource(ints = {8_200, 100_000})
  void aLineWithoutEndIsNotRead(int length) {
    assertThatIOException()
        .isThrownBy(() -> scan("ICAP/1.0 204 No Content/A: " + "a".repeat(length) + "//"));
    assertThatIOException()
        .isThrownBy(() -> scan("ICAP/1.0 204 No Content/A: " + "a/ ".repeat(length) + "b//"));
    assertThatIOException()
        .isThrownBy(() -> scan("ICAP/1.0 204 No Content/" + "A: b/".repeat(length) + '/'));
  }
}
