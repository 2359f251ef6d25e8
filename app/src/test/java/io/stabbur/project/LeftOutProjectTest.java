package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.DataFolders;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// One of two projects does not open, because of what its owner wrote into its database.
class LeftOutProjectTest {
  @Test
  @Tag("nightly")
  void theOtherIsServedAndNotTakenForIt() throws IOException {
    var folder = TestServer.newFolder();
    try {
      Map<String, Object> settings =
          Map.of(
              "stabbur.data", folder.toString(),
              "stabbur.projects.north.hosts", List.of("north.example.org"),
              "stabbur.projects.south.hosts", List.of("south.example.org"));
      try (var server = TestServer.start(settings)) {
        var north = server.bean(Projects.class).byName("north").orElseThrow();
        var _ =
            north
                .admin()
                .transaction(
                    Actor.of("postgres"),
                    Access.WRITE,
                    tx ->
                        tx.update(
                            Statement.of(
                                "insert into stabbur.base_objects values ('table stabbur.x')")));
      }
      var more = new HashMap<>(settings);
      more.put("stabbur.issuers.other.issuer", "https://issuer.example.org");
      more.put("stabbur.issuers.other.project", "north");
      try (var server = TestServer.start(more)) {
        var projects = server.bean(Projects.class);
        assertThat(projects.all()).extracting(Project::name).containsExactly("south");
        assertThat(projects.byHost("SOUTH.example.org")).isPresent();
        assertThat(projects.byHost("north.example.org")).isEmpty();
        assertThat(projects.byHost("127.0.0.1")).isEmpty();
      }
    } finally {
      DataFolders.delete(folder);
    }
  }
}
