package io.stabbur.project;

/// One thing that `stabbur doctor` has a running process try for a project. Each room that depends
/// on something outside itself brings beans; a check may take seconds.
public interface Checkup {
  /// Its name in JSON, such as `store`.
  String name();

  Result check(Project project);

  /// What came of it.
  ///
  /// @param text one sentence for the operator: what was found or, with a problem, what to do
  record Result(boolean isWell, String text) {
    public static Result well(String text) {
      return new Result(true, text);
    }

    public static Result problem(String text) {
      return new Result(false, text);
    }
  }
}
