package io.stabbur.functions.deploy;

import io.stabbur.functions.error.FunctionError;
import io.stabbur.platform.error.ApiException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/// What belongs into no deployment. Everybody who may download a function gets its files, and they
/// are in every backup: secrets are set with `secrets set`.
final class UploadRules {
  /// Version control, packages, and what editors and operating systems leave.
  private static final Pattern LEFT_OUT =
      Pattern.compile(
          "\\.git|\\.gitignore|\\.gitattributes|\\.svn|\\.hg|node_modules|\\.vscode|\\.idea|\\.fleet"
              + "|\\.DS_Store|Thumbs\\.db|desktop\\.ini|.*~|.*\\.sw[a-p]|#.*#|.*\\.orig|.*\\.rej");

  private static final Pattern ENVIRONMENT = Pattern.compile("\\.env(\\..*)?");
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("^-----BEGIN (?:[A-Z0-9]{1,32} ){0,8}PRIVATE KEY-----", Pattern.MULTILINE);
  private static final int KEY_FILE = 64 * 1024;

  private UploadRules() {}

  /// Whether a file of a folder is no part of a function.
  static boolean isLeftOut(Path name) {
    return StreamSupport.stream(name.spliterator(), false)
        .map(Path::toString)
        .anyMatch(each -> LEFT_OUT.matcher(each).matches() || isEnvironment(each));
  }

  private static boolean isEnvironment(String name) {
    return ENVIRONMENT.matcher(name).matches();
  }

  /// Refuses a file whose place is among the secrets.
  ///
  /// @param name as its client writes it
  /// @throws ApiException with [FunctionError.Rejected]
  static void requireNoSecrets(String name, byte[] bytes) {
    if (isEnvironment(name.substring(name.lastIndexOf('/') + 1))) {
      throw new ApiException(
          new FunctionError.Rejected(
              name
                  + " holds secrets: set them with `secrets set --env-file`, and leave the file"
                  + " out"));
    }
    requireNoPrivateKey(name, bytes);
  }

  static void requireNoPrivateKey(String name, byte[] bytes) {
    if (bytes.length <= KEY_FILE
        && PRIVATE_KEY.matcher(new String(bytes, StandardCharsets.ISO_8859_1)).find()) {
      throw new ApiException(
          new FunctionError.Rejected(
              name + " holds a private key: set it with `secrets set`, and leave the file out"));
    }
  }
}
