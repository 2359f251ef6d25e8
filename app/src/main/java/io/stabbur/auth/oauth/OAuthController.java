package io.stabbur.auth.oauth;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.guard.RequestLimits;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Visit;
import io.stabbur.auth.request.Visits;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.Replies;
import io.stabbur.auth.session.Session;
import io.stabbur.identity.Caller;
import org.jspecify.annotations.Nullable;

/// `/oauth`: what programs of others ask, and what the app's consent page asks for whoever is
/// signed in there.
@Controller("/auth/v1/oauth")
@ExecuteOn(TaskExecutors.BLOCKING)
final class OAuthController {
  private final OAuthServer server;
  private final Visits visits;
  private final RequestLimits limits;
  private final Bearers bearers;
  private final ClientAuthentication clients;
  private final ClientRegistration registration;
  private final AuthorizeFlow authorize;
  private final ConsentFlow consent;
  private final TokenFlow tokens;
  private final DeviceFlow devices;

  OAuthController(
      OAuthServer server,
      Visits visits,
      RequestLimits limits,
      Bearers bearers,
      ClientAuthentication clients,
      ClientRegistration registration,
      AuthorizeFlow authorize,
      ConsentFlow consent,
      TokenFlow tokens,
      DeviceFlow devices) {
    this.server = server;
    this.visits = visits;
    this.limits = limits;
    this.bearers = bearers;
    this.clients = clients;
    this.registration = registration;
    this.authorize = authorize;
    this.consent = consent;
    this.tokens = tokens;
    this.devices = devices;
  }

  @Post("/clients/register")
  @Consumes("*/*")
  HttpResponse<?> register(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var visit = visit(caller, request);
    limits.take(visit, RequestLimits.Kind.OAUTH_REGISTRATION);
    return secret(registration.registerItself(visit, bytes)).status(HttpStatus.CREATED);
  }

  @Get("/authorize")
  HttpResponse<?> authorize(Caller caller, HttpRequest<?> request) {
    var visit = visit(caller, request);
    limits.take(visit, RequestLimits.Kind.OAUTH);
    var asked = AuthorizeRequest.of(request.getParameters(), server.settings().defaultScope());
    return HttpResponse.status(HttpStatus.FOUND)
        .header("Location", authorize.start(visit, asked))
        .header("Cache-Control", "no-store");
  }

  @Get("/authorizations/{id}")
  HttpResponse<?> authorization(Caller caller, HttpRequest<?> request, String id) {
    return secret(consent.show(fromPage(caller, request), id));
  }

  @Get("/devices/{code}")
  HttpResponse<?> device(Caller caller, HttpRequest<?> request, String code) {
    var visit = fromPage(caller, request);
    devices.requireEnabled();
    // codes that are typed can be tried
    limits.take(visit, RequestLimits.Kind.VERIFY);
    return secret(consent.showDevice(visit, code));
  }

  @Post("/authorizations/{id}/consent")
  @Consumes("*/*")
  HttpResponse<?> consent(
      Caller caller, HttpRequest<?> request, String id, @Body byte @Nullable [] bytes) {
    var visit = fromPage(caller, request);
    boolean approve =
        switch (JsonBody.parse(bytes).text("action")) {
          case "approve" -> true;
          case "deny" -> false;
          default -> throw AuthError.invalid("action must be 'approve' or 'deny'");
        };
    return secret(consent.decide(visit, id, approve));
  }

  @Post("/token")
  @Consumes("*/*")
  HttpResponse<?> token(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var visit = visit(caller, request);
    var form = form(request, bytes);
    return secret(tokens.tokens(visit, clients.require(visit, form), form));
  }

  @Post("/revoke")
  @Consumes("*/*")
  HttpResponse<?> revoke(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var visit = visit(caller, request);
    var form = form(request, bytes);
    tokens.revoke(visit, clients.require(visit, form), form);
    return Replies.empty();
  }

  @Post("/device_authorization")
  @Consumes("*/*")
  HttpResponse<?> begin(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var visit = visit(caller, request);
    devices.requireEnabled();
    var form = form(request, bytes);
    return secret(devices.begin(visit, clients.require(visit, form), form));
  }

  @Get("/userinfo")
  HttpResponse<?> userInfo(Caller caller, HttpRequest<?> request) {
    var visit = visit(caller, request);
    var signedIn = visit.read(tx -> bearers.requireAny(tx, visit));
    var scopes = Scopes.of(signedIn.session().map(Session::scopes).orElse(""));
    return secret(IdTokens.userInfo(signedIn.user(), scopes));
  }

  private Visit visit(Caller caller, HttpRequest<?> request) {
    server.requireEnabled();
    return visits.of(caller, request);
  }

  /// A call of the app's page: a browser that names another origin is refused.
  private Visit fromPage(Caller caller, HttpRequest<?> request) {
    var visit = visit(caller, request);
    var origin = request.getHeaders().get("Origin");
    if (origin != null && !origin.isEmpty() && !visit.redirects().allows(origin)) {
      throw AuthError.badRequest(AuthCode.VALIDATION_FAILED, "unauthorized request origin");
    }
    return visit;
  }

  private static OAuthForm form(HttpRequest<?> request, byte @Nullable [] bytes) {
    var type = request.getHeaders().get("Content-Type");
    return OAuthForm.parse(bytes, type == null ? "" : type);
  }

  private static MutableHttpResponse<String> secret(JsonNode json) {
    return Replies.json(json).header("Cache-Control", "no-store").header("Pragma", "no-cache");
  }
}
