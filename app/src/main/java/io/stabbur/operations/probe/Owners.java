package io.stabbur.operations.probe;

import java.util.List;
import java.util.regex.Pattern;

/// The usual names of columns and claims that say whose something is.
final class Owners {
  static final List<String> ORGANIZATION_CLAIMS =
      List.of("organization_id", "org_id", "tenant_id", "team_id", "company_id", "school_id");
  static final Pattern ORGANIZATION =
      Pattern.compile(
          "(?i)(organi[sz]ation|org|tenant|team|company|school|customer|client)(_?(id|uuid))?");
  static final Pattern PERSON =
      Pattern.compile(
          "(?i)(user|owner|author|member|person|profile|account|created_by)(_?(id|uuid))?");

  private Owners() {}
}
