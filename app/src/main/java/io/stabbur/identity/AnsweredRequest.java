package io.stabbur.identity;

import io.micronaut.http.BasicHttpAttributes;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.stabbur.platform.http.RequestContext;
import io.stabbur.project.Project;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// What meters count of a request.
///
/// @param project its name, empty where no project was found or looked for
/// @param requestId as in the answer's `X-Request-Id`; empty where a client gave one that is no
///   random number, since it may be anything
/// @param route the template of the route that matched, such as `/rest/v1/{table}`; empty for none
/// @param path the route with the name of the table or function that was asked for, where it is
///   known that there is one; as many as the schemas have, so not for labels of metrics
/// @param nanos from the first sight of the request until its answer was decided
/// @param caller who asked, where that was established
/// @param roomLog whether the room keeps a line of it in a log of its own
public record AnsweredRequest(
    String project,
    String requestId,
    String route,
    String path,
    String method,
    int status,
    long nanos,
    Optional<Caller> caller,
    Optional<RoomLog> roomLog) {
  private static final int FAILURES = 400;
  private static final String HEADER = "X-Request-Id";

  /// A UUID, 32 to 64 hexadecimal digits, or a ULID.
  private static final Pattern RANDOM =
      Pattern.compile(
          "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32,64}"
              + "|[0-9A-HJKMNP-TV-Z]{26}");

  static AnsweredRequest of(
      HttpRequest<?> request, HttpResponse<?> response, RequestContext context, long nanos) {
    var route = BasicHttpAttributes.getUriTemplate(request).orElse("");
    return new AnsweredRequest(
        context.get(Project.class).map(Project::name).orElse(""),
        requestId(request, response),
        route,
        context.get(KnownPath.class).map(KnownPath::text).orElse(route),
        request.getMethodName(),
        response.code(),
        nanos,
        context.get(Caller.class),
        context.get(RoomLog.class));
  }

  private static String requestId(HttpRequest<?> request, HttpResponse<?> response) {
    var id = response.getHeaders().get(HEADER);
    var given = request.getHeaders().get(HEADER);
    boolean isOwn = id != null && !id.equals(given);
    return id != null && (isOwn || RANDOM.matcher(id).matches()) ? id : "";
  }

  /// The organization that the request acts in, by its caller's claims. One that it only names, and
  /// that was refused or failed, may be anybody's.
  public Optional<UUID> organization() {
    boolean isRefused = status >= FAILURES;
    return caller
        .filter(
            known -> !isRefused || known.check().organization() != TokenCheck.Organization.NAMED)
        .flatMap(known -> known.claims().text("organization_id"))
        .flatMap(AnsweredRequest::uuid);
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
