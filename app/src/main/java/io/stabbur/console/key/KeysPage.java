package io.stabbur.console.key;

import io.stabbur.auth.application.ProjectPrograms.Program;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.console.project.ProjectChoice;
import io.stabbur.project.ApiKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The keys of a project, and the programs that act for its organizations.
///
/// @param isSilent whether the database does not answer
/// @param made a key that was just made, shown this once; absent where none was
/// @param name of a new key, as it was given
public record KeysPage(
    Frame frame,
    ProjectChoice choice,
    boolean isSilent,
    List<KeyLine> keys,
    List<Program> programs,
    @Nullable Made made,
    String name)
    implements Page {
  /// A key, and its text.
  public record Made(String name, boolean isSecret, String text) {
    @Override
    public String toString() {
      return "Made[" + name + "]";
    }
  }

  public KeysPage {
    keys = List.copyOf(keys);
    programs = List.copyOf(programs);
  }

  /// Of new keys; the older kinds are for apps that know no others.
  public List<ApiKey.Kind> kinds() {
    return List.of(ApiKey.Kind.PUBLISHABLE, ApiKey.Kind.SECRET);
  }
}
