package io.stabbur.auth.user;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.Captcha;
import io.stabbur.auth.Replies;
import io.stabbur.auth.RequestLimits;
import io.stabbur.auth.Visits;
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
    var body = io.stabbur.auth.Body.parse(bytes);
    boolean named = body.has("email") || body.has("phone");
    limits.take(visit, named ? RequestLimits.Kind.SIGNUP : RequestLimits.Kind.ANONYMOUS);
    captcha.check(visit, body);
    return switch (signUp.signUp(visit, body)) {
      case SignUp.Outcome.SignedIn(var session) -> Replies.session(session);
      case SignUp.Outcome.Pending(var user) -> Replies.json(user);
    };
  }
}
