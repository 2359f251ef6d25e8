package io.stabbur.auth.admin;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;

/// What administrators do besides users themselves: invite, make links, read what happened.
@Controller("/auth/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AdminController {
  private final AuthRequests authRequests;
  private final Bearers bearers;
  private final AdminLinks links;
  private final AuditLog log;

  AdminController(AuthRequests authRequests, Bearers bearers, AdminLinks links, AuditLog log) {
    this.authRequests = authRequests;
    this.bearers = bearers;
    this.links = links;
    this.log = log;
  }

  @Post("/invite")
  @Consumes("*/*")
  HttpResponse<?> invite(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    return Replies.json(links.invite(admin(caller, request), JsonBody.parse(bytes)).json());
  }

  @Post("/admin/generate_link")
  @Consumes("*/*")
  HttpResponse<?> link(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    return Replies.json(links.generate(admin(caller, request), JsonBody.parse(bytes)).json());
  }

  @Get("/admin/audit")
  HttpResponse<?> audit(Caller caller, HttpRequest<?> request) {
    var authRequest = admin(caller, request);
    var paging = Paging.of(request.getParameters());
    var page = log.page(authRequest, request.getParameters().getFirst("query").orElse(""), paging);
    var url = authRequest.project().publicUrl() + request.getPath();
    return paging.headers(Replies.json(page.entries()), url, page.total());
  }

  private AuthRequest admin(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequests.of(caller, request);
    bearers.requireAdmin(authRequest);
    return authRequest;
  }
}
