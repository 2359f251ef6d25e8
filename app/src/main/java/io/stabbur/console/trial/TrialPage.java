package io.stabbur.console.trial;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;

/// The page of an act on an organization.
public interface TrialPage<Q extends TrialRequest, R> extends Page {
  /// The name of the project.
  String project();

  /// The name of the organization.
  String name();

  /// The page's address below `/console`.
  String path();

  TrialState<Q, R> state();

  TrialPage<Q, R> with(Frame other);
}
