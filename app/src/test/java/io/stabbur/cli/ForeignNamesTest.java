package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ForeignNamesTest {
  @Test
  void variablesOfOtherContainersAreToldWithTheSettingThatHasAnEffect() {
    assertThat(
            ForeignNames.told(
                Map.of(
                    "STORAGE_BACKEND", "s3",
                    "DATABASE_URL", "postgres://user:password@db/postgres",
                    "GLOBAL_S3_BUCKET", "files",
                    "REALTIME_IP_VERSION", "4",
                    "PATH", "/bin",
                    "DATABASE", "x")))
        .containsExactly(
            "DATABASE_URL has no effect; stabbur.projects.default.database-url is the setting.",
            "GLOBAL_S3_BUCKET has no effect; stabbur.projects.default.store-bucket is the setting.",
            "REALTIME_IP_VERSION has no effect; config/stabbur.yml has every setting.",
            "STORAGE_BACKEND has no effect; config/stabbur.yml has every setting.");
  }
}
