package io.stabbur.console.trial;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.run.Run;
import io.stabbur.console.run.Runs;
import io.stabbur.console.trial.TrialWork.Kind;
import io.stabbur.project.Project;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/// An act on organizations, as [TrialForms] needs it.
public interface TrialDesk<Q extends TrialRequest, R, P extends TrialPage<Q, R>> {
  /// Its name, which its template has, too, and with which its addresses end and the keys of its
  /// texts begin.
  String act();

  /// Whether owners alone may do it.
  boolean isOfOwners();

  Runs<TrialWork<Q>, R> runs();

  /// Reads [TrialRequest#subject] back; empty where it is something else.
  Optional<Q> read(String subject);

  /// The page of an organization.
  ///
  /// @throws io.stabbur.platform.error.ApiException 404 where there is no such organization
  P page(Frame frame, Project project, UUID organization, TrialState<Q, R> state);

  /// What a form asks for.
  ///
  /// @throws io.stabbur.platform.error.ApiException where there is no such thing
  Q request(P page, ConsoleForm form);

  /// What the journal says it is about.
  String subject(P page, ConsoleForm form);

  /// What tries or does it, and tells how far it is.
  Function<Consumer<Run.Step>, R> task(Project project, Q request, Kind kind);
}
