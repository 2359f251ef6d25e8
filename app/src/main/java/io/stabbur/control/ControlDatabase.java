package io.stabbur.control;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micronaut.context.annotation.Factory;
import io.micronaut.flyway.FlywayConfigurationProperties;
import io.micronaut.flyway.FlywayMigrator;
import io.stabbur.platform.db.Login;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// The pool of the control database, which repositories use by the name `control`. It is made when
/// it is first needed, and its schema is brought up to date then (`flyway.datasources.control`). No
/// connection is held while nobody asks.
@Factory
final class ControlDatabase {
  static final String NAME = "control";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofMinutes(1);

  private @Nullable HikariDataSource pool;

  @Singleton
  @Named(NAME)
  synchronized DataSource control(
      ControlHome home,
      FlywayMigrator migrator,
      @Named(NAME) FlywayConfigurationProperties migrations) {
    var made = open(home.login());
    try {
      migrator.run(migrations, made);
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
    pool = made;
    return made;
  }

  private static HikariDataSource open(Login login) {
    var config = new HikariConfig();
    config.setPoolName(NAME);
    config.setJdbcUrl(login.url());
    config.setUsername(login.user());
    config.setPassword(login.password().reveal());
    config.setMaximumPoolSize(login.connections());
    config.setMinimumIdle(0);
    config.setIdleTimeout(IDLE.toMillis());
    config.setConnectionTimeout(PATIENCE.toMillis());
    config.addDataSourceProperty("ApplicationName", "stabbur control");
    config.addDataSourceProperty("socketTimeout", "30");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    return new HikariDataSource(config);
  }

  @PreDestroy
  synchronized void close() {
    var made = pool;
    if (made != null) {
      made.close();
    }
  }
}
