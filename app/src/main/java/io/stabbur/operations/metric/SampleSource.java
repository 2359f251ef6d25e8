package io.stabbur.operations.metric;

import io.stabbur.project.Project;
import java.util.List;

/// Samples that are taken elsewhere and shown with those of the databases. A bean; asked by each
/// scrape, so it must not wait for anything.
public interface SampleSource {
  /// The newest of a project.
  List<Sample> of(Project project);
}
