package io.stabbur.management;

import io.micronaut.http.HttpRequest;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.RequestContext;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.share.Share.Lane;
import io.stabbur.project.Project;
import java.util.List;
import java.util.UUID;

/// Who holds an access token, and the projects that it opens: the one that the path names, or all
/// of them where it names none.
public record Developer(UUID token, String name, List<Project> projects) {
  public Developer {
    projects = List.copyOf(projects);
  }

  /// The developer whose token [DeveloperFilter] has found; whoever did not pass it is refused.
  static Developer of(HttpRequest<?> request) {
    return RequestContext.of(request)
        .get(Developer.class)
        .orElseThrow(() -> new ApiException(new Failure.Unauthenticated("Unauthorized")));
  }

  /// The project that the path names.
  public Project project() {
    return projects.getFirst();
  }

  /// On whose behalf shared capacity is used.
  public Share share() {
    return Share.of(Lane.USER, token.toString());
  }
}
