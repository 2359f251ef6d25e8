package io.stabbur.console.trial;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import java.util.UUID;

/// The page of an act on an organization.
public interface TrialPage<Q extends TrialRequest, R> extends Page {
  /// The name of the project.
  String project();

  /// The name of the organization.
  String name();

  /// The id of the organization.
  UUID id();

  /// What is written once more before it is done.
  default String asked() {
    return ConsoleForm.asked(name(), id());
  }

  /// The page's address below `/console`.
  String path();

  TrialState<Q, R> state();

  TrialPage<Q, R> with(Frame other);
}
