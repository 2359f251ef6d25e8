package io.stabbur.auth.passkey;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.guard.Captcha;
import io.stabbur.auth.guard.RequestLimits;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;
import org.jspecify.annotations.Nullable;

/// `/passkeys` for everybody, and `/admin/users/{user}/passkeys` for administrators.
@Controller("/auth/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
final class PasskeyController {
  private final PasskeySettings settings;
  private final AuthRequests authRequests;
  private final RequestLimits limits;
  private final Captcha captcha;
  private final Bearers bearers;
  private final PasskeySignIn signIn;
  private final PasskeyRegistration registration;

  PasskeyController(
      PasskeySettings settings,
      AuthRequests authRequests,
      RequestLimits limits,
      Captcha captcha,
      Bearers bearers,
      PasskeySignIn signIn,
      PasskeyRegistration registration) {
    this.settings = settings;
    this.authRequests = authRequests;
    this.limits = limits;
    this.captcha = captcha;
    this.bearers = bearers;
    this.signIn = signIn;
    this.registration = registration;
  }

  @Post("/passkeys/authentication/options")
  @Consumes("*/*")
  HttpResponse<?> signInOptions(Caller caller, HttpRequest<byte[]> request) {
    var authRequest = limited(caller, request);
    captcha.check(authRequest, JsonBody.parseOrEmpty(request.getBody().orElse(null)));
    return Replies.json(signIn.options(authRequest));
  }

  @Post("/passkeys/authentication/verify")
  @Consumes("*/*")
  HttpResponse<?> signIn(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    return Replies.session(signIn.verify(limited(caller, request), JsonBody.parse(bytes)));
  }

  @Post("/passkeys/registration/options")
  @Consumes("*/*")
  HttpResponse<?> registrationOptions(Caller caller, HttpRequest<?> request) {
    return Replies.json(registration.options(limited(caller, request)));
  }

  @Post("/passkeys/registration/verify")
  @Consumes("*/*")
  HttpResponse<?> register(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    return Replies.json(registration.verify(limited(caller, request), JsonBody.parse(bytes)));
  }

  @Get("/passkeys")
  HttpResponse<?> list(Caller caller, HttpRequest<?> request) {
    return Replies.json(registration.list(authRequest(caller, request)));
  }

  @Patch("/passkeys/{id}")
  @Consumes("*/*")
  HttpResponse<?> rename(
      Caller caller, HttpRequest<?> request, String id, @Body byte @Nullable [] bytes) {
    return Replies.json(
        registration.rename(authRequest(caller, request), id, JsonBody.parse(bytes)));
  }

  @Delete("/passkeys/{id}")
  @Consumes("*/*")
  HttpResponse<?> delete(Caller caller, HttpRequest<?> request, String id) {
    registration.delete(authRequest(caller, request), id);
    return HttpResponse.noContent();
  }

  @Get("/admin/users/{user}/passkeys")
  HttpResponse<?> listOf(Caller caller, HttpRequest<?> request, String user) {
    return Replies.json(registration.list(admin(caller, request), user));
  }

  @Delete("/admin/users/{user}/passkeys/{id}")
  @Consumes("*/*")
  HttpResponse<?> deleteOf(Caller caller, HttpRequest<?> request, String user, String id) {
    registration.delete(admin(caller, request), user, id);
    return HttpResponse.noContent();
  }

  private AuthRequest limited(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequest(caller, request);
    limits.take(authRequest, RequestLimits.Kind.PASSKEY);
    return authRequest;
  }

  private AuthRequest authRequest(Caller caller, HttpRequest<?> request) {
    if (!settings.enabled()) {
      throw AuthError.notFound(AuthCode.PASSKEY_DISABLED, "Passkeys are disabled");
    }
    return authRequests.of(caller, request);
  }

  /// Administrators see and remove passkeys also where nobody can use them any more.
  private AuthRequest admin(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequests.of(caller, request);
    bearers.requireAdmin(authRequest);
    return authRequest;
  }
}
