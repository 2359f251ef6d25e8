package io.stabbur.console.activity;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.page.Csv;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Section;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.OperatorLogEntry;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import java.util.List;
import java.util.Optional;

/// `/console/activity`: what operators did.
@Controller("/console")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.AUDITORS)
final class ActivityController {
  private static final int PAGE = 100;
  private static final int FILE = 1_000;

  private final OperatorDesk desk;
  private final Pages pages;
  private final Frames frames;

  ActivityController(OperatorDesk desk, Pages pages, Frames frames) {
    this.desk = desk;
    this.pages = pages;
    this.frames = frames;
  }

  @Get("/activity")
  HttpResponse<?> show(
      HttpRequest<?> request,
      SignedIn reader,
      @QueryValue Optional<String> who,
      @QueryValue Optional<Long> before) {
    var frame = frames.of(request, Section.ACTIVITY, "activity.title");
    var wanted = who.orElse("").strip();
    var found = find(frame, wanted, before.orElse(Long.MAX_VALUE), PAGE + 1);
    var shown = found.subList(0, Math.min(PAGE, found.size()));
    var next = found.size() > PAGE ? shown.getLast().id() : null;
    return pages.show(
        request,
        "activity",
        new ActivityPage(frame, deeds(frame, reader, shown), wanted, before.isEmpty(), next));
  }

  /// The last thousand of those that are asked for, for a spreadsheet.
  @Get("/activity.csv")
  HttpResponse<?> csv(HttpRequest<?> request, SignedIn reader, @QueryValue Optional<String> who) {
    var frame = frames.of(request, Section.ACTIVITY, "activity.title");
    var csv = new Csv("time", "operator", "action", "about", "outcome");
    deeds(frame, reader, find(frame, who.orElse("").strip(), Long.MAX_VALUE, FILE))
        .forEach(
            deed ->
                csv.row(
                    deed.at().toString(),
                    deed.operator(),
                    deed.action(),
                    deed.about(),
                    deed.outcome().word()));
    return csv.file(pages, "activity.csv");
  }

  private List<OperatorLogEntry> find(Frame frame, String who, long before, int most) {
    return desk.log(who, Deed.command(frame.texts()), before, most);
  }

  private static List<Deed> deeds(Frame frame, SignedIn reader, List<OperatorLogEntry> entries) {
    return entries.stream().map(entry -> Deed.of(entry, frame.texts(), reader.role())).toList();
  }
}
