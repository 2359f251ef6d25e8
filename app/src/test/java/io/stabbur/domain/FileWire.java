package io.stabbur.domain;

import io.stabbur.domain.FileMatrix.Cell;
import io.stabbur.domain.FileMatrix.Verb;
import io.stabbur.domain.FileShelf.File;
import io.stabbur.testing.TestServer;
import java.util.List;

/// One way to the files, as one caller.
interface FileWire extends AutoCloseable {
  boolean knows(Verb verb);

  /// Whether a public bucket is open here to those whom no policy lets in.
  boolean servesPublicly();

  /// Tries it: `done`, or the error in the protocol's words.
  String attempt(Verb verb, File file, File target);

  /// What a caller is told who may not.
  String refusal(Verb verb, Cell cell);

  @Override
  void close();

  static List<FileWire> all(TestServer server, String token) {
    return List.of(
        new FileRest(server, token), new FileResumable(server, token), new FileS3(server, token));
  }
}
