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
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Visit;
import io.stabbur.auth.request.Visits;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;
import org.jspecify.annotations.Nullable;

/// `/passkeys` for everybody, and `/admin/users/{user}/passkeys` for administrators.
@Controller("/auth/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
final class PasskeyController {
  private final PasskeySettings settings;
  private final Visits visits;
  private final RequestLimits limits;
  private final Captcha captcha;
  private final Bearers bearers;
  private final PasskeySignIn signIn;
  private final PasskeyRegistration registration;

  PasskeyController(
      PasskeySettings settings,
      Visits visits,
      RequestLimits limits,
      Captcha captcha,
      Bearers bearers,
      PasskeySignIn signIn,
      PasskeyRegistration registration) {
    this.settings = settings;
    this.visits = visits;
    this.limits = limits;
    this.captcha = captcha;
    this.bearers = bearers;
    this.signIn = signIn;
    this.registration = registration;
  }

  @Post("/passkeys/authentication/options")
  @Consumes("*/*")
  HttpResponse<?> signInOptions(Caller caller, HttpRequest<byte[]> request) {
    var visit = limited(caller, request);
    captcha.check(visit, JsonBody.parseOrEmpty(request.getBody().orElse(null)));
    return Replies.json(signIn.options(visit));
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
    return Replies.json(registration.list(visit(caller, request)));
  }

  @Patch("/passkeys/{id}")
  @Consumes("*/*")
  HttpResponse<?> rename(
      Caller caller, HttpRequest<?> request, String id, @Body byte @Nullable [] bytes) {
    return Replies.json(registration.rename(visit(caller, request), id, JsonBody.parse(bytes)));
  }

  @Delete("/passkeys/{id}")
  @Consumes("*/*")
  HttpResponse<?> delete(Caller caller, HttpRequest<?> request, String id) {
    registration.delete(visit(caller, request), id);
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

  private Visit limited(Caller caller, HttpRequest<?> request) {
    var visit = visit(caller, request);
    limits.take(visit, RequestLimits.Kind.PASSKEY);
    return visit;
  }

  private Visit visit(Caller caller, HttpRequest<?> request) {
    if (!settings.enabled()) {
      throw AuthError.notFound(AuthCode.PASSKEY_DISABLED, "Passkeys are disabled");
    }
    return visits.of(caller, request);
  }

  /// Administrators see and remove passkeys also where nobody can use them any more.
  private Visit admin(Caller caller, HttpRequest<?> request) {
    var visit = visits.of(caller, request);
    bearers.requireAdmin(visit);
    return visit;
  }
}
