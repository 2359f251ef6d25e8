package io.stabbur.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A client library's own live suite, unmodified, in a checkout of supabase/supabase-js that the
/// variable `CLIENT_SUITES` names and in which `pnpm install` has run. The suites call port 54321,
/// as the Supabase CLI sets it up.
public record ClientSuite(Path folder) {
  /// The secret and the keys that the CLI gives every local project.
  public static final String JWT_SECRET = "super-secret-jwt-token-with-at-least-32-characters-long";

  /// What became of a suite's cases.
  public record Result(int total, int passed, int skipped, List<String> failed) {
    /// Fails where a case failed, or where fewer ran than the suite has.
    public void requireAllOf(int atLeast) {
      assertThat(failed).isEmpty();
      assertThat(passed + skipped).isEqualTo(total);
      assertThat(passed).isGreaterThanOrEqualTo(atLeast);
    }
  }

  /// The suite of one client, in the checkouts that `CLIENT_SUITES` names.
  ///
  /// @param name such as `auth-js`
  public static ClientSuite of(String name) {
    var checkout = Objects.requireNonNull(System.getenv("CLIENT_SUITES"));
    return new ClientSuite(Path.of(checkout, "packages/core", name));
  }

  public String read(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Runs it.
  ///
  /// @param arguments of jest
  public Result run(TestServer server, String... arguments) {
    var all = new ArrayList<>(List.of(server.url(), folder.toString()));
    all.addAll(List.of(arguments));
    var printed = Node.run(server, "client-suite.mjs", all.toArray(String[]::new)).strip();
    var result = Json.parse(printed);
    var failed = new ArrayList<String>();
    Objects.requireNonNull(result.get("failed"))
        .values()
        .forEach(each -> failed.add(each.getStringValue()));
    return new Result(
        number(result, "total"), number(result, "passed"), number(result, "skipped"), failed);
  }

  private static int number(JsonNode result, String field) {
    return Objects.requireNonNull(result.get(field)).getIntValue();
  }
}
