package io.stabbur.console.mail;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.auth.admin.TestMail;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.mail.MailSettings;
import io.stabbur.auth.mail.SentMessages;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Section;
import io.stabbur.control.operator.Role;
import io.stabbur.platform.error.ApiException;

/// `/console/mail`: how mail leaves the house, and a test.
@Controller("/console/mail")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class MailController {
  private final MailSettings settings;
  private final TestMail mail;
  private final SentMessages sent;
  private final Pages pages;
  private final Frames frames;

  MailController(
      MailSettings settings, TestMail mail, SentMessages sent, Pages pages, Frames frames) {
    this.settings = settings;
    this.mail = mail;
    this.sent = sent;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request) {
    return pages.show(request, "mail", new MailPage(frame(request), settings, sent.last(), "", ""));
  }

  @Post("/test")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> test(HttpRequest<?> request, ConsoleForm form) {
    var address = form.text("address");
    try {
      var _ = mail.send(address);
      return pages.show(
          request, "mail", new MailPage(frame(request), settings, sent.last(), address, ""));
    } catch (ApiException e) {
      if (e.error() instanceof AuthError.Refused(int status, var _, var message)) {
        boolean isAddress = status < 500;
        var key = isAddress ? "mail.address-wrong" : "mail.failed";
        var frame = frame(request).refused(key, isAddress ? "" : message, "address");
        return pages.show(
            request,
            isAddress ? HttpStatus.BAD_REQUEST : HttpStatus.BAD_GATEWAY,
            "mail",
            new MailPage(frame, settings, sent.last(), "", address));
      }
      throw e;
    }
  }

  private Frame frame(HttpRequest<?> request) {
    return frames.of(request, Section.MAIL, "mail.title");
  }
}
