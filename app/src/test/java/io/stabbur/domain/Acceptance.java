package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// What is the same wherever a project's database is: a peer mentor's day through supabase-js, and
/// the matrices of rows and files.
final class Acceptance {
  private Acceptance() {}

  /// Requires all of it of a server's first project.
  static void require(TestServer server) {
    assertThat(Node.run(server, "day.mjs")).contains("the day is over");
    var failed = new ArrayList<String>();
    TestServer.insteadOfShared(
        server,
        () -> {
          PolicyMatrixTest.twoOrganizations();
          run(new PolicyMatrixTest().everyCell(), failed);
          FileMatrixTest.twoOrganizations();
          try {
            run(new FileMatrixTest().everyCell(), failed);
          } finally {
            FileMatrixTest.disconnect();
          }
        });
    assertThat(failed).isEmpty();
  }

  private static void run(Stream<DynamicTest> tests, List<String> failed) {
    tests.forEach(
        test -> {
          try {
            test.getExecutable().execute();
          } catch (Throwable e) {
            failed.add(test.getDisplayName() + ": " + e.getMessage());
          }
        });
  }
}
