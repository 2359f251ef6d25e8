package io.stabbur.data.catalog;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Isolation levels of the roles requests run as, made with `alter role ... set
/// default_transaction_isolation`. Their other settings are the connection pool's care.
public record RoleSettings(Map<String, String> isolation) {

  public @Nullable String isolationOf(String role) {
    return isolation.get(role);
  }
}
