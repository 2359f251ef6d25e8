package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who may restore an organization, and what may be asked for.
class OrganizationRestoreAccessTest {
  private final World world = new World(TestServer.shared());
  private final String organization = world.organization("admin");
  private final String path = "/admin/v1/backups/organizations/" + organization;
  private static final String BODY = "{\"backup\": \"20260101T000000000Z\"}";

  @Test
  void onlyTheOperatorMay() {
    var _ = world.organization("other");
    for (var person : List.of("admin", "other")) {
      assertThat(world.as(person).post(path, BODY).statusCode()).isEqualTo(403);
    }
    var anon = Client.anon(world.server);
    assertThat(anon.post(path, BODY).statusCode()).isEqualTo(403);
    assertThat(anon.withToken("none").post(path, BODY).statusCode()).isEqualTo(401);
  }

  @Test
  void whatIsNotAskedForProperlyIsRefused() {
    for (var body :
        List.of(
            "[]",
            "{}",
            "{\"force\": true}",
            "{\"to_time\": \"noon\"}",
            "{\"to_time\": 1}",
            "{\"backup\": \"a\", \"except\": [\"contacts\"]}",
            "{\"backup\": \"a\", \"apply\": 1}",
            "{\"backup\": \"a\", \"members\": \"yes\"}",
            "{\"backup\": \"a\", \"to_point\": \"b\"}")) {
      assertThat(world.service.post(path, body).statusCode()).as(body).isEqualTo(400);
    }
  }
}
