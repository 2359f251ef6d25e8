package io.stabbur.management;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.ClientAddress;
import io.stabbur.identity.KeySearches;
import io.stabbur.management.reference.ProjectReference;
import io.stabbur.management.token.AccessToken;
import io.stabbur.management.token.AccessTokens;
import io.stabbur.management.token.ManagementLog;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.Networks;
import io.stabbur.platform.http.RequestContext;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.share.Share.Lane;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Lets holders of access tokens in at `/v1`, each to the projects whose database knows the token,
/// and writes down what they change.
@ServerFilter("/v1/**")
final class DeveloperFilter {
  private static final String SCHEME = "bearer ";
  private static final Pattern PROJECT = Pattern.compile("/v1/projects/([^/]*)(?:/(.*))?");
  private static final String FORBIDDEN =
      "Your access token does not have the necessary privileges to access this project";

  private final Projects projects;
  private final ClientAddress addresses;
  private final KeySearches searches;
  private final ManagementLog log;

  DeveloperFilter(
      Projects projects, ClientAddress addresses, KeySearches searches, ManagementLog log) {
    this.projects = projects;
    this.addresses = addresses;
    this.searches = searches;
    this.log = log;
  }

  /// The entry of the log that belongs to a request.
  private record Noted(Project project, long entry) {}

  @RequestFilter
  @ExecuteOn(TaskExecutors.BLOCKING)
  void admit(HttpRequest<?> request) {
    var developer = developer(request, reference(request.getPath()));
    var context = RequestContext.of(request);
    context.put(Developer.class, developer);
    if (isNoted(request)) {
      var project = developer.project();
      context.put(
          Noted.class, new Noted(project, log.begin(project, developer.token(), action(request))));
    }
  }

  @ResponseFilter
  @ExecuteOn(TaskExecutors.BLOCKING)
  void note(HttpRequest<?> request, MutableHttpResponse<?> response) {
    RequestContext.of(request)
        .get(Noted.class)
        .ifPresent(noted -> log.end(noted.project(), noted.entry(), response.code()));
  }

  /// The projects that the token opens, of those with this reference where one is given. An unknown
  /// project is refused as one of others is.
  private Developer developer(HttpRequest<?> request, @Nullable String reference) {
    var text = token(request);
    var share = Share.of(Lane.ANONYMOUS, network(request));
    if (reference != null) {
      var called = ProjectReference.only(prepared(), reference::equals);
      var named = opened(text, share, called.stream().toList());
      if (named.isPresent()) {
        return named.get();
      }
    }
    var all = prepared();
    if (all.size() > 1) {
      searches.take(share.caller());
    }
    var known = opened(text, share, all).orElseThrow(() -> refusal("Unauthorized"));
    if (reference != null) {
      throw new ApiException(new Failure.Forbidden(FORBIDDEN));
    }
    return known;
  }

  private List<Project> prepared() {
    return projects.all().stream().filter(project -> project.settings().prepare()).toList();
  }

  /// A project whose database is away counts only where no other opens.
  private static Optional<Developer> opened(String text, Share share, List<Project> among) {
    var opened = new ArrayList<Project>();
    var found = Optional.<AccessToken>empty();
    var failure = Optional.<ApiException>empty();
    for (var project : among) {
      try {
        var token = new AccessTokens(project).find(text, share);
        if (token.isPresent()) {
          found = token;
          opened.add(project);
        }
      } catch (ApiException e) {
        failure = Optional.of(e);
      }
    }
    if (found.isEmpty() && failure.isPresent()) {
      throw failure.get();
    }
    return found.map(token -> new Developer(token.id(), token.name(), opened));
  }

  private static String token(HttpRequest<?> request) {
    var header = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw refusal("Unauthorized");
    }
    var text = header.substring(SCHEME.length()).strip();
    if (!AccessToken.isWellFormed(text)) {
      throw refusal("Unauthorized: an access token (sbp_…) is needed here");
    }
    return text;
  }

  private static ApiException refusal(String reason) {
    return new ApiException(new Failure.Unauthenticated(reason));
  }

  private String network(HttpRequest<?> request) {
    var address = addresses.of(request);
    return address.isEmpty() ? "" : Networks.of(address, Networks.CLIENT);
  }

  private static @Nullable String reference(String path) {
    var matcher = PROJECT.matcher(path);
    return matcher.matches() ? matcher.group(1) : null;
  }

  /// What changes something, and what shows keys.
  private static boolean isNoted(HttpRequest<?> request) {
    return request.getMethod() != HttpMethod.GET
        ? reference(request.getPath()) != null
        : request.getPath().contains("/api-keys");
  }

  /// Method and path below the project, and the name of a function that is deployed.
  private static String action(HttpRequest<?> request) {
    var matcher = PROJECT.matcher(request.getPath());
    var below = matcher.matches() && matcher.group(2) != null ? matcher.group(2) : "";
    var slug = request.getParameters().get("slug");
    var whole = request.getMethodName() + " " + below + (slug == null ? "" : " " + slug);
    return whole.substring(0, Math.min(whole.length(), 200));
  }
}
