package io.stabbur.auth.signup;

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
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;

/// `POST /signup`.
@Controller("/auth/v1/signup")
@ExecuteOn(TaskExecutors.BLOCKING)
final class SignUpController {
  private final AuthRequests authRequests;
  private final RequestLimits limits;
  private final Captcha captcha;
  private final SignUp signUp;

  SignUpController(
      AuthRequests authRequests, RequestLimits limits, Captcha captcha, SignUp signUp) {
    this.authRequests = authRequests;
    this.limits = limits;
    this.captcha = captcha;
    this.signUp = signUp;
  }

  @Post
  @Consumes("*/*")
  HttpResponse<?> signUp(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var authRequest = authRequests.of(caller, request);
    var body = JsonBody.parse(bytes);
    boolean named = body.has("email") || body.has("phone");
    limits.take(authRequest, named ? RequestLimits.Kind.SIGNUP : RequestLimits.Kind.ANONYMOUS);
    captcha.check(authRequest, body);
    return switch (signUp.signUp(authRequest, body)) {
      case SignUp.Outcome.SignedIn(var session) -> Replies.session(session);
      case SignUp.Outcome.Pending(var user) -> Replies.json(user);
    };
  }
}
