package io.stabbur.console.expert;

import io.stabbur.console.project.Window;
import io.stabbur.storage.browse.BucketLine;

/// The buckets of a project, as somebody sees them.
///
/// @param refusal the key of why nothing is shown; empty where something is
public record StoragePage(SeenAs seen, String refusal, Window<BucketLine> buckets) {
  /// What the link to a bucket says, after the project.
  public String query(BucketLine bucket) {
    return BucketPage.query(bucket.id(), "", "") + seen.query();
  }

  /// What the link to the next buckets says, after the project.
  public String nextQuery() {
    return "&q="
        + SeenAs.encoded(buckets.text())
        + "&after="
        + SeenAs.encoded(String.valueOf(buckets.next()))
        + seen.query();
  }

  /// What the link to the first buckets says.
  public String firstQuery() {
    return "&q=" + SeenAs.encoded(buckets.text()) + seen.query();
  }
}
