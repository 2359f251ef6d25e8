package io.stabbur.management;

import io.micronaut.http.HttpRequest;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.management.settings.ManagementSettings;
import io.stabbur.management.token.AccessTokens;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.http.BodyBytes;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.share.Share;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/// Makes an access token: `{"name", "expires_at"?}`; or lets one that another project of this
/// server has made into this project too: `{"name", "token", "expires_at"?}`. Each project has its
/// own row of such a token, and revokes it for itself.
@Singleton
final class NewAccessToken {
  private static final int LARGEST_BODY = 16 * 1024;
  private static final int LONGEST_NAME = 100;

  private final ManagementSettings settings;
  private final Projects projects;
  private final Clock clock;

  NewAccessToken(ManagementSettings settings, Projects projects, Clock clock) {
    this.settings = settings;
    this.projects = projects;
    this.clock = clock;
  }

  AccessTokens.Made make(Project project, HttpRequest<?> request, Share share) {
    var body = Json.parse(BodyBytes.read(request, LARGEST_BODY));
    var text = Json.text(body, "token");
    return text.isEmpty()
        ? new AccessTokens(project).create(name(body), end(body, settings.tokenLife()))
        : admit(project, text, body, share);
  }

  private AccessTokens.Made admit(Project project, String text, JsonNode body, Share share) {
    var known =
        projects.all().stream()
            .filter(other -> other != project && other.settings().prepare())
            .flatMap(other -> new AccessTokens(other).find(text, share).stream())
            .findFirst()
            .orElseThrow(() -> rejected("token is none that another project of this server made"));
    var end = end(body, Duration.between(clock.instant(), known.expiresAt()));
    return new AccessTokens(project)
        .admit(text, name(body), end.isBefore(known.expiresAt()) ? end : known.expiresAt())
        .map(token -> new AccessTokens.Made(token, Secret.of(text)))
        .orElseThrow(() -> rejected("this project has had that token already"));
  }

  private static String name(JsonNode body) {
    var name = Json.text(body, "name").strip();
    if (name.isEmpty() || name.length() > LONGEST_NAME || name.chars().anyMatch(c -> c < ' ')) {
      throw rejected("name must have 1 to 100 characters");
    }
    return name;
  }

  private Instant end(JsonNode body, Duration life) {
    var text = Json.text(body, "expires_at");
    var end = text.isEmpty() ? clock.instant().plus(life) : instant(text);
    if (!end.isAfter(clock.instant())) {
      throw rejected("expires_at must be in the future");
    }
    return end;
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException _) {
      throw rejected("expires_at must be a time such as 2027-01-31T00:00:00Z");
    }
  }

  private static ApiException rejected(String reason) {
    return new ApiException(new ManagementError.Rejected(reason));
  }
}
