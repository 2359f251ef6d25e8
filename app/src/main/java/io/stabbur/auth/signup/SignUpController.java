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
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Visits;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;

/// `POST /signup`.
@Controller("/auth/v1/signup")
@ExecuteOn(TaskExecutors.BLOCKING)
final class SignUpController {
  private final Visits visits;
  private final RequestLimits limits;
  private final Captcha captcha;
  private final SignUp signUp;

  SignUpController(Visits visits, RequestLimits limits, Captcha captcha, SignUp signUp) {
    this.visits = visits;
    this.limits = limits;
    this.captcha = captcha;
    this.signUp = signUp;
  }

  @Post
  @Consumes("*/*")
  HttpResponse<?> signUp(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var visit = visits.of(caller, request);
    var body = JsonBody.parse(bytes);
    boolean named = body.has("email") || body.has("phone");
    limits.take(visit, named ? RequestLimits.Kind.SIGNUP : RequestLimits.Kind.ANONYMOUS);
    captcha.check(visit, body);
    return switch (signUp.signUp(visit, body)) {
      case SignUp.Outcome.SignedIn(var session) -> Replies.session(session);
      case SignUp.Outcome.Pending(var user) -> Replies.json(user);
    };
  }
}
