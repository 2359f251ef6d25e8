package io.stabbur.data.plan;

import io.stabbur.data.catalog.RowSecurity;

/// Whether policies decide which rows of a read a role sees, at any of its levels.
public final class RowSources {
  private RowSources() {}

  public static boolean areGuarded(ReadPlan plan, RowSecurity security, String role) {
    return isGuarded(plan.source(), security, role)
        || plan.embeds().stream().anyMatch(embed -> areGuarded(embed.rows(), security, role));
  }

  private static boolean isGuarded(Source source, RowSecurity security, String role) {
    return switch (source) {
      case Source.Relation(var name, _) -> security.appliesTo(role, name);
      case Source.Joined(var name, _, var junction, _) ->
          security.appliesTo(role, name) || security.appliesTo(role, junction);
      // what a function reads is not known
      case Source.Computed _, Source.Result _ -> security.appliesTo(role);
    };
  }
}
