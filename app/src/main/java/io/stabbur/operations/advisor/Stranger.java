package io.stabbur.operations.advisor;

import io.stabbur.platform.sql.Statement;

/// A caller to whom nothing belongs. What a policy lets such a caller have, it lets everybody have.
///
/// @param role that the caller acts as
/// @param id of the account; empty for a token that names none
/// @param claims of the token
record Stranger(String role, String id, String claims) {
  private static final String SIGNED_IN = "4f1c7f0e-9d52-4c5a-8f55-2b8d3f3a6d01";
  private static final String GUEST = "4f1c7f0e-9d52-4c5a-8f55-2b8d3f3a6d02";
  private static final String ACCOUNT =
      """
      {"sub": "%s", "role": "authenticated", "aud": "authenticated", "aal": "aal2", "email": "%s", "is_anonymous": %s,
       "session_id": "4f1c7f0e-9d52-4c5a-8f55-2b8d3f3a6d03", "app_metadata": {}, "user_metadata": {}, "organizations": [],
       "organization_id": null, "user_role": null}\
      """;

  /// Whoever has the publishable key.
  static final Stranger ANON = new Stranger("anon", "", "{\"role\": \"anon\"}");

  /// Whoever has an account.
  static final Stranger ACCOUNT_HOLDER =
      new Stranger(
          "authenticated",
          SIGNED_IN,
          ACCOUNT.formatted(SIGNED_IN, "stranger@probe.invalid", false));

  /// Whoever signed in without an address.
  static final Stranger ANONYMOUS_USER =
      new Stranger("authenticated", GUEST, ACCOUNT.formatted(GUEST, "", true));

  /// A token of a program, which names no account.
  static final Stranger NO_USER =
      new Stranger("authenticated", "", "{\"role\": \"authenticated\", \"organizations\": []}");

  /// Has the transaction go on as this caller.
  Statement become() {
    return Statement.of(
        """
        select set_config('search_path', 'public, extensions', true),
          set_config('request.jwt.claims', ?, true),
          set_config('request.jwt.claim.sub', ?, true),
          set_config('request.jwt.claim.role', ?, true),
          set_config('request.jwt.claim.user_role', '', true),
          set_config('request.jwt.claim.organization_id', '', true),
          set_config('role', ?, true)\
        """,
        claims,
        id,
        role,
        role);
  }
}
