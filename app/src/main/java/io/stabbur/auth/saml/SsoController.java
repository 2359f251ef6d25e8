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
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Form;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;
import org.jspecify.annotations.Nullable;

/// Single sign-on: where an app begins it, and where an identity provider finds us.
@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
final class SsoController {
  private final AuthRequests authRequests;
  private final RequestLimits limits;
  private final Captcha captcha;
  private final SamlFlow flow;

  SsoController(AuthRequests authRequests, RequestLimits limits, Captcha captcha, SamlFlow flow) {
    this.authRequests = authRequests;
    this.limits = limits;
    this.captcha = captcha;
    this.flow = flow;
  }

  @Post("/auth/v1/sso")
  @Consumes("*/*")
  HttpResponse<?> start(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    flow.requireEnabled();
    var authRequest = authRequests.of(caller, request);
    limits.take(authRequest, RequestLimits.Kind.SSO);
    var body = JsonBody.parse(bytes);
    captcha.check(authRequest, body);
    var url = flow.start(authRequest, body);
    return body.flag("skip_http_redirect", false)
        ? Replies.json(new Fields().put("url", url).node())
        : HttpResponse.status(HttpStatus.SEE_OTHER).header("Location", url);
  }

  @Get(
      uris = {"/auth/v1/sso/saml/metadata", "/sso/saml/metadata"},
      produces = "application/samlmetadata+xml")
  HttpResponse<?> metadata(Caller caller, HttpRequest<?> request) {
    return HttpResponse.ok(flow.metadata(authRequests.of(caller, request)))
        .header("Cache-Control", "public, max-age=600");
  }

  @Post(uris = {"/auth/v1/sso/saml/acs", "/sso/saml/acs"})
  @Consumes("*/*")
  HttpResponse<?> consume(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var authRequest = authRequests.of(caller, request);
    limits.take(authRequest, RequestLimits.Kind.SSO);
    return flow.consume(authRequest, Form.fields(bytes));
  }
}
