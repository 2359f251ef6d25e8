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
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Visit;
import io.stabbur.auth.request.Visits;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;

/// What administrators do besides users themselves: invite, make links, read what happened.
@Controller("/auth/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AdminController {
  private final Visits visits;
  private final Bearers bearers;
  private final AdminLinks links;
  private final AuditLog log;

  AdminController(Visits visits, Bearers bearers, AdminLinks links, AuditLog log) {
    this.visits = visits;
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
    var visit = admin(caller, request);
    var paging = Paging.of(request.getParameters());
    var page = log.page(visit, request.getParameters().getFirst("query").orElse(""), paging);
    var url = visit.project().publicUrl() + request.getPath();
    return paging.headers(Replies.json(page.entries()), url, page.total());
  }

  private Visit admin(Caller caller, HttpRequest<?> request) {
    var visit = visits.of(caller, request);
    bearers.requireAdmin(visit);
    return visit;
  }
}
