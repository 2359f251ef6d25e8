package io.stabbur.auth.signin;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.guard.Captcha;
import io.stabbur.auth.guard.RequestLimits;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;
import java.util.function.BiConsumer;

/// Requests that send something: codes, links, once more.
@Controller("/auth/v1")
@Consumes("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class OtpController {
  private final AuthRequests authRequests;
  private final RequestLimits limits;
  private final Captcha captcha;
  private final OneTimePasswords passwords;

  OtpController(
      AuthRequests authRequests,
      RequestLimits limits,
      Captcha captcha,
      OneTimePasswords passwords) {
    this.authRequests = authRequests;
    this.limits = limits;
    this.captcha = captcha;
    this.passwords = passwords;
  }

  @Post("/otp")
  HttpResponse<?> otp(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    return ask(authRequests.of(caller, request), bytes, RequestLimits.Kind.OTP, passwords::send);
  }

  // wire: the old form of /otp, for e-mail alone
  @Post("/magiclink")
  HttpResponse<?> magicLink(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    return ask(authRequests.of(caller, request), bytes, RequestLimits.Kind.OTP, passwords::send);
  }

  @Post("/recover")
  HttpResponse<?> recover(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    return ask(
        authRequests.of(caller, request), bytes, RequestLimits.Kind.RECOVER, passwords::recover);
  }

  @Post("/resend")
  HttpResponse<?> resend(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    return ask(
        authRequests.of(caller, request), bytes, RequestLimits.Kind.RESEND, passwords::resend);
  }

  private HttpResponse<?> ask(
      AuthRequest authRequest,
      byte @Nullable [] bytes,
      RequestLimits.Kind kind,
      BiConsumer<AuthRequest, JsonBody> work) {
    limits.take(authRequest, kind);
    var body = JsonBody.parse(bytes);
    captcha.check(authRequest, body);
    work.accept(authRequest, body);
    return Replies.empty();
  }
}
