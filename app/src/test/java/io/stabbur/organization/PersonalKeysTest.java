package io.stabbur.organization;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.project.FileKeys;
import io.stabbur.project.Project;
import io.stabbur.project.RootKeys;
import io.stabbur.testing.TestServer;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/// What is handed to the database, beside the keys of files, which it never sees.
class PersonalKeysTest {
  private final Project project = TestServer.shared().project();
  private final PersonalKeys keys = PersonalKeys.of(project);

  @Test
  void theRootHandedToTheDatabaseGivesNoKeyOfAFile() {
    var roots = RootKeys.of(project).now();
    assertThat(keys.forMaintenance())
        .contains("\"roots\"", base64(roots.all("personal data")))
        .doesNotContain(base64(roots.all("files")));
  }

  @Test
  void keysWithheldFromTheDatabaseAreThereForFilesWhichItNeverSees() {
    var files = FileKeys.of(project);
    keys.withhold(Optional.of("the log holds values"));
    try {
      assertThat(keys.forService()).isEmpty();
      assertThat(files.wrappingKey(files.current(), "project")).isPresent();
    } finally {
      keys.withhold(Optional.empty());
    }
  }

  /// The first version, as it is written into the setting.
  private static String base64(SortedMap<Integer, byte[]> roots) {
    return Base64.getEncoder().encodeToString(Objects.requireNonNull(roots.get(1)));
  }
}
