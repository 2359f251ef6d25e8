package io.stabbur.data.plan;

import io.stabbur.data.error.DataError;
import org.jspecify.annotations.Nullable;

/// What the settings allow a plan to do.
///
/// @param maxRows most rows of each level of a read
public record PlanRules(
    @Nullable Integer maxRows,
    Permission aggregates,
    Permission explain,
    TargetNames targetNames,
    Permission unfilteredWrites,
    EmbedLimits embeds) {

  /// How many relations one request may embed, and how deep; 0 sets no limit.
  public record EmbedLimits(int count, int depth) {
    void require(int embeds, int level) {
      if (count > 0 && embeds > count) {
        throw new DataError.QueryTooComplex("number of embedded relations", count).exception();
      }
      if (depth > 0 && level > depth) {
        throw new DataError.QueryTooComplex("embedding depth", depth).exception();
      }
    }
  }

  public enum Permission {
    GRANTED,
    REFUSED
  }

  /// Whether an aliased embed may still be addressed by its relation's name.
  public enum TargetNames {
    ALIAS_OR_RELATION,
    ALIAS
  }
}
