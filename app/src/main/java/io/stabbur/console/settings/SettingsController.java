package io.stabbur.console.settings;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Section;
import io.stabbur.control.operator.Role;
import io.stabbur.platform.config.EffectiveSettings;
import java.util.Optional;

/// `/console/settings`: what counts and where it comes from, and which version runs.
@Controller("/console/settings")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.AUDITORS)
final class SettingsController {
  private final EffectiveSettings settings;
  private final Pages pages;
  private final Frames frames;

  SettingsController(EffectiveSettings settings, Pages pages, Frames frames) {
    this.settings = settings;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  HttpResponse<?> show(HttpRequest<?> request) {
    var all = settings.all();
    var version = SettingsController.class.getPackage().getImplementationVersion();
    var page =
        new SettingsPage(
            frames.of(request, Section.SETTINGS, "settings.title"),
            Optional.ofNullable(version).orElse(""),
            Runtime.version().toString(),
            all.stream().filter(line -> line.origin().isPresent()).toList(),
            all.stream().filter(line -> line.origin().isEmpty()).toList());
    return pages.show(request, "settings", page);
  }
}
