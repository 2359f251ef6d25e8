package io.stabbur.console.page;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.stabbur.platform.error.StartFailure;
import java.time.DateTimeException;
import java.time.ZoneId;

/// The operators' pages, under `stabbur.console`.
///
/// @param timeZone in which pages show times, such as `Europe/Oslo`
/// @param twoPersons whether somebody is erased, and an organization brought back or moved out,
///   only after two operators asked for it
@ConfigurationProperties("stabbur.console")
public record ConsoleSettings(
    @Bindable(defaultValue = "Europe/Oslo") String timeZone,
    @Bindable(defaultValue = "false") boolean twoPersons) {
  ZoneId zone() {
    try {
      return ZoneId.of(timeZone);
    } catch (DateTimeException _) {
      throw new StartFailure(
          "stabbur.console.time-zone %s is no time zone; name one such as Europe/Oslo or UTC."
              .formatted(timeZone));
    }
  }
}
