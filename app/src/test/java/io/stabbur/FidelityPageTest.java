package io.stabbur;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The tests that pages of `app/docs` name as what shows their promises are there.
class FidelityPageTest {
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+Test)#(\\w+)`");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fidelity.md",
        "reliability.md",
        "realtime-cases.md",
        "functions-cases.md",
        "deployment-tests.md"
      })
  void everyTestThatIsNamedIsThere(String page) throws IOException {
    var app = TestServer.repository().resolve("app");
    var classes = new HashMap<String, String>();
    try (var files = Files.walk(app.resolve("src/test"))) {
      for (var file : (Iterable<Path>) files.filter(FidelityPageTest::isTest)::iterator) {
        var name = file.getFileName().toString();
        classes.merge(name.substring(0, name.indexOf('.')), Files.readString(file), String::concat);
      }
    }
    var missing = new ArrayList<String>();
    int named = 0;
    var matcher = NAMED.matcher(Files.readString(app.resolve("docs").resolve(page)));
    while (matcher.find()) {
      named++;
      if (!classes.getOrDefault(matcher.group(1), "").contains(' ' + matcher.group(2) + '(')) {
        missing.add(matcher.group());
      }
    }
    assertThat(missing).isEmpty();
    assertThat(named).isGreaterThan(50);
  }

  private static boolean isTest(Path file) {
    return file.toString().matches(".*Test\\.(java|kt)");
  }
}
