package io.stabbur.auth.saml;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.guard.Captcha;
import io.stabbur.auth.guard.RequestLimits;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Form;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Visits;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;
import org.jspecify.annotations.Nullable;

/// Single sign-on: where an app begins it, and where an identity provider finds us.
@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
final class SsoController {
  private final Visits visits;
  private final RequestLimits limits;
  private final Captcha captcha;
  private final SamlFlow flow;

  SsoController(Visits visits, RequestLimits limits, Captcha captcha, SamlFlow flow) {
    this.visits = visits;
    this.limits = limits;
    this.captcha = captcha;
    this.flow = flow;
  }

  @Post("/auth/v1/sso")
  @Consumes("*/*")
  HttpResponse<?> start(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    flow.requireEnabled();
    var visit = visits.of(caller, request);
    limits.take(visit, RequestLimits.Kind.SSO);
    var body = JsonBody.parse(bytes);
    captcha.check(visit, body);
    var url = flow.start(visit, body);
    return body.flag("skip_http_redirect", false)
        ? Replies.json(new Fields().put("url", url).node())
        : HttpResponse.status(HttpStatus.SEE_OTHER).header("Location", url);
  }

  @Get(
      uris = {"/auth/v1/sso/saml/metadata", "/sso/saml/metadata"},
      produces = "application/samlmetadata+xml")
  HttpResponse<?> metadata(Caller caller, HttpRequest<?> request) {
    return HttpResponse.ok(flow.metadata(visits.of(caller, request)))
        .header("Cache-Control", "public, max-age=600");
  }

  @Post(uris = {"/auth/v1/sso/saml/acs", "/sso/saml/acs"})
  @Consumes("*/*")
  HttpResponse<?> consume(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var visit = visits.of(caller, request);
    limits.take(visit, RequestLimits.Kind.SSO);
    return flow.consume(visit, Form.fields(bytes));
  }
}
