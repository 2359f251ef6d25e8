package io.stabbur.functions.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeployedFunctionsTest {
  @Test
  void anOlderReadingDoesNotFollowANewerOne() throws InterruptedException {
    try (var server = TestServer.start(Map.of())) {
      var owner = server.project().admin().login();
      TestPostgres.execute(
          owner,
          """
          insert into stabbur.functions (slug, name, verify_jwt) values ('open', 'open', true);
          alter table stabbur.functions rename to functions_there;
          create view stabbur.functions as select * from stabbur.functions_there
            where case when verify_jwt then pg_sleep(2) is not null else true end;
          """);
      var functions = server.bean(Deployments.class).deployed(server.project());
      var older = Thread.ofVirtual().start(functions::refresh);
      Thread.sleep(Duration.ofMillis(700));
      TestPostgres.execute(owner, "update stabbur.functions_there set verify_jwt = false");
      functions.refresh();
      older.join();
      assertThat(functions.all()).extracting(FunctionRow::verifyJwt).containsExactly(false);
    }
  }
}
