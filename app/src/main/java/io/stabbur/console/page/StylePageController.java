package io.stabbur.console.page;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.stabbur.control.operator.Role;

/// `/console/style`: every component of the pages on one.
@Controller("/console/style")
@Secured(Role.AUDITORS)
final class StylePageController {
  private final Pages pages;
  private final Frames frames;

  StylePageController(Pages pages, Frames frames) {
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  HttpResponse<?> show(HttpRequest<?> request) {
    return pages.show(
        request, "style", new PlainPage(frames.of(request, Section.NONE, "style.title")));
  }
}
