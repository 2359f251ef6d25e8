package io.stabbur.console.alert;

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
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Section;
import io.stabbur.control.operator.Role;
import io.stabbur.operations.alert.AlertDesk;
import io.stabbur.operations.alert.ReceiverSettings;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Uuids;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/// `/console/alerts`: what is wrong since when, what to do about it, and silences.
@Controller("/console/alerts")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class AlertPageController {
  private static final int LONGEST_REASON = 300;
  private static final int SHOWN = 20;

  private final AlertDesk desk;
  private final List<ReceiverSettings> receivers;
  private final Clock clock;
  private final Pages pages;
  private final Frames frames;

  AlertPageController(
      AlertDesk desk, List<ReceiverSettings> receivers, Clock clock, Pages pages, Frames frames) {
    this.desk = desk;
    this.receivers = receivers;
    this.clock = clock;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request) {
    return pages.show(
        request,
        "alerts",
        new AlertsPage(frame(request), desk.open(), desk.ended(SHOWN), "", "", receivers));
  }

  /// Tells nobody of an alert for so many `hours`, for a `reason`.
  @Post("/{name}/{fingerprint}/silence")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> silence(
      HttpRequest<?> request, String name, String fingerprint, ConsoleForm form) {
    var reason = form.text("reason");
    var hours =
        AlertsPage.HOURS.stream().filter(each -> form.text("hours").equals(each + "")).findFirst();
    if (reason.isEmpty() || reason.length() > LONGEST_REASON || hours.isEmpty()) {
      return refused(request, fingerprint, reason);
    }
    var alert =
        desk.open().stream()
            .filter(open -> open.name().equals(name) && open.fingerprint().equals(fingerprint))
            .findFirst();
    alert.ifPresent(
        open -> desk.silence(open, reason, clock.instant().plus(Duration.ofHours(hours.get()))));
    return pages.go(
        frames.at("/alerts?done=" + (alert.isPresent() ? "alert-silenced" : "alert-over")));
  }

  private HttpResponse<?> refused(HttpRequest<?> request, String fingerprint, String reason) {
    var alerts = desk.open();
    var mark =
        alerts.stream()
            .filter(open -> open.fingerprint().equals(fingerprint))
            .findFirst()
            .map(open -> "reason-" + open.fingerprint())
            .orElse("");
    var frame = frame(request).refused("alerts.reason-needed", "", mark);
    return pages.show(
        request,
        HttpStatus.BAD_REQUEST,
        "alerts",
        new AlertsPage(frame, alerts, desk.ended(SHOWN), fingerprint, reason, receivers));
  }

  /// Ends a silence.
  @Post("/silences/{id}/end")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> end(String id) {
    desk.unsilence(
        Uuids.parse(id)
            .orElseThrow(() -> new ApiException(new Failure.NoSuchRoute("/silences/" + id))));
    return pages.go(frames.at("/alerts?done=silence-ended"));
  }

  private Frame frame(HttpRequest<?> request) {
    return frames.of(request, Section.ALERTS, "alerts.title");
  }
}
