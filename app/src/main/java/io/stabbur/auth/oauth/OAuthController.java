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
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.JsonBody;
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
  private final AuthRequests authRequests;
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
      AuthRequests authRequests,
      RequestLimits limits,
      Bearers bearers,
      ClientAuthentication clients,
      ClientRegistration registration,
      AuthorizeFlow authorize,
      ConsentFlow consent,
      TokenFlow tokens,
      DeviceFlow devices) {
    this.server = server;
    this.authRequests = authRequests;
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
    var authRequest = authRequest(caller, request);
    limits.take(authRequest, RequestLimits.Kind.OAUTH_REGISTRATION);
    return secret(registration.registerItself(authRequest, bytes)).status(HttpStatus.CREATED);
  }

  @Get("/authorize")
  HttpResponse<?> authorize(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequest(caller, request);
    limits.take(authRequest, RequestLimits.Kind.OAUTH);
    var asked = AuthorizeRequest.of(request.getParameters(), server.settings().defaultScope());
    return HttpResponse.status(HttpStatus.FOUND)
        .header("Location", authorize.start(authRequest, asked))
        .header("Cache-Control", "no-store");
  }

  @Get("/authorizations/{id}")
  HttpResponse<?> authorization(Caller caller, HttpRequest<?> request, String id) {
    return secret(consent.show(fromPage(caller, request), id));
  }

  @Get("/devices/{code}")
  HttpResponse<?> device(Caller caller, HttpRequest<?> request, String code) {
    var authRequest = fromPage(caller, request);
    devices.requireEnabled();
    // codes that are typed can be tried
    limits.take(authRequest, RequestLimits.Kind.VERIFY);
    return secret(consent.showDevice(authRequest, code));
  }

  @Post("/authorizations/{id}/consent")
  @Consumes("*/*")
  HttpResponse<?> consent(
      Caller caller, HttpRequest<?> request, String id, @Body byte @Nullable [] bytes) {
    var authRequest = fromPage(caller, request);
    boolean approve =
        switch (JsonBody.parse(bytes).text("action")) {
          case "approve" -> true;
          case "deny" -> false;
          default -> throw AuthError.invalid("action must be 'approve' or 'deny'");
        };
    return secret(consent.decide(authRequest, id, approve));
  }

  @Post("/token")
  @Consumes("*/*")
  HttpResponse<?> token(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var authRequest = authRequest(caller, request);
    var form = form(request, bytes);
    return secret(tokens.tokens(authRequest, clients.require(authRequest, form), form));
  }

  @Post("/revoke")
  @Consumes("*/*")
  HttpResponse<?> revoke(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var authRequest = authRequest(caller, request);
    var form = form(request, bytes);
    tokens.revoke(authRequest, clients.require(authRequest, form), form);
    return Replies.empty();
  }

  @Post("/device_authorization")
  @Consumes("*/*")
  HttpResponse<?> begin(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var authRequest = authRequest(caller, request);
    devices.requireEnabled();
    var form = form(request, bytes);
    return secret(devices.begin(authRequest, clients.require(authRequest, form), form));
  }

  @Get("/userinfo")
  HttpResponse<?> userInfo(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequest(caller, request);
    var signedIn = authRequest.read(tx -> bearers.requireAny(tx, authRequest));
    var scopes = Scopes.of(signedIn.session().map(Session::scopes).orElse(""));
    return secret(IdTokens.userInfo(signedIn.user(), scopes));
  }

  private AuthRequest authRequest(Caller caller, HttpRequest<?> request) {
    server.requireEnabled();
    return authRequests.of(caller, request);
  }

  /// A call of the app's page: a browser that names another origin is refused.
  private AuthRequest fromPage(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequest(caller, request);
    var origin = request.getHeaders().get("Origin");
    if (origin != null && !origin.isEmpty() && !authRequest.redirects().allows(origin)) {
      throw AuthError.badRequest(AuthCode.VALIDATION_FAILED, "unauthorized request origin");
    }
    return authRequest;
  }

  private static OAuthForm form(HttpRequest<?> request, byte @Nullable [] bytes) {
    var type = request.getHeaders().get("Content-Type");
    return OAuthForm.parse(bytes, type == null ? "" : type);
  }

  private static MutableHttpResponse<String> secret(JsonNode json) {
    return Replies.json(json).header("Cache-Control", "no-store").header("Pragma", "no-cache");
  }
}
