/// Encryption of stored bytes (decision 0008). Start at [EncryptedBackend], which stands before a
/// project's store and sees only to objects whose version says that they are encrypted
/// ([io.stabbur.storage.Encryption]). Knows bytes and keys; knows no callers and no HTTP.
@NullMarked
package io.stabbur.storage.encrypt;

import org.jspecify.annotations.NullMarked;
