package io.stabbur.console.expert;

import io.stabbur.storage.browse.BucketLine;
import io.stabbur.storage.browse.FileLine;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What lies in a folder of a bucket, as somebody sees it.
///
/// @param refusal the key of why nothing is shown; empty where something is
/// @param folder with the slash at its end; empty for the bucket itself
/// @param isFirst whether the list begins with the first file
/// @param next after which name the next page begins; absent on the last one
public record BucketPage(
    SeenAs seen,
    String refusal,
    BucketLine bucket,
    String folder,
    boolean isFirst,
    List<FileLine> files,
    @Nullable String next) {
  public BucketPage {
    files = List.copyOf(files);
  }

  /// A folder on the way to the one that is shown.
  ///
  /// @param name the part of the name that it adds
  /// @param path its whole name
  public record Step(String name, String path) {}

  /// The folders above the one that is shown, from the bucket's first one on, and itself.
  public List<Step> steps() {
    var steps = new ArrayList<Step>();
    for (int end = folder.indexOf('/'); end >= 0; end = folder.indexOf('/', end + 1)) {
      int begin = steps.isEmpty() ? 0 : steps.getLast().path().length();
      steps.add(new Step(folder.substring(begin, end), folder.substring(0, end + 1)));
    }
    return steps;
  }

  /// What the link to a folder of the bucket says, after the project.
  public String query(String path) {
    return query(bucket.id(), path, "") + seen.query();
  }

  public String nextQuery() {
    return query(bucket.id(), folder, String.valueOf(next)) + seen.query();
  }

  /// What the link to a file says, after the project.
  public String query(FileLine file) {
    return FilePage.query(bucket.id(), file.name()) + seen.query();
  }

  static String query(String bucket, String folder, String after) {
    return "&bucket="
        + SeenAs.encoded(bucket)
        + (folder.isEmpty() ? "" : "&folder=" + SeenAs.encoded(folder))
        + (after.isEmpty() ? "" : "&after=" + SeenAs.encoded(after));
  }
}
