package io.stabbur.console.settings;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.platform.config.EffectiveSettings.Line;
import java.util.List;

/// The settings that count.
///
/// @param version of this program; empty where it was not built
/// @param set those that somebody chose
/// @param usual the others
public record SettingsPage(
    Frame frame, String version, String java, List<Line> set, List<Line> usual) implements Page {
  public SettingsPage {
    set = List.copyOf(set);
    usual = List.copyOf(usual);
  }
}
