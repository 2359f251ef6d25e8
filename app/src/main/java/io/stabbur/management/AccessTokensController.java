package io.stabbur.management;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.management.token.AccessToken;
import io.stabbur.management.token.AccessTokens;
import io.stabbur.management.token.ManagementLog;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.JsonFields;
import io.stabbur.project.Project;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// `/admin/v1/management`: access tokens of the project, what was done with them, and what the
/// command's profile file says, for the service role.
@Controller(ManagementRoutes.OPERATORS)
@ExecuteOn(TaskExecutors.BLOCKING)
final class AccessTokensController {
  private static final int MOST_ENTRIES = 1_000;

  private final NewAccessToken form;
  private final ManagementLog log;
  private final Hosts hosts;

  AccessTokensController(NewAccessToken form, ManagementLog log, Hosts hosts) {
    this.form = form;
    this.log = log;
    this.hosts = hosts;
  }

  @Get("/access-tokens")
  HttpResponse<?> list(Caller caller) {
    return all(requireService(caller));
  }

  @Post("/access-tokens")
  HttpResponse<?> create(HttpRequest<?> request, Caller caller) {
    var made = form.make(requireService(caller), request, caller.share());
    return JsonFields.answer(fields(made.token()).put("token", made.text().reveal()).json());
  }

  @Post("/access-tokens/{id}/revoke")
  HttpResponse<?> revoke(Caller caller, UUID id) {
    var project = requireService(caller);
    if (!new AccessTokens(project).revoke(id)) {
      throw new ApiException(new ManagementError.Missing("Access token " + id));
    }
    return all(project);
  }

  @Get("/log")
  HttpResponse<?> log(Caller caller, @QueryValue Optional<Integer> limit) {
    int most = Math.clamp(limit.orElse(100), 1, MOST_ENTRIES);
    var entries = log.newest(requireService(caller), most);
    var rows = JsonFields.array(entries, AccessTokensController::node);
    return JsonFields.answer(new JsonFields().put("log", rows).json());
  }

  @Get("/profile")
  HttpResponse<?> profile(Caller caller) {
    return JsonFields.answer(hosts.profile(requireService(caller)));
  }

  private static HttpResponse<?> all(Project project) {
    var tokens = JsonFields.array(new AccessTokens(project).list(), token -> fields(token).json());
    return JsonFields.answer(new JsonFields().put("tokens", tokens).json());
  }

  private static JsonFields fields(AccessToken token) {
    return new JsonFields()
        .put("id", token.id().toString())
        .put("name", token.name())
        .put("created_at", token.createdAt().toString())
        .put("expires_at", token.expiresAt().toString())
        .put("revoked_at", text(token.revokedAt()))
        .put("last_used_at", text(token.lastUsedAt()))
        .put("asleep", token.isAsleep());
  }

  private static JsonNode node(ManagementLog.Entry entry) {
    var fields =
        new JsonFields()
            .put("at", entry.at().toInstant().toString())
            .put("token", entry.token())
            .put("action", entry.action());
    var status = entry.status();
    return status == null ? fields.json() : fields.put("status", status).json();
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private static Project requireService(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(new Failure.Forbidden("Access tokens need the secret key"));
    }
    return caller.project();
  }
}
