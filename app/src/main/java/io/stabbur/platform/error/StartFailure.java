package io.stabbur.platform.error;

import io.stabbur.platform.file.OwnFolder;
import java.io.IOException;
import java.nio.file.Path;

/// Why Stabbur cannot start, as one sentence that says what to do next.
public final class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean passing;

  public StartFailure(String sentence) {
    super(sentence, null, false, false);
    this.passing = false;
  }

  public StartFailure(String sentence, Throwable cause) {
    this(sentence, cause, false);
  }

  private StartFailure(String sentence, Throwable cause, boolean passing) {
    super(sentence, cause, false, false);
    this.passing = passing;
  }

  /// What may pass without anybody's doing: a database that is away.
  public static StartFailure passing(String sentence, Throwable cause) {
    return new StartFailure(sentence, cause, true);
  }

  /// Whether waiting may help; else a person must mend something.
  public boolean isPassing() {
    return passing;
  }

  /// Makes a folder of Stabbur's data, or refuses one that another user of the machine could have
  /// prepared.
  ///
  /// @throws IOException when it cannot be made or read
  public static void requireSafe(Path folder) throws IOException {
    var reason = OwnFolder.create(folder);
    if (reason.isPresent()) {
      throw new StartFailure(
          "The data folder %s is not safe, %s; let it belong to the user who starts Stabbur and be writable for nobody else, or choose another with --data."
              .formatted(folder, reason.get()));
    }
  }
}
