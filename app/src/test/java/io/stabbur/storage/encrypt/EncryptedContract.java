package io.stabbur.storage.encrypt;

import io.stabbur.project.FileKeys;
import io.stabbur.storage.Encryption;
import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.BackendContract;
import io.stabbur.testing.TestServer;

/// A store does the same whether its bytes are encrypted or not.
abstract class EncryptedContract extends BackendContract {
  /// The store with encryption before it.
  static Backend encrypted(Backend store) {
    var project = TestServer.shared().project();
    return new EncryptedBackend(store, new KeyRows(project), new KeyWrapping(FileKeys.of(project)));
  }

  @Override
  protected String version() {
    return Encryption.FOLDER.newVersion();
  }
}
