package io.stabbur.operations.advisor;

/// How bad a finding is, worst first.
public enum Level {
  ERROR,
  WARN,
  INFO
}
