package io.stabbur.console.page;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.auth.error.AuthError;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.organization.management.OrganizationError;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.http.ErrorRenderer;
import io.stabbur.platform.http.RequestContext;
import io.stabbur.storage.StorageError;
import jakarta.inject.Singleton;

/// Errors as pages: what happened, and what to do next. Whoever has not signed in is taken there.
@Singleton
final class PageErrorRenderer implements ErrorRenderer {
  private final Pages pages;
  private final Frames frames;

  PageErrorRenderer(Pages pages, Frames frames) {
    this.pages = pages;
    this.frames = frames;
  }

  @Override
  public String prefix() {
    return "/console";
  }

  @Override
  public boolean writesRefusals() {
    return true;
  }

  @Override
  public MutableHttpResponse<?> render(HttpRequest<?> request, ApiError error) {
    return switch (error) {
      case FormExpired _ -> failure(request, HttpStatus.FORBIDDEN, "form");
      case Failure failure -> shared(request, failure);
      case OrganizationError.NotFound _, StorageError.NoSuchBucket _ ->
          failure(request, HttpStatus.NOT_FOUND, "missing");
      case Refused refused -> refused(request, refused.status());
      case AuthError.Refused refused -> refused(request, refused.status());
      default -> failure(request, HttpStatus.INTERNAL_SERVER_ERROR, "internal");
    };
  }

  /// A refusal that has no words of its own here.
  private MutableHttpResponse<?> refused(HttpRequest<?> request, int status) {
    return switch (status) {
      case 403 -> failure(request, HttpStatus.FORBIDDEN, "forbidden");
      case 404 -> failure(request, HttpStatus.NOT_FOUND, "missing");
      case 429 -> failure(request, HttpStatus.TOO_MANY_REQUESTS, "crowded");
      case 503 -> failure(request, HttpStatus.SERVICE_UNAVAILABLE, "unavailable");
      default ->
          status >= 400 && status < 500
              ? failure(request, HttpStatus.BAD_REQUEST, "malformed")
              : failure(request, HttpStatus.INTERNAL_SERVER_ERROR, "internal");
    };
  }

  private MutableHttpResponse<?> shared(HttpRequest<?> request, Failure failure) {
    return switch (failure) {
      case Failure.Unauthenticated _, Failure.Revoked _ -> unauthenticated(request);
      case Failure.Forbidden _ -> forbidden(request);
      case Failure.NoSuchRoute _ -> failure(request, HttpStatus.NOT_FOUND, "missing");
      case Failure.MethodNotAllowed _ -> failure(request, HttpStatus.METHOD_NOT_ALLOWED, "missing");
      case Failure.NotAcceptable _ -> failure(request, HttpStatus.NOT_ACCEPTABLE, "malformed");
      case Failure.Malformed _ -> failure(request, HttpStatus.BAD_REQUEST, "malformed");
      case Failure.TooLarge _ -> failure(request, HttpStatus.REQUEST_ENTITY_TOO_LARGE, "malformed");
      case Failure.UnsupportedMedia _ ->
          failure(request, HttpStatus.UNSUPPORTED_MEDIA_TYPE, "malformed");
      case Failure.Crowded _ -> failure(request, HttpStatus.TOO_MANY_REQUESTS, "crowded");
      case Failure.Busy _, Failure.Unavailable _ ->
          failure(request, HttpStatus.SERVICE_UNAVAILABLE, "unavailable");
      case Failure.Timeout _ -> failure(request, HttpStatus.GATEWAY_TIMEOUT, "unavailable");
      case Failure.Database _, Failure.Internal _ ->
          failure(request, HttpStatus.INTERNAL_SERVER_ERROR, "internal");
    };
  }

  private MutableHttpResponse<?> unauthenticated(HttpRequest<?> request) {
    if (request.getMethod() == HttpMethod.GET) {
      var page = PagePath.of(request.getPath().replaceFirst("^/console", ""));
      return pages.go(frames.at("/sign-in") + (page.isEmpty() ? "" : "?next=" + page));
    }
    return failure(request, HttpStatus.UNAUTHORIZED, "session");
  }

  /// Whoever has no second factor yet may do nothing but set one up.
  private MutableHttpResponse<?> forbidden(HttpRequest<?> request) {
    boolean isLimited =
        RequestContext.of(request).get(SignedIn.class).filter(SignedIn::isLimited).isPresent();
    return isLimited
        ? pages.go(frames.at("/second-factor"))
        : failure(request, HttpStatus.FORBIDDEN, "forbidden");
  }

  private MutableHttpResponse<?> failure(HttpRequest<?> request, HttpStatus status, String what) {
    var frame = frames.of(request, Section.NONE, "failure." + what + ".title");
    return pages.show(request, status, "failure", new FailurePage(frame, "failure." + what));
  }
}
