package io.stabbur.operations.alert;

/// How one rule is made to fire and to end again.
///
/// @param rule its name
/// @param how what really happens, in words
/// @param isQuick whether it takes a few seconds at most
record Firing(String rule, String how, boolean isQuick, Act act) {
  /// Causes the condition, waits for the alert, mends the cause and waits for the end.
  interface Act {
    void on(Stage stage) throws Exception;
  }

  static Firing quick(String rule, String how, Act act) {
    return new Firing(rule, how, true, act);
  }

  static Firing slow(String rule, String how, Act act) {
    return new Firing(rule, how, false, act);
  }
}
