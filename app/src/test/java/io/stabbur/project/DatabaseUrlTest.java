package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
  @Test
  void everySignOfAPasswordAndEveryOptionSurvives() {
    var login =
        new Login(
            "jdbc:postgresql://db.example.org:6432/post%20gres?sslmode=require",
            "owner@tenant", Secret.of("pa$$w:o/r+d% @?#\\1"), 1, Duration.ofSeconds(10));

    var url = DatabaseUrl.of(login);

    assertThat(url)
        .startsWith("postgresql://owner%40tenant:pa%24%24w")
        .endsWith("?sslmode=require");
    assertThat(DatabaseUrl.parse(url).login()).isEqualTo(login);
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://db.example.org/app,jdbc:postgresql://db.example.org/app",
    "postgres://o:p@db.example.org:6432/app?sslmode=require,jdbc:postgresql://db.example.org:6432/app?sslmode=require",
    "jdbc:postgresql://o@[::1]:5432/app,jdbc:postgresql://[::1]:5432/app",
    "postgresql://o:p@one.example.org:5432,jdbc:postgresql://one.example.org:5432",
  })
  void theDriversAddressHoldsNeitherUserNorPassword(String url, String jdbc) {
    assertThat(DatabaseUrl.parse(url).jdbc()).isEqualTo(jdbc);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://o:s3cret@db.example.org/app",
        "postgresql://o:s3cret@more@db.example.org/app",
        "postgresql://o:s3cret/more@db.example.org/app",
        "postgresql://o:s3cret%zz@db.example.org/app",
        "postgresql://db.example.org/app?user=o&password=s3cret",
        "s3cret",
      })
  void anAddressThatIsNotUnderstoodIsNotRepeated(String url) {
    assertThatThrownBy(() -> DatabaseUrl.parse(url))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("database-url")
        .hasMessageNotContaining("s3cret");
  }
}
