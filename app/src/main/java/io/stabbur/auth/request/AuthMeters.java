package io.stabbur.auth.request;

import io.micrometer.core.instrument.MeterRegistry;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/// The metrics of Auth, by project and outcome: `stabbur_auth_sign_ins_total` (also by grant),
/// `stabbur_auth_messages_total` (also by channel) and `stabbur_auth_hook_calls_total` (also by
/// hook). Outcomes are `success` and `failure`.
@Singleton
public final class AuthMeters {
  private final MeterRegistry registry;

  AuthMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /// How a message leaves the house.
  public enum Channel {
    MAIL("mail"),
    SMS("sms"),
    HOOK("hook");

    private final String label;

    Channel(String label) {
      this.label = label;
    }
  }

  /// Counts how asking for a token ends: what it throws is a failure.
  ///
  /// @param grant one of the names the code knows
  public <T> T signIn(Project project, String grant, Supplier<T> work) {
    return counted("stabbur.auth.sign.ins", project, "grant", grant, work);
  }

  /// Counts how sending a message ends.
  public void message(Project project, Channel channel, boolean sent) {
    count("stabbur.auth.messages", project, "channel", channel.label, sent);
  }

  public <T> T hook(Project project, String hook, Supplier<T> work) {
    return counted("stabbur.auth.hook.calls", project, "hook", hook, work);
  }

  private <T> T counted(
      String meter, Project project, String label, String value, Supplier<T> work) {
    boolean succeeded = false;
    try {
      var result = work.get();
      succeeded = true;
      return result;
    } finally {
      count(meter, project, label, value, succeeded);
    }
  }

  private void count(String meter, Project project, String label, String value, boolean success) {
    registry
        .counter(
            meter,
            "project",
            project.name(),
            label,
            value,
            "outcome",
            success ? "success" : "failure")
        .increment();
  }
}
