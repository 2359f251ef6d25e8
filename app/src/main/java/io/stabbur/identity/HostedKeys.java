package io.stabbur.identity;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Which API keys may be sent on to a hosted project: its own, which the settings name. A key that
/// Stabbur made, and a program's token, is of no use there, and would stand in somebody else's log.
@Singleton
final class HostedKeys {
  private static final String OF_PROGRAMS = "sb_app_";

  /// The grant that takes a program's token in its body, which only Stabbur knows.
  private static final String GRANT_OF_PROGRAMS = "application_token";

  private final ApiKeys keys;

  HostedKeys(ApiKeys keys) {
    this.keys = keys;
  }

  /// Refuses a request that carries a key of Stabbur's.
  void requireBrought(HttpRequest<?> request, Project project) {
    if (bringsProgram(request) || sent(request).stream().anyMatch(key -> isOurs(project, key))) {
      throw new ApiException(
          new Failure.Unauthenticated(
              "A hosted project serves this part and does not know this key; use one of its own keys"));
    }
  }

  /// Whether the token of a program is in the body, or anywhere in the query.
  private static boolean bringsProgram(HttpRequest<?> request) {
    var query = request.getParameters();
    return query.getAll("grant_type").stream().anyMatch(GRANT_OF_PROGRAMS::equals)
        || query.values().stream()
            .flatMap(List::stream)
            .anyMatch(value -> value.contains(OF_PROGRAMS));
  }

  private boolean isOurs(Project project, String key) {
    if (project.settings().isBrought(key)) {
      return false;
    }
    if (key.startsWith("sb_")) {
      return key.startsWith(OF_PROGRAMS) || keys.claims(project, key).isPresent();
    }
    // a token of the older form without a person, signed with a secret that was made here
    return project.settings().jwtSecret() == null
        && keys.claims(project, key).filter(claims -> claims.text("sub").isEmpty()).isPresent();
  }

  private static List<String> sent(HttpRequest<?> request) {
    var texts = new ArrayList<String>();
    texts.addAll(request.getHeaders().getAll("apikey"));
    texts.addAll(request.getHeaders().getAll("x-api-key"));
    texts.addAll(request.getParameters().getAll("apikey"));
    request.getHeaders().getAll(HttpHeaders.AUTHORIZATION).stream()
        .flatMap(value -> Stream.of(value.strip().split("\\s+", -1)))
        .forEach(texts::add);
    return texts;
  }
}
