package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import java.time.Duration;
import org.junit.jupiter.api.Test;

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
    assertThat(DatabaseUrl.parse(url)).isEqualTo(login);
  }
}
